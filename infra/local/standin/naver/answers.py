"""Answers with the fault that is due: a page, a changed page, a refusal, or no answer at all."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from aiohttp import web

from infra.local.standin.faults import HOSTILE, MOVING, Fault, FaultKind
from infra.local.standin.naver.pages import faulty_pages, hostile_pages, moving_pages, refusal_pages

#: Faults that change the text of a page, whatever it is.
_CHANGED: Mapping[FaultKind, Callable[[str], str]] = MappingProxyType(
    {
        FaultKind.RENAMED_CLASSES: faulty_pages.renamed_classes,
        FaultKind.TRUNCATED: faulty_pages.truncated,
        FaultKind.SLOW_TO_DRAW: faulty_pages.slow_to_draw,
        FaultKind.CHALLENGE_OVER: refusal_pages.with_challenge,
        FaultKind.CHALLENGE_UNUSED: refusal_pages.with_unused_challenge,
    }
)
#: Whole pages of refusal, each with its status, whatever was asked for.
_REFUSAL_PAGES: Mapping[FaultKind, tuple[int, Callable[[], str]]] = MappingProxyType(
    {
        FaultKind.PLACE_REFUSED: (200, refusal_pages.place_refusal),
        FaultKind.PLACE_REFUSED_LATER_BUILD: (200, refusal_pages.place_refusal_of_later_build),
        FaultKind.SEARCH_REFUSED: (200, refusal_pages.search_refusal),
        FaultKind.SEARCH_REFUSED_FORBIDDEN: (403, refusal_pages.search_refusal),
        FaultKind.TOO_MANY_REQUESTS_EMPTY: (429, str),
    }
)
#: What a script gets in place of its JSON; documents are healthy.
_IN_PLACE_OF_JSON: Mapping[FaultKind, Callable[[str], str]] = MappingProxyType(
    {
        FaultKind.HTML_FOR_JSON: lambda _: refusal_pages.page_for_script(),
        FaultKind.JSON_IN_PRE: refusal_pages.in_pre,
        FaultKind.CHALLENGE_OVER: lambda _: faulty_pages.captcha(),
    }
)
#: Faults that serve no page at all.
_REFUSALS = frozenset(
    {
        FaultKind.FORBIDDEN,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.UNAVAILABLE,
        FaultKind.CAPTCHA,
        FaultKind.LOGIN_REDIRECT,
        FaultKind.EMPTY,
        FaultKind.RESET_BEFORE_HEADERS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What an address serves.

    Attributes:
        write: Writes the healthy text, for None, or the one that a fault serves in its place.
        is_json: Whether a script asks for it.
        captcha: Writes the page that asks whether a person is there.
    """

    write: Callable[[FaultKind | None], str]
    is_json: bool = False
    captcha: Callable[[], str] = faulty_pages.captcha


async def answer_with(fault: Fault | None, document: Document, request: web.Request) -> web.StreamResponse:
    """Answer a request with a document, or with what a fault makes of it."""
    if fault is None:
        return _text(document.write(None), request, is_json=document.is_json)
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    if fault.kind is FaultKind.RESET_MID_PAGE:
        return await _reset_mid_page(request, document.write(None))
    return _instead(fault, document, request) or _page(fault.kind, document, request)


def _instead(fault: Fault, document: Document, request: web.Request) -> web.Response | None:
    """Answer with something other than the document, if that is what the fault does."""
    if fault.kind in HOSTILE:
        return hostile_pages.answer(fault.kind, request)
    if fault.kind in MOVING and not moving_pages.has_arrived(fault.kind, request):
        return _text(moving_pages.leaving(fault.kind, document.write(None), request), request)
    if fault.kind in _REFUSALS:
        return _refusal(fault, document, request)
    if fault.kind in _REFUSAL_PAGES:
        status, page = _REFUSAL_PAGES[fault.kind]
        return _text(page(), request, status=status)
    if fault.kind in _IN_PLACE_OF_JSON and document.is_json:
        return _text(_IN_PLACE_OF_JSON[fault.kind](document.write(None)), request)
    return None


def _page(kind: FaultKind, document: Document, request: web.Request) -> web.Response:
    """Answer with the document, changed as the fault changes it."""
    change = _CHANGED.get(kind)
    text = document.write(kind) if change is None else change(document.write(None))
    return _text(text, request, is_json=document.is_json)


def _refusal(fault: Fault, document: Document, request: web.Request) -> web.Response:
    """Answer with something that is no search page."""
    match fault.kind:
        case FaultKind.FORBIDDEN:
            return _text(faulty_pages.refusal(403, "Forbidden"), request, status=403)
        case FaultKind.TOO_MANY_REQUESTS | FaultKind.UNAVAILABLE:
            return _refused_for_now(fault, request)
        case FaultKind.CAPTCHA:
            return _text(document.captcha(), request)
        case FaultKind.LOGIN_REDIRECT:
            back = quote(str(request.url), safe="")
            return web.Response(
                status=302, headers={"Location": f"https://nid.naver.com/nidlogin.login?mode=form&url={back}"}
            )
        case FaultKind.EMPTY:
            return _text("", request, is_json=document.is_json)
        case _:
            return _reset(request)


def _refused_for_now(fault: Fault, request: web.Request) -> web.Response:
    is_busy = fault.kind is FaultKind.TOO_MANY_REQUESTS
    status, words = (429, "Too Many Requests") if is_busy else (503, "Service Unavailable")
    answer = _text(faulty_pages.refusal(status, words), request, status=status)
    answer.headers["Retry-After"] = str(fault.retry_after_seconds)
    return answer


def whole_number(request: web.Request, name: str, usual: int) -> int:
    """Read a field that is a number from 1 on; anything else counts as absent."""
    value = request.query.get(name, "")
    return max(1, int(value[:9])) if value.isascii() and value.isdecimal() else usual


def not_found(request: web.Request) -> web.Response:
    """Answer an address that the site does not have."""
    return web.Response(status=404, text=f"404: {request.host}{request.path} is not part of the stand-in site\n")


def _text(text: str, request: web.Request, *, status: int = 200, is_json: bool = False) -> web.Response:
    """Answer with a text, and close: a browser repeats a request by itself on a connection that was open before."""
    headers = {"Cache-Control": "no-store"}
    if is_json:
        headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")
        headers["Access-Control-Allow-Credentials"] = "true"
    answer = web.Response(
        status=status,
        body=text.encode(),
        content_type="application/json" if is_json else "text/html",
        charset="utf-8",
        headers=headers,
    )
    answer.force_close()
    return answer


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)


async def _reset_mid_page(request: web.Request, page: str) -> web.StreamResponse:
    body = page.encode()
    answer = web.StreamResponse(headers={"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))})
    await answer.prepare(request)
    await answer.write(body[: len(body) // 3])
    if request.transport is not None:
        request.transport.abort()
    return answer
