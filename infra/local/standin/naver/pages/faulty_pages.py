"""Pages that are not, or not quite, what was asked for."""

import json
import re
from collections.abc import Iterable
from html import escape
from zlib import crc32

from infra.local.standin.naver.generator import page_html, page_truth
from infra.local.standin.naver.items import Item
from infra.local.standin.naver.markup.filler import css_slot, fill
from infra.local.standin.naver.markup.page import no_results as statement_of_nothing
from infra.local.standin.naver.markup.page import no_results_in_container as statement_in_container
from infra.local.standin.naver.shapes import ADS_ONLY, OPENINGS_ONLY, Shape
from sunwi.domain.tracking import Device

#: In markup, and in markup that JSON carries.
_CLASSES = re.compile(r'\bclass=(\\?")([^"\\]*)\1')
_STATE = re.compile(r"((?:naver\.search\.ext\.\w+\.salt|window)\.__APOLLO_STATE__ = )(\{.*\});\n")
_WEIGHT_OF_UNKNOWN = 300_000


def slow_to_draw(page: str) -> str:
    """Lay something over a page that takes minutes to draw: it can be read at once, and hardly be pictured."""
    step = (
        "<feTurbulence baseFrequency='.{}' numOctaves='200'/><feMorphology radius='60' operator='dilate'/>"
        "<feGaussianBlur stdDeviation='90'/>"
    )
    steps = "".join(step.format(number) for number in range(11, 99))
    slow = (
        f"<svg width='0' height='0'><filter id='slow' x='0' y='0' width='1' height='1'>{steps}</filter></svg>"
        "<div style='position:absolute;left:0;top:0;width:1400px;height:15000px;opacity:.01;pointer-events:none;"
        "background:#fff;filter:url(#slow)'></div>"
    )
    return page.replace("</body>", f"{slow}</body>")


def renamed_classes(page: str) -> str:
    """Return the page after a new build of Naver's styles: every class has another name, all else stands."""

    def rename(match: re.Match[str]) -> str:
        names = " ".join(f"z{crc32(name.encode()):08x}" for name in match[2].split())
        return f"class={match[1]}{names}{match[1]}"

    return _CLASSES.sub(rename, page)


def broken_state(page: str) -> str:
    """Return the page with its place state cut in the middle, as a half-written cache entry would be."""
    return _STATE.sub(lambda match: f"{match[1]}{match[2][: len(match[2]) // 2]};\n", page)


def state_missing(page: str) -> str:
    """Return the page with its rows, but without their state."""
    return _STATE.sub("", page)


def truncated(page: str) -> str:
    """Return the first half of the page."""
    return page[: len(page) // 2]


def other_query(seed: int, keyword: str, device: Device) -> str:
    """Return the page of another query, as Naver answers what it takes for a typing error."""
    return page_html(seed, f"{keyword} 추천", device)


def ads_only(seed: int, keyword: str, device: Device) -> str:
    """Return a page of advertising and shopping."""
    return page_html(seed, keyword, device, shape=ADS_ONLY)


def openings_only(seed: int, keyword: str, device: Device) -> str:
    """Return a page with new openings and no place block."""
    return page_html(seed, keyword, device, shape=OPENINGS_ONLY)


def no_results(seed: int, keyword: str, device: Device) -> str:
    """Return the page on which Naver says that nothing was found."""
    return page_html(seed, keyword, device, shape=Shape(areas=()))


def no_results_in_container(seed: int, keyword: str, device: Device) -> str:
    """Return the page that says so in the element that other areas stand in."""
    page = no_results(seed, keyword, device)
    return page.replace(statement_of_nothing(keyword), statement_in_container(keyword))


def layout_unknown(seed: int, keyword: str, device: Device) -> str:
    """Return the page after a redesign: the keyword's own posts, and none of the marks that name areas and cards."""
    return unmarked(keyword, [card.item for card in page_truth(seed, keyword, device).cards])


def unmarked(keyword: str, items: Iterable[Item]) -> str:
    """Write posts or places as a page of results that has none of Naver's marks."""
    rows = "".join(
        f'<article class="result"><h3><a href="{escape(item.url)}">{escape(item.title)}</a></h3></article>'
        for item in items
    )
    name = escape(keyword)
    page = (
        f'<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{name} : 네이버 검색</title>'
        f"{css_slot()}</head>"
        f'<body><main id="results"><input type="search" value="{name}" aria-label="검색어">{rows}</main></body>'
        "</html>\n"
    )
    return fill(page, _WEIGHT_OF_UNKNOWN)


def captcha() -> str:
    """Return a page that asks whether a person is there."""
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 : 보안 확인</title>'
        '<script src="https://ncpt.naver.com/static/wtm_captcha.js"></script></head><body><div id="app">'
        '<div class="captcha_container"><h1>보안 확인을 완료해 주세요</h1><p class="captcha_message">그림에 '
        "있는 가게의 전화번호를 "
        '입력해 주세요.</p><img id="rcpt_img" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt=""><input '
        'id="rcpt_answer" '
        'type="text"><button id="cpt_confirm" type="button">확인</button></div></div>'
        "<script>window.WtmCaptcha = { start: function () {} };</script></body></html>\n"
    )


def place_captcha() -> str:
    """Return the gate of the place list: a document that names itself one, and a form that a script fills."""
    gate = {
        "pageId": "place-list-ncaptcha",
        "ncaptcha": {"hostname": "https://ncpt.naver.com", "siteKey": "standin"},
        "confirmRules": [{"rule": "CE_EMPTY_TOKEN", "result": False}],
    }
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 플레이스</title>'
        '<script src="https://ncpt.naver.com/static/ncaptcha-api.js"></script></head><body><div id="app-root">'
        f"</div><script>window.__PAGE_STATE__ = {json.dumps(gate)};</script></body></html>\n"
    )


def login_form() -> str:
    """Return the sign-in page."""
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 : 로그인</title></head><body>'
        '<form id="frmNIDLogin" name="frmNIDLogin" action="https://nid.naver.com/nidlogin.login" method="POST">'
        '<input type="text" id="id" name="id"><input type="password" id="pw" name="pw"><button type="submit" '
        'id="log.login">로그인</button></form></body></html>\n'
    )


def refusal(status: int, words: str) -> str:
    """Return the short page that comes with a status of refusal."""
    return f"<html><head><title>{status}</title></head><body><center><h1>{status} {words}</h1></center></body></html>\n"
