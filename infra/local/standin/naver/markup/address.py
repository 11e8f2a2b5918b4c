"""The block of an address: where it is, the places there, and places that a trip there could lead to."""

from html import escape

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.elements import encoded, icon
from infra.local.standin.naver.markup.filler import css_slot
from infra.local.standin.naver.markup.places.place_state import entities, query_key, state_script
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device


def address_block(area: Area, truth: PageTruth) -> str:
    """Write the block; the places at the address and those of a trip have rows of the same sort."""
    here = "".join(_row(place, area.code, truth) for place in area.places)
    trip = "".join(_row(place, f"{area.code}*t", truth) for place in area.asides)
    on_pc = " place_on_pcnx" if truth.device is Device.PC else ""
    return (
        f'<div id="loc-app-root" class="place-app-root sds-token-root{on_pc} _slog_visible" data-slog-container='
        f'"{area.code}" data-collection="sc">\n<div class="_place_style_loader">{css_slot()}</div><div '
        f'id="loc-main-section-root"><section class="sc_new" data-laim-exp-id="{area.code}"><div '
        'class="api_subject_bx">'
        f'<div class="aD4rs"><h2 class="title">{escape(_address(truth))}</h2><a href="https://map.naver.com/p/search/'
        f'{encoded(truth.keyword)}" target="_blank" class="mApLk">{icon(200)}지도 보기</a></div><div '
        f'class="place_section_content"><h3 class="place_section_header">이 주소에 있는 곳</h3><ul class="Q8MZt">{here}'
        '</ul></div><div class="place_section_content"><h3 class="place_section_header">둘러볼 만한 곳</h3><ul '
        f'class="Q8MZt tRiP">{trip}</ul></div></div></section></div>{_state(area, truth)}</div>'
    )


def _address(truth: PageTruth) -> str:
    draw = Draw("address", truth.keyword)
    return f"가상로{draw.number(1, 99)}길 {draw.number(1, 200)}"


def _row(place: Place, exposure: str, truth: PageTruth) -> str:
    if truth.device is Device.MOBILE:
        url = f"https://m.place.naver.com/place/{place.id}?entry=pll&amp;bk_query={encoded(truth.keyword)}"
    else:
        url = f"https://map.naver.com/p/entry/place/{place.id}?placePath=%2Fhome&amp;entry=pll"
    return (
        f'<li class="UEzoS" data-laim-exp-id="{exposure}" data-{exposure.replace("*", "")}-doc-id="{place.id}"><div '
        f'class="CHC5F"><a href="{url}" target="_blank" role="button" class="place_bluelink"><span class="TYaxT">'
        f'{escape(place.title)}</span><span class="KCMnt">{place.category}</span></a></div></li>'
    )


def _state(area: Area, truth: PageTruth) -> str:
    """Three answers: the places, the address, the trip; the last one lists places of the same type."""
    asked = {"query": truth.keyword, "isNx": True}
    listed, trips = (
        [{"__ref": f"PlaceSummary:{place.id}:{place.id}"} for place in places] for places in (area.places, area.asides)
    )
    state = {
        **entities((*area.asides, *area.places), "PlaceSummary", truth.keyword),
        "ROOT_QUERY": {
            "__typename": "Query",
            query_key("trips", {**asked, "display": len(trips)}): {
                "__typename": "TripsResult",
                "total": len(trips),
                "items": trips,
            },
            query_key("address", asked): {"__typename": "AddressResult", "roadAddress": _address(truth)},
            query_key("nxPlaces", {**asked, "display": len(listed), "start": 1}): {
                "__typename": "NxPlacesResult",
                "total": len(listed),
                "items": listed,
            },
        },
    }
    return state_script("loc", state, truth, area.code, "address")
