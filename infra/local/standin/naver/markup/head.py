"""What stands before and after the columns: scripts, search form, tabs, the page's list of its areas."""

import json
from html import escape
from urllib.parse import quote

from infra.local.standin.naver.draw import Draw
from infra.local.standin.naver.markup.elements import as_script, encoded, icon
from infra.local.standin.naver.truth.truth import PageTruth
from sunwi.domain.tracking import Device

_STYLES = ("search1", "search2", "sp_autocomplete", "sp_viewer")
_SCRIPTS = (
    "nx-core",
    "common",
    "require",
    "post-require",
    "logger",
    "web-vitals",
    "scroll-log",
    "click-log",
    "lazy-image",
)
_TABS = ("blog", "cafe", "image", "clip", "kin", "news", "web", "influencer")


def head(truth: PageTruth, ssc: str) -> str:
    """Write the document's head; `ssc` is Naver's name of the surface."""
    keyword, name = escape(truth.keyword), "pc" if truth.device is Device.PC else "mo"
    styles = "".join(
        f'<link rel="stylesheet" type="text/css" href="https://ssl.pstatic.net/sstatic/search/{name}/css/{style}_260401.css'
        '?o=search">'
        for style in _STYLES
    )
    scripts = "".join(
        f'<script src="https://ssl.pstatic.net/sstatic/fe/standin/{name}/{script}-1.0.0.js?o=search" '
        'crossorigin="anonymous"></script>'
        for script in _SCRIPTS
    )
    return (
        '<head> <meta charset="utf-8"> <meta name="referrer" content="strict-origin-when-cross-origin"> '
        f'<meta property="og:title" content="{keyword} : 네이버 검색"> <meta name="description" lang="ko" '
        f"content=\"'{keyword}'의 네이버 검색 결과입니다.\"> <title>{keyword} : 네이버 검색</title> "
        '<link rel="shortcut icon" href="https://ssl.pstatic.net/sstatic/search/favicon/favicon_32x32.ico"> '
        f"{styles}{_inline_scripts(truth, ssc)}{scripts}</head>"
    )


def _inline_scripts(truth: PageTruth, ssc: str) -> str:
    """Scripts of every healthy page; they name the captcha service, which blocks nobody here."""
    where = "nexearch" if truth.device is Device.PC else "m"
    page_id = Draw(truth.seed, truth.keyword, "page").token(23)
    services = {
        "captchaApi": {"image": "https://captcha.nid.naver.com/standin.gif?key={=key}"},
        "ncaptcha": "https://ncpt.naver.com/static/ncaptcha-api.js",
    }
    return (
        '<script> naver = window.naver || {}; naver.search = naver.search || {}; naver.search.abt_param = ""; </script>'
        '<script> var nx_au_cookie_domain = ".search.naver.com" ; var g_ssc = '
        f'"{ssc}" ; var g_query = {as_script(truth.keyword)} ; var g_where = "{where}" ; '
        f"var nx_mobile_agent = {int(truth.device is Device.MOBILE)} ; "
        f'var g_puid = "{page_id}" ; var nx_search_path = "?where={where}&sm=tab_hty.top" ; '
        f"var headerfooter_query = {as_script(truth.keyword)} ; "
        f'var headerfooter_query_encoded = "{quote(truth.keyword)}" ; </script>'
        f"<script> naver.search.services = {json.dumps(services)}; "
        'function urlencode (q) { return encodeURIComponent(q).replace(/%20/g, "+"); } '
        "function tCR () { return true; } function goOtherCR () { return true; } </script>"
        '<script> (function () { if (!navigator.sendBeacon) return; var q = "?u=" + urlencode(location.href); '
        'navigator.sendBeacon("https://l.search.naver.com/n/scrolllog/v2" + q, "{}"); '
        'navigator.sendBeacon("https://nlog.naver.com/n" + q, "{}"); })(); </script>'
    )


