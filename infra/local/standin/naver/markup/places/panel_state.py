"""The page state of a panel, and of what is recommended below it: no list of results in either."""

from typing import Any

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.places.place_state import query_key, state_script
from infra.local.standin.naver.truth.truth import Area, AreaKind, PageTruth


def panel_state(place: Place, area: Area, truth: PageTruth) -> str:
    """Write the state of a panel: the one place under `placeDetail`, and a list of others that is empty."""
    draw = Draw("detail", place.id)
    menus = {
        f"Menu:{place.id}_{n}": {"__typename": "Menu", "id": f"{place.id}_{n}", "price": str(1000 * draw.number(5, 30))}
        for n in range(6)
    }
    others = {"display": 3, "excludedIds": [place.id], "query": truth.keyword, "start": 1}
    state = {
        f"PlaceDetailBase:{place.id}": _base(place, draw),
        **menus,
        "ROOT_QUERY": {
            "__typename": "Query",
            query_key("placeDetail", _asked(place)): {
                "__typename": "PlaceDetail",
                "base": {"__ref": f"PlaceDetailBase:{place.id}"},
                "menus": [{"__ref": key} for key in menus],
                "newOpening": False,
                "images": [{"origin": f"https://images.standin.example/{draw.token(90)}"} for _ in range(40)],
            },
            query_key("otherBusinesses", others): {"__typename": "OtherBusinessesResult", "total": 0, "items": []},
        },
    }
    return state_script("nmb", state, truth, area.code, f"restaurant/{place.id}")


def recommended_state(area: Area, truth: PageTruth) -> str:
    """Write the state of the recommendations: entries that name their places in a field of their own."""
    panel = next(other.places[0] for other in truth.areas if other.kind is AreaKind.PANEL)
    half = len(area.asides) // 2
    lists = (
        ("similar", [*area.ads[::2], *area.asides[:half]]),
        ("next", [*area.ads[1::2], *area.asides[half:]]),
    )
    asked = {"businessId": panel.id, "display": 12, "isNx": True, "query": truth.keyword, "ssc": truth.ssc}
    state = {
        "ROOT_QUERY": {
            "__typename": "Query",
            query_key("placeDetail", _asked(panel)): {
                "__typename": "PlaceDetail",
                "base": {"__typename": "PlaceDetailBase", "category": panel.category},
            },
            query_key("poiRecommendations", asked): {
                "__typename": "PoiRecommendationsResult",
                "chips": None,
                "recommendations": [
                    {
                        "__typename": "PoiRecommendation",
                        "recommendType": kind,
                        "items": [_recommended(place, is_paid=place in area.ads) for place in places],
                    }
                    for kind, places in lists
                ],
            },
        }
    }
    return state_script("rbp", state, truth, area.code, f"recommendation/{panel.id}")


def _asked(place: Place) -> dict[str, Any]:
    return {"deviceType": "mobile", "id": place.id, "isNx": True}


def _base(place: Place, draw: Draw) -> dict[str, Any]:
    return {
        "__typename": "PlaceDetailBase",
        "id": place.id,
        "name": place.title,
        "category": place.category,
        "roadAddress": f"가상로{draw.number(1, 99)}길 {draw.number(1, 200)}",
        "address": f"모의동 {draw.number(1, 900)}",
        "visitorReviewsTotal": draw.number(10, 9000),
        "coordinate": {"__typename": "Coordinate", "x": place.coordinates[0], "y": place.coordinates[1]},
        "virtualPhone": f"0500-{draw.number(1000, 9999)}-{draw.number(1000, 9999)}",
    }


def _recommended(place: Place, *, is_paid: bool) -> dict[str, Any]:
    draw = Draw("recommended", place.id)
    return {
        "__typename": "RecommendationItem",
        "title": place.title,
        "category": place.category,
        "address": f"모의동 {draw.number(1, 900)}",
        "businessId": place.id,
        "adId": f"nad-a001-06-{place.id[-9:]:0>15}" if is_paid else None,
        "x": place.coordinates[0],
        "y": place.coordinates[1],
        "imageUrls": [{"url": f"https://images.standin.example/{draw.token(80)}"} for _ in range(3)],
    }
