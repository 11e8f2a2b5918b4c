"""One place as a panel, as the search for a business's name shows it, and what is recommended below it."""

from html import escape

from infra.local.standin.naver import words
from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.elements import encoded, icon
from infra.local.standin.naver.markup.filler import css_slot
from infra.local.standin.naver.markup.places.panel_state import panel_state, recommended_state
from infra.local.standin.naver.markup.places.places import ad_label
from infra.local.standin.naver.truth.truth import Area, PageTruth
from sunwi.domain.tracking import Device

_PHOTOS = 4


def place_panel(area: Area, truth: PageTruth) -> str:
    """Write the panel: no list and no rows, and many links to the one place."""
    place = area.places[0]
    sections = "".join(
        f'<div class="place_section no_margin" data-laim-exp-id="{area.code}*{part[0]}"><h3 '
        f'class="place_section_header"><div class="place_section_header_title">{heading}</div></h3><div '
        f'class="place_section_content">{_menus(place) if part == "info" else _reviews(place, truth)}</div><a '
        f'href="{_link(place, truth, part)}" target="_blank" role="button" class="bzuvD"><span class="place_blind">'
        f"{heading}</span>더보기</a></div>"
        for part, heading in (("info", "메뉴"), ("review", "방문자 리뷰"))
    )
    return (
        f'<div id="place-app-root" class="place-app-root sds-token-root{_on_pc(truth)} _slog_visible" '
        f'data-slog-container="{area.code}" data-collection="sc">\n<div class="_place_style_loader">{css_slot()}</div>'
        f'<div id="place-modal-root"></div><div id="place-svg-def-root">{icon(400)}</div>'
        f'<div id="place-main-section-root"><div data-laim-exp-id="{area.code}*1"><section class="sc_new"><div '
        f'class="api_subject_bx place_pcnx_detail">{_photos(place, truth)}{_title(place, truth)}{sections}<div '
        f'class="mod_more_wrap"><a href="{_link(place, truth)}" target="_blank" role="button" class="group_more">'
        '<span class="etc">정보 더보기</span></a></div></div></section></div></div>'
        f"{panel_state(place, area, truth)}</div>"
    )


def recommendations(area: Area, truth: PageTruth) -> str:
    """Write two lists of other places: rows with ids and links like those of a place block, and none a result."""
    rows = [_row(place, area, truth) for place in area.asides]
    paid = [_paid_row(place, area, truth) for place in area.ads]
    half = len(rows) // 2
    lists = "".join(
        f'<div class="TDPyv NcI6e"><strong class="place_section_header">{heading}</strong><div class="pui__ZDFM2o"><ul '
        f'class="pui__ek7lQY fNdp3">{"".join(listed)}</ul></div></div>'
        for heading, listed in (
            ("이 장소와 비슷한 곳", [*paid[::2], *rows[:half]]),
            ("함께 가볼 만한 곳", [*paid[1::2], *rows[half:]]),
        )
    )
    return (
        f'<div id="place-app-root" class="place-app-root{_on_pc(truth)}" data-collection="sc">\n<div '
        f'class="_place_recommendation_style_loader">{css_slot()}</div><div id="place-modal-root"></div><div '
        f'id="place-svg-def-root">{icon(400)}</div><div id="rbp-main-section-root"><section class="sc_new" '
        f'data-laim-exp-id="{area.code}"><div class="api_subject_bx"><div class="mod_title_area"><div '
        'class="title_wrap"><h2 class="title">이런 곳은 어때요</h2></div></div><div class="place_section_content '
        f's4OCx">{lists}</div></div></section></div>{recommended_state(area, truth)}</div>'
    )


def _on_pc(truth: PageTruth) -> str:
    return " place_on_pcnx" if truth.device is Device.PC else ""


