"""The place block and the block of new openings: rows, paid rows, and the state they were made from."""

from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.elements import encoded, icon
from infra.local.standin.naver.markup.filler import css_slot
from infra.local.standin.naver.markup.places.place_state import opening_state, place_state
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device

_PHOTOS = 6
#: Path of a place's page on the mobile site, by the first letters of the area's code.
_MOBILE_PATHS = {"nmb_rnk": "restaurant", "loc_plc": "place", "nmb_hai": "hairshop", "nmb_res": "restaurant"}


def place_block(area: Area, truth: PageTruth) -> str:
    """Write a place block: paid rows first, then the organic ones; hidden entries are in the state alone."""
    attribute = area.listed_as.replace("*", "")
    ads = "".join(_ad_row(place, area, truth) for place in area.ads)
    rows = "".join(_row(place, area, truth) for place in area.places)
    root = "loc" if area.code == "loc_plc" else "place"
    return (
        f'<div id="{root}-app-root" class="place-app-root sds-token-root place_on_pcnx _slog_visible" '
        f'data-slog-container="{area.listed_as}" data-collection="sc">\n<div class="_place_style_loader">{css_slot()}'
        f'{css_slot()}</div><div id="place-modal-root"></div><div id="place-svg-def-root">{icon(400)}</div>'
        f'<div id="{root}-main-section-root"><section class="sc_new" data-laim-exp-id="{area.listed_as}">'
        f'<div class="api_subject_bx">{_heading(truth)}{_filters()}<div class="rdX0R HXTER"><ul class="Q8MZt aFCZr">'
        f'{ads}{rows}</ul><div class="cmm_pgs"><a href="#" role="button" class="cmm_pg_next" '
        'aria-disabled="false">다음</a>'
        f'</div></div><div class="mod_more_wrap"><a href="https://map.naver.com/p/search/{encoded(truth.keyword)}'
        '?placeSearchOption=from%3Dnx%26entry%3Dpll&amp;searchType=place" target="_blank" class="group_more">더보기</a>'
        f"</div></div></section></div>{place_state(area, truth, attribute)}</div>"
    )


def opening_block(area: Area, truth: PageTruth) -> str:
    """Write the block of new openings: rows with ids and links like those of the place block."""
    rows = "".join(_opening_row(place) for place in area.openings)
    return (
        '<div id="place-app-root" class="place-app-root place_on_pcnx" data-collection="sc">\n'
        f'<div class="_place_opening_place_style_loader">{css_slot()}</div><div id="place-modal-root"></div>'
        f'<div id="place-svg-def-root">{icon(400)}</div><div id="nop-main-section-root"><section class="sc_new">'
        '<div class="api_subject_bx"><div class="mod_title_area"><div class="title_wrap"><h2 class="title">새로 '
        "오픈했어요</h2>"
        '</div></div><div class="place_section_content"><div class="O1xOS"><ul class="pui__list qI1yV">'
        f'{rows}<li class="z_rc6 R8ziz"><a href="https://map.naver.com/p/search/{encoded(truth.keyword)}'
        '?placeSearchOption=keywordFilter%3DfilterOpening%255Etrue&amp;searchType=place" target="_blank">'
        "더보기</a></li>"
        f"</ul></div></div></div></section></div>{opening_state(area, truth)}</div>"
    )


def place_link(place: Place, area: Area, truth: PageTruth, *, part: str = "") -> str:
    """Return the address that a row links: its place's page, or a part of it such as `photo`."""
    query = encoded(truth.keyword)
    if truth.device is Device.MOBILE:
        path = f"{_MOBILE_PATHS[area.code]}/{place.id}{'/' + part if part else ''}"
        return f"https://m.place.naver.com/{path}?entry=pll&bk_query={query}"
    twice = encoded(query)
    return (
        f"https://map.naver.com/p/search/{query}/place/{place.id}?placePath={encoded('/' + part) if part else ''}"
        f"%3Fbk_query%3D{twice}%26entry%3Dpll%26from%3Dnx%26fromNxList%3Dtrue&placeSearchOption=bk_query%3D{twice}"
        "%26entry%3Dpll%26fromNxList%3Dtrue&searchType=place"
    )


def _heading(truth: PageTruth) -> str:
    if truth.device is Device.MOBILE:
        return '<h3 class="place_section_header"><div class="place_section_header_title">플레이스</div></h3>'
    return (
        '<div class="mod_title_area"><div class="title_wrap"><h2 class="title">플레이스<span class="sub"><a href="#" '
        'role="button" class="api_ad_link"><i class="spnew api_ico_alert">이 정보가 표시된 이유</i></a></span>'
        "</h2></div>"
        f'<div class="title_sub"><span class="_V2tU">{icon(150)}<span class="place_blind">플레이스 플러스</span>'
        "</span></div></div>"
    )


