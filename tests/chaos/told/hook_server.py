"""What stands for Slack: a hook that notes who came when, and answers as it is told."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class HookAnswer:
    """How a message is answered.

    Attributes:
        seconds: That go by before it is.
    """

    status: int = 200
    retry_after: int | None = None
    seconds: float = 0


@dataclass(frozen=True)
class Heard:
    """A message that came.

    Attributes:
        at: By `time.monotonic`.
        status: That it was answered with.
    """

    notice_id: str
    at: float
    status: int


@dataclass
class Hook:
    """A hook's memory.

    Attributes:
        answers: To the next messages, one each; to all others 200.
    """

    address: str = ""
    answers: list[HookAnswer] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, notice_id: str) -> HookAnswer:
        with self._lock:
            answer = self.answers.pop(0) if self.answers else HookAnswer()
            self.heard.append(Heard(notice_id, time.monotonic(), answer.status))
        return answer

    def taken(self) -> Counter[str]:
        """Count the messages that were taken, by notice."""
        with self._lock:
            return Counter(one.notice_id for one in self.heard if one.status == 200)

    def forget(self) -> None:
        with self._lock:
            self.answers.clear()
            self.heard.clear()

    def times(self) -> list[float]:
        with self._lock:
            return sorted(one.at for one in self.heard)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, hook: Hook, *arguments: object) -> None:
        self.hook = hook
        super().__init__(*arguments)  # type: ignore[arg-type]  # as the server gives them

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.hook.hear(body["id"])
        time.sleep(answer.seconds)
        self.send_response(answer.status)
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving_hook() -> Iterator[Hook]:
    """Answer on loopback for as long as the block lasts."""
    hook = Hook()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hook))
    server.daemon_threads = True
    hook.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
