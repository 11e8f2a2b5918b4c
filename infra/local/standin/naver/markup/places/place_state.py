"""The page state of a place block: the data its rows were made from, printed as a script."""

import json
from collections.abc import Iterable
from typing import Any

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.elements import as_script
from infra.local.standin.naver.markup.filler import json_slot
from infra.local.standin.naver.truth.truth import Area, AreaKind, PageTruth
from sunwi.domain.tracking import Device

#: Area code → where the state is kept, the query that lists the places, and the type of its entries.
_LISTS = {
    "nmb_rnk": ("nmb", "restaurantList", "RestaurantListSummary"),
    "loc_plc": ("loc", "placeList", "PlaceListBusinessesItem"),
    "nmb_hai": ("nmb", "hairshopList", "HairshopListSummary"),
    "nmb_res": ("nmb", "restaurantList", "RestaurantListSummary"),
}
_NX_LIST = ("loc", "nxPlaces", "PlaceSummary")


def place_state(area: Area, truth: PageTruth, exposure: str) -> str:
    """Write the state of a place block.

    The organic order is a list of references under the query; paid entries have a query of their own, and
    stand among the same entities.

    Args:
        area: The block; its hidden entries end the list.
        truth: The page.
        exposure: Area code as attributes spell it.
    """
    store, query, type_name = _NX_LIST if area.kind is AreaKind.NX_PLACES else _LISTS[area.code]
    listed = (*area.places, *area.hidden)
    references = [{"__ref": f"{type_name}:{place.id}:{place.id}"} for place in listed]
    listing = {"__typename": "RestaurantListResult", "items": references, "total": 1200 + len(references)}
    result: dict[str, Any] = (
        listing if query != "placeList" else {"__typename": "PlaceListResult", "businesses": listing}
    )
    asked = {"display": len(listed), "isNx": True, "nlu": _nlu(truth), "query": truth.keyword, "start": 1}
    paid = {"businessType": "restaurant", "isNx": True, "laimAreaId": area.listed_as, "query": truth.keyword}
    state = {
        **entities(area.ads, type_name, truth.keyword),
        **entities(listed, type_name, truth.keyword),
        "ROOT_QUERY": {
            "__typename": "Query",
            query_key("adBusinesses", paid): paid_list([{"__ref": f"{type_name}:{ad.id}:{ad.id}"} for ad in area.ads]),
            query_key(query, asked): result,
            query_key(f"{query}Filter", asked): {"__typename": "ListFilterResult", "filters": list_filters()},
        },
    }
    return state_script(store, state, truth, exposure)


def opening_state(area: Area, truth: PageTruth) -> str:
    """Write the state of the block of new openings: the same query, with `filterOpening`."""
    places = area.openings
    asked = {"display": len(places), "filterOpening": True, "isNx": True, "query": truth.keyword, "start": 1}
    paid = {"businessType": "restaurant", "channel": "openingPlace", "isNx": True, "laimAreaId": area.listed_as}
    state = {
        **entities(places, "RestaurantListSummary", truth.keyword),
        "ROOT_QUERY": {
            "__typename": "Query",
            query_key("restaurantList", asked): {
                "__typename": "RestaurantListResult",
                "items": [{"__ref": f"RestaurantListSummary:{place.id}:{place.id}"} for place in places],
                "selectedFilter": {"__typename": "SelectedFilter", "filterOpening": True},
                "total": 200 + len(places),
            },
            query_key("adBusinesses", paid): paid_list([]),
        },
    }
    return state_script("nop", state, truth, area.listed_as)


def query_key(name: str, asked: dict[str, Any]) -> str:
    """Write the key under which a state keeps the answer to a query."""
    return f"{name}({json.dumps({'input': asked}, ensure_ascii=False, separators=(',', ':'))})"


def _nlu(truth: PageTruth) -> str:
    return json.dumps(
        {"queryType": "restaurant", "queryResult": {"q": truth.keyword}, "ssc": truth.ssc}, ensure_ascii=False
    )


