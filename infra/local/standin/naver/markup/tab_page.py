"""A whole page of the blog tab or the cafe tab, and the JSON with which its script goes on."""

import json
from html import escape

from infra.local.standin.naver.items import CafePost
from infra.local.standin.naver.markup import head, other_areas
from infra.local.standin.naver.markup.elements import VERTICAL, as_script, div
from infra.local.standin.naver.markup.filler import css_slot, fill
from infra.local.standin.naver.markup.page import no_results
from infra.local.standin.naver.tabs import Build
from infra.local.standin.naver.truth.list_truth import ListTruth
from infra.local.standin.naver.truth.truth import PageTruth
from sunwi.domain.tracking import Device, Surface

#: Naver's own names of the tabs.
TAB_NAMES = {
    (Surface.BLOG_TAB, Device.PC): "tab.blog.all",
    (Surface.BLOG_TAB, Device.MOBILE): "tab.m_blog.all",
    (Surface.CAFE_TAB, Device.PC): "tab.cafe.all",
    (Surface.CAFE_TAB, Device.MOBILE): "tab.m_cafe.all",
}
#: Characters; inferred from the integrated page's.
_WEIGHTS = {Device.PC: 520_000, Device.MOBILE: 400_000}
_EMPTY_WEIGHT = 110_000


def render_tab(truth: ListTruth, build: Build, rows: str, next_url: str, *, other: str = "") -> str:
    """Write one page.

    Args:
        truth: Of the tab; decides what the page says it answers.
        build: Whose markup.
        rows: As `tab_rows` writes them; nothing where there are none.
        next_url: Of the next page, when this one carries it.
        other: What stands in the main column beside the rows.
    """
    ssc = TAB_NAMES[truth.surface, truth.device]
    frame = PageTruth(seed=truth.seed, keyword=truth.keyword, device=truth.device, areas=())
    is_pc = truth.device is Device.PC
    column = "main_pack" if is_pc else "ct"
    side = f'<div id="sub_pack" class="sub_pack">{other_areas.side_column(frame)}</div>' if is_pc else ""
    main = (_list(truth, build, rows) if rows else "") + other
    page = (
        f'<!doctype html> <html lang="ko">{head.head(frame, ssc)}<body class="wrap-new api_animation">'
        f'{head.header(frame, ssc)}<div id="container" role="main"> <div id="content" class="pack_group"> '
        f'<h1 class="blind">{escape(truth.keyword)} 검색 결과</h1><div id="{column}" class="{column}">'
        f"{head.options(frame)}{main or no_results(truth.keyword)}{_next(build, next_url)}"
        '<div class="_scrollLogEndline" style="visibility:hidden;height:0px"></div></div>'
        f"{side}</div></div>{_script(truth, build) if rows else ''}{css_slot()}{head.footer()}</body></html>\n"
    )
    return fill(page, _WEIGHTS[truth.device] if main else _EMPTY_WEIGHT)


def continued(rows: str, next_url: str) -> str:
    """Write the JSON of further rows; an empty address ends the list."""
    return json.dumps({"contents": rows, "nextUrl": next_url}, ensure_ascii=False)


def _list(truth: ListTruth, build: Build, rows: str) -> str:
    sort = "cafe" if truth.surface is Surface.CAFE_TAB else "nblog"
    if build is Build.LISTED:
        return (
            f'<section class="sc_new sp_{sort} _fe_{sort}_collection"><div class="api_subject_bx"><ul class="lst_view '
            f'_infinite_list">{rows}</ul></div></section>'
        )
    template = f"ugc/prs_template_v2_ugc_tab_{'desk' if truth.device is Device.PC else 'mo'}.ts"
    listing = div(rows, f"{VERTICAL} fds-ugc-item-list _infinite_list", template_id="layout", template_type="vertical")
    return (
        f'<div id="fdr-{sort}" data-fender-root="true" data-block-id="{template}" data-meta-area="{truth.area}" '
        f'data-meta-ssc="{TAB_NAMES[truth.surface, truth.device]}" class="sc_new _slog_visible" '
        f'data-slog-container="{truth.area}"><div class="desktop_mode api_subject_bx">{listing}</div></div>'
    )


def _next(build: Build, next_url: str) -> str:
    """The address of the next page, for the page's own script: in an attribute, or in a script of 2026."""
    if not next_url:
        return ""
    if build is Build.LISTED:
        return f'<div class="more_loading _infinite_trigger" data-more-url="{escape(next_url)}"></div>'
    return (
        f'<script>naver.search.infinite = {{"url":{as_script(next_url)},"headers":{{"X-Prs-Query-Info":"standin"}}}};'
        "</script>"
    )


def _script(truth: ListTruth, build: Build) -> str:
    """The posts of the first rows again, as properties: no links, and no rows."""
    if build is Build.LISTED:
        return ""
    children = [
        {"props": {"title": row.item.title, "titleHref": row.item.url, "isCafe": isinstance(row.item, CafePost)}}
        for row in truth.rows[:10]
    ]
    return f"<script>naver.search.props = {as_script({'body': {'children': children}})};</script>"