def _filters() -> str:
    names = ("전체필터", "지금영업중", "예약", "주차", "단체", "포장")
    return '<div class="okv09 YiH6V">{}</div>'.format(
        "".join(
            f'<span class="Me4yK"><a href="#" role="button" class="T46Lb">{name}{icon(30)}</a></span>' for name in names
        )
    )


def _row(place: Place, area: Area, truth: PageTruth) -> str:
    attribute = area.listed_as.replace("*", "")
    return (
        f'<li class="UEzoS VHJNR" data-laim-exp-id="{area.listed_as}" data-{attribute}-doc-id="{place.id}">'
        f"{_row_content(place, area, truth)}</li>"
    )


def _ad_row(place: Place, area: Area, truth: PageTruth) -> str:
    """A paid row: its id carries the advertisement's, its exposure id ends in `*e`, and it is labelled."""
    attribute = area.code + "e"
    return (
        f'<li class="UEzoS VHJNR cZnHG" data-laim-exp-id="{area.code}*e" '
        f'data-{attribute}-doc-id="{place.id}_nad-a001-06-{place.id[-9:]:0>15}">'
        f"{ad_label()}{_row_content(place, area, truth)}</li>"
    )


def ad_label() -> str:
    """Write the label of a paid row."""
    return (
        '<a href="https://help.naver.com/alias/search/integration/integration_66.naver" target="_blank" class="gU6bV">'
        '<span class="place_blind">광고</span><svg viewBox="0 0 24 14" class="place_ad_label_icon" '
        'aria-hidden="true"><path '
        'class="place_ad_label_border" d="M1,1h22v12h-22z"></path><path class="place_ad_label_text" '
        'd="M4,4h6v6h-6z"></path>'
        "</svg></a>"
    )


def _row_content(place: Place, area: Area, truth: PageTruth) -> str:
    draw = Draw("row", place.id)
    name, address = escape(place.title), escape(place_link(place, area, truth))
    photo = escape(place_link(place, area, truth, part="photo"))
    review = escape(place_link(place, area, truth, part="review"))
    photos = "".join(
        f'<div class="yLaWz" data-index="{n}"><a href="{photo}" target="_blank" role="button" class="place_thumb"><img '
        f'src="https://search.pstatic.net/common/?autoRotate=true&amp;type=w278_sharpen&amp;src={draw.token(120)}" '
        f'class="K0PDV" alt="{name}" width="100%" height="100%"></a></div>'
        for n in range(_PHOTOS)
    )
    reviews = "".join(
        f'<div class="NcnTa"><a href="{review}" target="_blank" role="button" class="shIIU"><div class="pdnTe"><span>'
        f"{escape(words.passage(draw, truth.keyword))}</span></div></a></div>"
        for _ in range(3)
    )
    plus = '<span class="place_blind">플레이스 플러스</span>' if draw.chance(30) else ""
    return (
        f'<div class="CHC5F"><div class="SgjqM"><a href="{address}" target="_blank" role="button" class="YTJkH CtW3e '
        f'place_bluelink"><span class="TYaxT">{name}</span><span class="W6IZ8">{plus}</span><span class="KCMnt">'
        f'{place.category}</span></a></div><div class="Dr_06"><a href="{address}" target="_blank" role="button" '
        'class="MVx6e CtW3e"><span class="h69bs MqNOY">영업 중</span><span class="h69bs">리뷰<!-- --> <!-- -->'
        f'{draw.number(10, 4000):,}</span></a></div><a href="#" role="button" class="vEZDX" '
        f'aria-pressed="false">{icon(120)}'
        '<span class="place_blind">저장</span></a></div><div class="cOfu6"><div class="pui__photos">'
        f"{photos}</div></div>"
        f'<div class="dqfF7">{reviews}</div><div></div>'
    )


def _opening_row(place: Place) -> str:
    longitude, latitude = place.coordinates
    address = (
        f"https://map.naver.com/p/entry/place/{place.id}?lng={longitude}&amp;lat={latitude}"
        "&amp;placePath=%2F&amp;entry=pll&amp;searchType=place"
    )
    return (
        f'<li class="z_rc6" data-nop_res-doc-id="{place.id}" data-laim-exp-id="nop_res"><div class="zTyvy"><a '
        f'href="{address}" '
        'target="_blank" role="button" class="place_thumb"><img '
        f'src="https://search.pstatic.net/common/?src={place.id}" '
        f'class="K0PDV" alt="" width="146" height="146"></a></div><div class="d14cH"><a href="{address}" '
        'target="_blank" '
        f'role="button" class="rrLpu"><div class="LGJdP"><span>{escape(place.title)}</span></div><div class="qI_q5">'
        f'<span class="NOJeK">{place.category}</span></div></a></div></li>'
    )
