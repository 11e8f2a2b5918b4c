"""The page state of the place list, printed as a script: the data that its rows were made from."""

from dataclasses import dataclass
from typing import Any

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place, draw_place
from infra.local.standin.naver.markup.elements import as_script
from infra.local.standin.naver.markup.filler import json_slot
from infra.local.standin.naver.markup.places.place_state import entities, list_filters, paid_list, query_key
from infra.local.standin.naver.truth.list_truth import ListRow, ListTruth, RowSort

#: First word of the path → the query that lists the places, and the type of its entries.
LISTS = {
    "place": ("placeList", "PlaceListBusinessesItem"),
    "restaurant": ("restaurantList", "RestaurantListSummary"),
    "hairshop": ("hairshopList", "HairshopListSummary"),
    "hospital": ("hospitals", "HospitalSummary"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list, as asked.

    Attributes:
        path: First word of the path: the sort of business.
        display: Rows that were asked for.
        rows: Those that `start` counts.
        ads: Paid rows above them.
    """

    truth: ListTruth
    path: str
    start: int
    display: int
    rows: tuple[ListRow, ...]
    ads: tuple[Place, ...]


def list_state(page: ListPage) -> str:
    """Write the scripts behind the list; paid entries have a list of their own, or stand in the one."""
    truth = page.truth
    query, type_name = LISTS.get(page.path, ("placeList", "PlaceListSummary"))
    listing = {
        "__typename": "PlaceListBusinessesResult",
        "total": truth.total,
        "items": [{"__ref": _reference(row, type_name)} for row in page.rows],
        "queryString": truth.keyword,
        "siteSort": "rel.dsc",
    }
    root: dict[str, Any] = {"__typename": "Query"}
    root[query_key("adBusinesses", _paid_input(page))] = paid_list(
        [{"__ref": f"{type_name}:{ad.id}:{ad.id}"} for ad in page.ads]
    )
    new = [ListRow(item=row.item) for row in page.rows if row.sort is RowSort.NEW_OPENING]
    if new and page.start == 1 and _has_openings(truth):
        asked = {**_input(page), "display": 9, "filterOpening": True}
        root[query_key(query, asked)] = _answer(
            query, {"items": [{"__ref": _reference(row, type_name)} for row in new]}
        )
    root[query_key(query, _input(page))] = _answer(query, listing)
    root[query_key(f"{query}Filter", _input(page))] = {"__typename": "ListFilterResult", "filters": list_filters()}
    state = {**_described(page, type_name), "ROOT_QUERY": root}
    return (
        f"<script>\nwindow.__APOLLO_STATE__ = {as_script(state)};\n"
        f'window.__PLACE_STATE__ = {{"locale":"ko","localeResources":{{"ko":{{{json_slot()}"end":"끝"}}}},'
        '"ncaptcha":{"hostname":"https://ncpt.naver.com","siteKey":"standin"}};\nwindow.__LOCATION_STATE__ = '
        f"{as_script({'location': truth.location, 'country': 'KR'})};\n</script>"
    )


def _described(page: ListPage, type_name: str) -> dict[str, Any]:
    """Describe all places, in another order than they are listed; one of them is in no list."""
    truth = page.truth
    stray = draw_place(Draw(truth.seed, "stray", truth.keyword))
    places = [row.item for row in page.rows if isinstance(row.item, Place) and row.sort is not RowSort.AD]
    mixed = Draw(truth.seed, "entities", truth.keyword, page.start).shuffled([stray, *page.ads, *places])
    described = entities(mixed, type_name, truth.keyword)
    for row in page.rows:
        if row.sort is RowSort.AD and isinstance(row.item, Place):
            entity = entities([row.item], type_name, truth.keyword)[f"{type_name}:{row.item.id}:{row.item.id}"]
            described[_reference(row, type_name)] = {**entity, "adId": advertisement(row.item)}
    return described


def advertisement(place: Place) -> str:
    """Return the id of a place's advertisement."""
    return f"nad-a001-06-{place.id[-9:]:0>15}"


def _reference(row: ListRow, type_name: str) -> str:
    if row.sort is RowSort.AD and isinstance(row.item, Place):
        return f"{type_name}:{row.item.id}:{advertisement(row.item)}"
    return f"{type_name}:{row.item.id}:{row.item.id}"


def _answer(query: str, listing: dict[str, Any]) -> dict[str, Any]:
    return {"__typename": "PlaceListResult", "businesses": listing} if query == "placeList" else listing


def _has_openings(truth: ListTruth) -> bool:
    return Draw(truth.seed, "openings", truth.keyword).chance(50)


def _input(page: ListPage) -> dict[str, Any]:
    x, _, y = page.truth.location.partition(",")
    return {
        "query": page.truth.keyword,
        "start": page.start,
        "display": page.display,
        "adult": False,
        "spq": False,
        "queryRank": "",
        "x": x,
        "y": y,
        "clientX": x,
        "clientY": y,
        "deviceType": "pcmap" if page.truth.device.value == "pc" else "mobile",
        "bounds": "",
    }


def _paid_input(page: ListPage) -> dict[str, Any]:
    return {"businessType": page.path, "laimAreaId": "undefined", "query": page.truth.keyword, "start": page.start}
