"""A whole page of the place list: the document that the map shows in its frame, and its mobile sister."""

import json
import re
from html import escape

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.items import Place
from infra.local.standin.naver.markup.elements import encoded, icon
from infra.local.standin.naver.markup.filler import css_slot, fill
from infra.local.standin.naver.markup.places.place_list_state import ListPage, advertisement, list_state
from infra.local.standin.naver.markup.places.places import ad_label
from infra.local.standin.naver.truth.list_truth import ListRow, RowSort
from sunwi.domain.tracking import Device

#: Name of the row's id, by sort of business.
_ROW_IDS = {"place": "loc_plc", "restaurant": "nmb_res", "hairshop": "nmb_hai", "hospital": "nmb_hpl"}
#: Characters of a page with 70 rows; inferred from the weight of a row and of its state.
_WEIGHT = 1_100_000
_EMPTY_WEIGHT = 160_000

#: The list is as high as the window, so that it is what scrolls; it writes its first rows some time after the document.
_WRITER = """
const list = document.querySelector("[role=main]"), all = document.createElement("div");
all.innerHTML = ROWS;
const rows = [...all.firstChild.children], shown = list.querySelector("ul") ?? document.createElement("ul");
rows.splice(0, shown.children.length);
const write = () => shown.append(...rows.splice(0, 10));
list.style = "height: 300px; overflow-y: scroll";
list.addEventListener("scroll", write);
if (!shown.isConnected) setTimeout(() => { write(); list.append(shown); }, 50);
"""


