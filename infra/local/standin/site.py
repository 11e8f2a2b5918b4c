"""The stand-in site as a context manager: a server in a thread of its own."""

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, overload

from aiohttp import web

from infra.local.standin.certificate import server_context
from infra.local.standin.faults import Fault, FaultBook, FaultKind
from infra.local.standin.naver.hosts.short_links import ShortLinks
from infra.local.standin.naver.truth.list_truth import ListTruth
from infra.local.standin.naver.truth.truth import PageTruth
from infra.local.standin.naver.truth.truths import surface_truth
from infra.local.standin.request_log import RequestLog
from infra.local.standin.server import build_app
from sunwi.domain.tracking import Device, Surface

_START_SECONDS = 30
#: Answers under way when the site stops get this long.
_SHUTDOWN_SECONDS = 0.5


class StandinSite:
    """Naver's site on this machine, from entering the context to leaving it.

    A browser reaches it with `--host-resolver-rules=MAP *.naver.com <address>, …` and without checking
    certificates; its requests then name the real hosts.
    """

    def __init__(self, *, seed: int, state_dir: Path, port: int = 0, host: str = "127.0.0.1") -> None:
        """Prepare the site.

        Args:
            seed: Another seed is another web.
            state_dir: Keeps the certificate; made when absent.
            port: 0 takes a free one.
            host: Address of this machine to listen on.
        """
        self._seed = seed
        self._state_dir = state_dir
        self._wanted_port = port
        self._host = host
        self._faults = FaultBook()
        self._links = ShortLinks(seed)
        self._started: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="standin-site", daemon=True)
        self.requests = RequestLog()

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(_START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _, loop, stopping = self._started.result()
        loop.call_soon_threadsafe(stopping.set)
        self._thread.join(_START_SECONDS)

    @property
    def port(self) -> int:
        """The port that the site listens on."""
        return self._started.result(_START_SECONDS)[0]

    @property
    def address(self) -> str:
        """`<host>:<port>`, as resolver rules take it."""
        return f"{self._host}:{self.port}"

    @overload
    def truth(
        self,
        keyword: str,
        device: Device = ...,
        surface: Literal[Surface.INTEGRATED] = ...,
        location: str = ...,
    ) -> PageTruth: ...
    @overload
    def truth(
        self,
        keyword: str,
        device: Device,
        surface: Literal[Surface.PLACE_LIST, Surface.BLOG_TAB, Surface.CAFE_TAB],
        location: str = ...,
    ) -> ListTruth: ...
    @overload
    def truth(self, keyword: str, device: Device, surface: Surface, location: str = ...) -> PageTruth | ListTruth: ...
    def truth(
        self,
        keyword: str,
        device: Device = Device.PC,
        surface: Surface = Surface.INTEGRATED,
        location: str = "",
    ) -> PageTruth | ListTruth:
        """Return what the healthy page of a keyword holds, or all pages of its list."""
        return surface_truth(self._seed, keyword, device, surface, location)

    def short_link(self, url: str) -> str:
        """Return the `naver.me` address that leads to an address; `short_links` has two that lead nowhere."""
        return self._links.shorten(url)

    def set_fault(self, keyword: str, fault: Fault | FaultKind) -> None:
        """Set a fault for a keyword, from its next request on."""
        self._faults.set(keyword, fault if isinstance(fault, Fault) else Fault(kind=fault))

    def clear_faults(self) -> None:
        """Make all keywords healthy."""
        self._faults.clear()

    async def _serve(self) -> None:
        app = build_app(seed=self._seed, faults=self._faults, log=self.requests, links=self._links)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS, handler_cancellation=True)
        try:
            await runner.setup()
            context = server_context(self._state_dir)
            site = web.TCPSite(runner, self._host, self._wanted_port, ssl_context=context)
            await site.start()
        except OSError as error:
            await runner.cleanup()
            self._started.set_exception(error)
            return
        stopping = asyncio.Event()
        self._started.set_result((runner.addresses[0][1], asyncio.get_running_loop(), stopping))
        await stopping.wait()
        await _close(runner)


async def _close(runner: web.AppRunner) -> None:
    """Close open connections at once: a TLS farewell would wait for browsers that are gone."""
    for connection in runner.server.connections if runner.server else ():
        if connection.transport is not None:
            connection.transport.abort()
    await runner.cleanup()