def header(truth: PageTruth, ssc: str = "") -> str:
    """Write the search form and the tabs; `ssc` names the tab that is open, if one is."""
    keyword, query = escape(truth.keyword), encoded(truth.keyword)
    where = "nexearch" if truth.device is Device.PC else "m"
    opened = f'<input type="hidden" name="{"ssc" if ssc else "where"}" value="{ssc or where}">'
    tabs = "".join(
        f'<div role="presentation" class="flicking-panel"><a role="tab" href="?ssc=tab.{tab}.all&amp;sm=tab_jum&amp;'
        f'query={query}" onclick="return goOtherCR(this, '
        f"'a=tab*{tab}.jmp&amp;r=1&amp;i=&amp;u='+urlencode(this.href));\" "
        f'class="tab"><i class="spnew ico_nav_{tab}">{icon(40)}</i>{tab}</a></div>'
        for tab in _TABS
    )
    return (
        '<div id="nxtt_div" style="position:absolute"></div><div id="u_skip"><a href="#lnb"><span>메뉴 영역으로 '
        "바로가기</span>"
        '</a><a href="#content"><span>본문 영역으로 바로가기</span></a></div><div id="wrap"><div id="header_wrap" '
        'class="lnb_intent"> <div class="api_floating_header spi-lnb"> <div class="gnb_wrap"> <div '
        'class="header_group"> '
        '<div class="search_area"> <h1 class="logo"><a href="https://www.naver.com" class="link">NAVER</a></h1> '
        '<form id="nx_search_form" name="search" action="?" method="get" role="search"> <fieldset class="greenwindow"> '
        f'<input type="hidden" name="sm" value="tab_hty.top"> {opened} '
        f'<input id="nx_query" type="text" name="query" class="box_window" value="{keyword}" maxlength="255" '
        f'autocomplete="off"> <input type="hidden" name="oquery" value="{keyword}"> </fieldset> </form> </div> </div> '
        f'<div id="gnb"> </div> </div> <div id="lnb" class="type_animation"> <div class="lnb_group">{tabs}</div> '
        f"<script> {_section_list(truth)} </script></div> </div></div><script> {_area_info(truth)} </script>"
    )


def _section_list(truth: PageTruth) -> str:
    """The page's own list of its areas: a script object, of which the columns are JSON."""
    main = [{"area": area.listed_as, "rank": rank} for rank, area in enumerate(truth.areas, 1)]
    side = [{"area": "stX_cpT*b", "rank": 1}, {"area": "bnr", "rank": 2}]
    return (
        f'naver.search.section = {{ "main": {json.dumps(main)}, "main2": {json.dumps(side)},  '
        '"find_section_list": function(column, area) { if (!this[column]) return []; '
        "return this[column].filter(function(a) { return a.area.indexOf(area) === 0; }); } };"
    )


def _area_info(truth: PageTruth) -> str:
    info = [{"n": area.code, "r": rank} for rank, area in enumerate(truth.areas, 1)]
    return f"var nx_cr_area_info = {json.dumps(info)};"


def options(truth: PageTruth) -> str:
    """Write the search options that stand hidden at the top of the main column."""
    query = encoded(truth.keyword)
    periods = "".join(
        f'<a role="tab" class="txt" aria-selected="false" href="?ssc={truth.ssc}&amp;sm=tab_opt&amp;query={query}'
        f'&amp;nso=p%3A{period}&amp;nso_open=1" onclick="return goOtherCR(this, \'a=opt.{period}\');">{period}</a>'
        for period in ("all", "1h", "1d", "1w", "1m", "3m", "6m", "1y")
    )
    return (
        "<script> naver.search.option = {} ; naver.search.option.params = {} ; </script>"
        '<div id="snb" class="_search_option_detail_wrap _slog_visible" data-slog-container="opt" '
        'style="display:none;"> '
        '<form id="nx_option_form" name="nx_option_form" action="?"> <input type="hidden" id="query" name="query" '
        f'value="{escape(truth.keyword)}"> </form> <div role="listbox" class="mod_group_option_sort"> '
        f'<ul class="lst_option"> <li class="bx term"> <strong class="tit">기간</strong> {periods}</li> </ul> '
        "</div> </div>"
        '<div class="_scrollLog" style="visibility:hidden;height:0px"></div>'
    )


def pages(keyword: str) -> str:
    """Write the links to further pages, at the end of the main column."""
    query = encoded(keyword)
    numbers = "".join(
        f'<a href="?nso=&amp;page={page}&amp;query={query}&amp;sm=tab_pge&amp;start={page * 15 - 29}&amp;where=web" '
        f'class="btn" aria-label="{page}페이지">{page}</a>\n'
        for page in range(2, 11)
    )
    return (
        '<div class="api_sc_page_wrap"><div class="sc_page"><div class="sc_page_inner"><a href="#" class="btn" '
        f'aria-current="page" aria-label="1페이지">1</a>\n{numbers}</div></div></div><div class="ct_feed_wrap"></div>'
        '<div class="_scrollLogEndline" style="visibility:hidden;height:0px"></div>'
    )


def footer() -> str:
    """Write what follows the columns."""
    return (
        '<div id="footer"> <div class="footer_group"> <div class="footer_menu"> <span class="inner"><a '
        'href="https://help.naver.com" class="link">도움말</a></span> </div> </div> </div> '
        '<div class="_scrollLog" style="visibility:hidden;height:0px"></div></div>'
        "<script> naver.common = naver.common || {}; naver.common.webvitals = {}; </script>"
        '<div class="ly_viewer type_sub _fe_image_viewer_root"></div>'
    )