def paid_list(references: list[dict[str, str]]) -> dict[str, Any]:
    """Write the answer that lists paid entries."""
    return {"__typename": "AdsResult", "total": len(references), "isMaxAdCountIncreased": False, "items": references}


def list_filters() -> list[dict[str, Any]]:
    """Write the filters that a visitor can choose from."""
    values = [{"__typename": "ListFilterItem", "value": str(value)} for value in range(8)]
    return [{"__typename": "ListFilter", "name": f"거르기 {n}", "items": values} for n in range(9)]


def entities(places: Iterable[Place], type_name: str, keyword: str) -> dict[str, Any]:
    """Describe places, each after the pictures it refers to."""
    described: dict[str, Any] = {}
    for place in places:
        draw = Draw("entity", place.id)
        pictures = [f"VisitorImages:{draw.token(19)}" for _ in range(5)]
        for key in pictures:
            url = f"https://images.standin.example/{draw.token(90)}"
            described[key] = {"__typename": "VisitorImages", "id": key.partition(":")[2], "imageUrl": url}
        described[f"{type_name}:{place.id}:{place.id}"] = {
            **_summary(place, type_name, keyword, draw),
            "visitorImages": [{"__ref": key} for key in pictures],
        }
    return described


def _summary(place: Place, type_name: str, keyword: str, draw: Draw) -> dict[str, Any]:
    return {
        "__typename": type_name,
        "apolloCacheId": place.id,
        "id": place.id,
        "dbType": "drt",
        "name": place.title.replace(keyword, f"<mark>{keyword}</mark>"),
        "businessCategory": "restaurant",
        "category": place.category,
        "x": place.coordinates[0],
        "y": place.coordinates[1],
        "distance": f"{draw.number(1, 90)}km",
        "phone": None,
        "virtualPhone": f"0500-{draw.number(1000, 9999)}-{draw.number(1000, 9999)}",
        "roadAddress": f"가상로{draw.number(1, 99)}길 {draw.number(1, 200)}",
        "address": f"모의동 {draw.number(1, 900)}",
        "newOpening": True if place.is_new else None,
        "visitorReviewCount": f"{draw.number(10, 9000):,}",
        "blogCafeReviewCount": str(draw.number(10, 900)),
        "saveCount": f"{draw.number(1, 90)},000+",
        "imageUrls": [f"https://images.standin.example/{draw.token(80)}" for _ in range(12)],
    }


def state_script(store: str, state: dict[str, Any], truth: PageTruth, exposure: str, page: str = "list") -> str:
    """Write a state as the page's own script.

    Args:
        store: Where the script keeps it.
        state: Of the block.
        truth: The page.
        exposure: Area code as attributes spell it.
        page: Of the place service, that the block is a small form of.
    """
    salt = f"naver.search.ext.{store}.salt"
    path = "nx" if truth.device is Device.PC else "mx"
    return (
        "<script>\n    (typeof window.naver === 'undefined') && (window.naver = {});\n    naver.search = "
        "naver.search || {};\n"
        f"    naver.search.ext = naver.search.ext || {{}};\n    naver.search.ext.{store} = "
        f"naver.search.ext.{store} || {{}};\n"
        f"    {salt} = {salt} || {{}};\n    {salt}.matchPath = '/{path}/{page}';\n"
        f"    {salt}.laimAreaId = '{exposure}';\n"
        f'    {salt}.nlu = {as_script(_nlu(truth))};\n    {salt}.location = {{"country":"KR"}} || {{}};\n'
        f"    {salt}.__APOLLO_STATE__ = {as_script(state)};\n"
        f'    {salt}.__PLACE_STATE__ = {{"locale":"ko","localeResources":{{"ko":{{{json_slot()}"end":"끝"}}}},'
        '"ncaptcha":{"hostname":"https://ncpt.naver.com","siteKey":"standin"}};\n</script>'
        f'<script id="PLACE_{store.upper()}_CHUNKS__" type="application/json">[1,2,3]</script>'
    )