def _link(place: Place, truth: PageTruth, part: str = "home") -> str:
    longitude, latitude = place.coordinates
    if truth.device is Device.MOBILE:
        return f"https://m.place.naver.com/restaurant/{place.id}/{part}?entry=plt&amp;bk_query={encoded(truth.keyword)}"
    return (
        f"https://map.naver.com/p/entry/place/{place.id}?lng={longitude}&amp;lat={latitude}"
        f"&amp;placePath=%2F{part}&amp;entry=plt&amp;searchType=place"
    )


def _photos(place: Place, truth: PageTruth) -> str:
    draw = Draw("panel photos", place.id)
    thumbs = "".join(
        f'<div class="BkqXt"><a href="{_link(place, truth, "photo")}" target="_blank" role="button" '
        f'class="place_thumb"><img src="https://search.pstatic.net/common/?src={draw.token(90)}" class="K0PDV" alt="" '
        'width="200" height="200"></a></div>'
        for _ in range(_PHOTOS)
    )
    return f'<div class="claas">{thumbs}</div>'


def _title(place: Place, truth: PageTruth) -> str:
    draw = Draw("panel", place.id)
    buttons = "".join(
        f'<span class="yxkiA"><a href="#" role="button" class="D_Xqt">{icon(40)}<span class="yJySz">{name}</span></a>'
        "</span>"
        for name in ("출발", "도착", "저장", "공유")
    )
    return (
        '<div class="place_section no_margin OP4V8"><div class="zD5Nm"><div id="_title" class="LylZZ"><a '
        f'href="{_link(place, truth)}" target="_blank" role="button"><span class="GHAhO">{escape(place.title)}</span>'
        f'<span class="lnJFt">{place.category}</span></a></div><div class="dAsGb"><span class="PXMot">방문자 리뷰 '
        f'{draw.number(10, 4000):,}</span></div></div><div class="UoIF_">{buttons}</div></div>'
    )


def _menus(place: Place) -> str:
    draw = Draw("panel menus", place.id)
    return '<ul class="lsN4_">{}</ul>'.format(
        "".join(
            f'<li class="ipNNM">{words.place_name(draw)} 정식<em>{draw.number(5, 30)},000원</em></li>' for _ in range(4)
        )
    )


def _reviews(place: Place, truth: PageTruth) -> str:
    draw = Draw("panel reviews", place.id)
    return "".join(
        f'<a href="{_link(place, truth, "review")}" target="_blank" role="button" class="pui__vn15t2">'
        f"{escape(words.passage(draw, truth.keyword, 2))}</a>"
        for _ in range(3)
    )


def _row(place: Place, area: Area, truth: PageTruth) -> str:
    if truth.device is Device.MOBILE:
        url = f"https://m.place.naver.com/restaurant/{place.id}?entry=rbp"
    else:
        url = f"https://map.naver.com/p/entry/place/{place.id}?placePath=%2F&amp;entry=rbp"
    return (
        f'<li class="pI5PM" data-laim-exp-id="{area.code}" data-{area.code}-doc-id="{place.id}">'
        f"{_content(place, url)}</li>"
    )


def _paid_row(place: Place, area: Area, truth: PageTruth) -> str:
    url = f"https://ader.naver.com/v1/{Draw(truth.seed, 'paid', place.id).token(180)}"
    return (
        f'<li class="pI5PM" data-laim-exp-id="{area.listed_as}" data-{area.code}-doc-id="{place.id}_nad-a001-06-'
        f'{place.id[-9:]:0>15}">{_content(place, url)}<div class="t70zl">{ad_label()}</div></li>'
    )


def _content(place: Place, url: str) -> str:
    return (
        f'<div class="Salne"><a href="{url}" target="_blank" role="button" class="place_thumb"><img '
        f'src="https://search.pstatic.net/common/?src={place.id}" class="K0PDV" alt="" width="146" height="146"></a>'
        f'</div><div class="NG3tL"><a href="{url}" target="_blank" role="button" class="ubCUS"><div class="nWf8R"><div '
        f'class="eIGc3">{escape(place.title)}</div></div><div class="NKeuG"><span class="TVNO1">{place.category}'
        "</span></div></a></div>"
    )
