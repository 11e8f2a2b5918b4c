"""The server: every request is dispatched on the host it was meant for."""

import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from infra.local.standin.control import Control
from infra.local.standin.faults import FaultBook
from infra.local.standin.naver.answers import not_found
from infra.local.standin.naver.hosts import short_links
from infra.local.standin.naver.hosts.place_host import PlaceHost
from infra.local.standin.naver.hosts.search import MoreHost, SearchHost
from infra.local.standin.naver.hosts.short_links import ShortLinks
from infra.local.standin.naver.pages import faulty_pages, hostile_pages
from infra.local.standin.naver.stylesheet import STYLESHEET
from infra.local.standin.request_log import RequestLog
from sunwi.domain.tracking import Device

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CONTROL_HOSTS = frozenset({"127.0.0.1", "localhost"})
_LOG_HOSTS = frozenset({"l.search.naver.com", "er.search.naver.com", "nlog.naver.com", "lcs.naver.com", "cc.naver.com"})
_PLACE_LIST = re.compile(r"/[a-z]+/list")
_STATIC_TYPES = {"js": "application/javascript", "css": "text/css", "ico": "image/x-icon"}
#: The smallest picture there is.
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def build_app(*, seed: int, faults: FaultBook, log: RequestLog, links: ShortLinks) -> web.Application:
    """Build the server's application."""
    dispatcher = _Dispatcher(seed=seed, faults=faults, log=log, links=links)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", dispatcher.answer)
    return app


class _Dispatcher:
    def __init__(self, *, seed: int, faults: FaultBook, log: RequestLog, links: ShortLinks) -> None:
        self._log = log
        self._control = Control(seed, faults, log, links)
        hosts = {
            device: SearchHost(seed=seed, device=device, faults=faults, log=log)
            for device in (Device.PC, Device.MOBILE)
        }
        #: (host, path) → answer; a surface that is added later is one more line.
        self._pages: Mapping[tuple[str, str], Answer] = {
            ("search.naver.com", "/search.naver"): hosts[Device.PC].answer,
            ("m.search.naver.com", "/search.naver"): hosts[Device.MOBILE].answer,
            ("nid.naver.com", "/nidlogin.login"): _login_page,
            ("search.naver.com", hostile_pages.DOWNLOAD_PATH): hostile_pages.download,
            ("search.naver.com", hostile_pages.WORKER_PATH): hostile_pages.worker,
        }
        self._short_links: Answer = links.answer
        self._more: Answer = MoreHost(seed=seed, faults=faults, log=log).answer
        self._place_lists: Mapping[str, Answer] = {
            host: PlaceHost(seed=seed, device=device, faults=faults, log=log).answer
            for host, device in (("pcmap.place.naver.com", Device.PC), ("m.place.naver.com", Device.MOBILE))
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0].lower()
        if host in _CONTROL_HOSTS:
            return await self._control.answer(request)
        self._log.note(host, request.path)
        if page := self._find_page(host, request.path):
            return await page(request)
        if host in _LOG_HOSTS:
            return web.Response(status=204, headers={"Access-Control-Allow-Origin": "*"})
        if host.endswith((".pstatic.net", ".naver.net")) or host == "ncpt.naver.com":
            return _static_file(request)
        return not_found(request)

    def _find_page(self, host: str, path: str) -> Answer | None:
        if host == "s.search.naver.com":
            return self._more
        if host == short_links.HOST:
            return self._short_links
        if _PLACE_LIST.fullmatch(path):
            return self._place_lists.get(host)
        return self._pages.get((host, path))


async def _login_page(_: web.Request) -> web.Response:
    return web.Response(text=faulty_pages.login_form(), content_type="text/html")


def _static_file(request: web.Request) -> web.Response:
    """Answer a script or picture with next to nothing, and a style sheet with that of all pages."""
    content_type = _STATIC_TYPES.get(request.path.rpartition(".")[2])
    body = {"application/javascript": b"/* stand-in */\n", "text/css": STYLESHEET.encode()}.get(
        content_type or "", _PIXEL
    )
    return web.Response(
        body=body,
        content_type=content_type or "image/gif",
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=31536000"},
    )
