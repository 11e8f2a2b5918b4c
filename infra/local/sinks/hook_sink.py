"""A server that stands in for Slack and for webhooks, and keeps what it takes as files."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from infra.local.sinks.hook_faults import HookFault
from infra.local.stack.polling import wait_for

HOST = "127.0.0.1"
#: What Slack answers to a message that it takes.
TAKEN = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenHook:
    """A request that was taken.

    Attributes:
        host: That it was meant for.
        headers: By name in lower case.
        text: Its body.
        at: When it came, in seconds of the epoch.
    """

    host: str
    path: str
    headers: Mapping[str, str]
    text: str
    at: float

    @property
    def body(self) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Its body, read."""
        return json.loads(self.text)


class HookSink:
    """Answers for every host of a hook, by plain HTTP, from entering the context to leaving it.

    Functions reach it by HOOKS_STANDIN=`address`.

    Attributes:
        asked: How many requests came, by host, those that met a fault among them.
    """

    def __init__(self, folder: Path | None = None, *, host: str = HOST) -> None:
        """Prepare it.

        Args:
            folder: Takes each request as `0001.json` and so on; None keeps none but in memory.
            host: Number of this machine to listen on.
        """
        self._folder = folder
        self._host = host
        self._lock = threading.Lock()
        self._faults: dict[str, list[HookFault]] = defaultdict(list)
        self._taken: list[TakenHook] = []
        self._released = threading.Event()
        self._server = _Server(self, host)
        self.asked: dict[str, int] = defaultdict(int)

    @property
    def address(self) -> str:
        """`number:port` of the server."""
        return f"{self._host}:{self._server.server_port}"

    def __enter__(self) -> Self:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._server.serve_forever, name="hook-sink", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def meet(self, host: str, *faults: HookFault) -> None:
        """Let the next requests for a host meet these, in order, and forget what others left."""
        with self._lock:
            self._faults[host] = [each for fault in faults for each in [fault] * (fault.times or 1)]

    def taken(self, host: str = "") -> list[TakenHook]:
        """Return what was taken for a host, or for all, oldest first."""
        with self._lock:
            return [hook for hook in self._taken if host in {"", hook.host}]

    def wait_for_hooks(self, count: int, host: str = "", *, timeout_seconds: float = 30) -> list[TakenHook]:
        """Wait until so many were taken, and return all of them.

        Raises:
            TimeoutError: Fewer were.
        """
        wait_for(f"{count} hooks", lambda: len(self.taken(host)) >= count, timeout_seconds=timeout_seconds)
        return self.taken(host)

    def answer(self, hook: TakenHook) -> HookFault:
        """Keep a request unless it meets a fault, and return what it is answered with."""
        with self._lock:
            self.asked[hook.host] += 1
            waiting = self._faults[hook.host]
            fault = waiting[0] if waiting else HookFault(status=200, body=TAKEN, takes=True)
            if waiting and fault.times is not None:
                waiting.pop(0)
            if fault.takes:
                self._keep(hook)
        return fault

    def wait_for_end(self) -> None:
        """Wait until the sink stops, in place of an answer."""
        self._released.wait()

    def _keep(self, hook: TakenHook) -> None:
        self._taken.append(hook)
        if self._folder is not None:
            path = self._folder / f"{len(self._taken):04}.json"
            path.write_text(json.dumps(asdict(hook), ensure_ascii=False, indent=1), encoding="utf-8")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, sink: HookSink, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.sink = sink


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("utf-8", errors="replace")
        host = self.headers.get("Host", "").partition(":")[0].lower()
        headers = {name.lower(): value for name, value in self.headers.items()}
        hook = TakenHook(host=host, path=self.path, headers=headers, text=text, at=time.time())
        self._answer(self.server.sink.answer(hook))

    def _answer(self, fault: HookFault) -> None:
        self.close_connection = True
        if fault.way == "hang":
            self.server.sink.wait_for_end()
        if fault.way != "answer":
            return
        body = fault.body.encode()
        self.send_response(fault.status)
        for name, value in {"Content-Length": str(len(body)), **fault.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Log nothing."""