def render_place_list(page: ListPage, *, has_ids: bool) -> str:
    """Write one page; one without rows says, in Naver's words, that nothing fits.

    Args:
        page: What stands on it.
        has_ids: Whether rows carry the number of their place, in an attribute and in links.
    """
    truth = page.truth
    rows = "".join(
        [
            *(_row(page, ListRow(item=ad, sort=RowSort.AD), has_ids=has_ids) for ad in page.ads),
            *(_row(page, row, has_ids=has_ids) for row in page.rows),
        ]
    )
    is_pc = truth.device is Device.PC
    container = "_pcmap_list_scroll_container" if is_pc else "_list_scroll_container"
    nothing = '<div class="FYvSc">조건에 맞는 업체가 없습니다.</div>'
    listing = f'<ul class="place_business_list">{rows}</ul>' if rows else nothing
    html = (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 플레이스</title>'
        '<meta name="referrer" content="always"><link rel="stylesheet" '
        'href="https://ssl.pstatic.net/static/place/standin/list.css">'
        f"{css_slot()}"
        '<script src="https://ncpt.naver.com/static/ncaptcha-api.js" defer></script></head><body>'
        f'<div id="_place_portal_root"></div><div id="app-root"><div class="Ryr0F">{_filters()}'
        f'<div id="{container}" class="Ryr1F place_business_list_wrapper" role="main" tabindex="0">{listing}</div>'
        f"{_pages(page) if is_pc and rows else ''}</div></div>{list_state(page)}"
        '<script src="https://ssl.pstatic.net/static/place/standin/list.js" defer></script></body></html>\n'
    )
    return fill(html, _EMPTY_WEIGHT + (_WEIGHT - _EMPTY_WEIGHT) * min(len(page.rows), 70) // 70)


def without_rows(html: str, *, has_script: bool, served: int = 0) -> str:
    """Take rows out of a page, but for the first; its script, if any, writes ten more when the list is scrolled."""
    start, last_row = html.index('<ul class="place_business_list">'), "</ul></div></li></ul>"
    end = html.rindex(last_row) + len(last_row)
    rows = json.dumps(html[start:end], ensure_ascii=False).replace("</", "<\\/")
    kept = "".join(re.split(r'(?=<li class="UEzoS)', html[start:end])[: served + 1]) if served else ""
    kept += "</ul>" if kept and not kept.endswith(last_row) else ""
    script = f"<script>{_WRITER.replace('ROWS', rows)}</script>"
    return html[:start] + kept + html[end:].replace("</body>", f"{script if has_script else ''}</body>", 1)


def _row(page: ListPage, row: ListRow, *, has_ids: bool) -> str:
    place = row.item
    if not isinstance(place, Place):
        raise TypeError(f"{place.id} is no place")
    is_paid = row.sort is RowSort.AD
    names = ""
    if has_ids:
        value = f"{place.id}_{advertisement(place)}" if is_paid else place.id
        names = f' data-{_ROW_IDS.get(page.path, "cbm")}-doc-id="{value}"'
    label = ad_label() if is_paid else ""
    new = '<span class="h69bs rCMQq">새로오픈</span>' if row.sort is RowSort.NEW_OPENING else ""
    return (
        f'<li class="UEzoS rTjJo{" cZnHG" if is_paid else ""}" '
        f'data-laim-exp-id="{"undefined*e" if is_paid else "undefinedundefined"}"{names}>'
        f"{label}{_content(page, place, new, _href(page, place, has_ids=has_ids))}</li>"
    )


def _href(page: ListPage, place: Place, *, has_ids: bool) -> str:
    if page.truth.device is Device.PC or not has_ids:
        return "#"
    return escape(f"https://m.place.naver.com/{page.path}/{place.id}?entry=pll&bk_query={encoded(page.truth.keyword)}")


def _content(page: ListPage, place: Place, new: str, href: str) -> str:
    draw = Draw("list row", place.id)
    name = escape(place.title, quote=False).replace(
        escape(page.truth.keyword, quote=False), f"<mark>{escape(page.truth.keyword)}</mark>"
    )
    photos = "".join(
        f'<div class="yLaWz" data-index="{n}"><a href="{href}" role="button" class="place_thumb"><div class="lazyload-'
        f'wrapper"><img src="https://search.pstatic.net/common/?autoRotate=true&amp;type=w278_sharpen&amp;src='
        f'{draw.token(90)}" class="K0PDV" alt="" width="100%"></div></a></div>'
        for n in range(4)
    )
    return (
        f'<div class="CHC5F"><div class="bSoi3"><a href="{href}" role="button" class="place_bluelink N_KDL CtW3e"><div '
        f'class="ApCpt"><span class="TYaxT">{name}</span><span class="KCMnt">{place.category}</span></div></a></div>'
        f'<div class="Dr_06"><div class="MVx6e"><span class="h69bs MqNOY">영업 중</span>{new}<span class="h69bs">리뷰 '
        f'{draw.number(10, 4000):,}</span></div><a href="#" role="button" class="vEZDX" aria-pressed="false">{icon(60)}'
        '<span class="place_blind">저장</span></a></div><div class="lWwyx"><span class="Pb4bU">모의동</span>'
        f'<div class="zZfO1">길찾기</div></div></div><div class="cOfu6"><ul class="pui__photos"><li>'
        f"{photos}</li></ul></div>"
    )


def _filters() -> str:
    names = ("전체필터", "지금영업중", "예약", "주차", "단체", "포장")
    items = "".join(
        f'<li class="Me4yK"><a href="#" role="button" class="T46Lb">{name}{icon(20)}</a></li>' for name in names
    )
    return f'<nav class="okv09"><ul>{items}</ul></nav>'


def _pages(page: ListPage) -> str:
    count = max(1, -(-min(len(page.truth.rows), page.truth.total) // page.display))
    now = (page.start - 1) // page.display + 1
    numbers = "".join(
        f'<a href="#" role="button" class="mBN2s{" qxokY" if number == now else ""}">{number}</a>'
        for number in range(1, count + 1)
    )
    return (
        f'<div class="zRM9F"><a href="#" role="button" class="eUTV2" aria-disabled="{str(now == 1).lower()}">이전</a>'
        f'{numbers}<a href="#" role="button" class="eUTV2" aria-disabled="{str(now >= count).lower()}">다음</a></div>'
    )
