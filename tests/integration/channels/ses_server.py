"""SES's SendEmail on this machine, as boto3 speaks to it."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """What a call is answered with in place of being taken; status 0 hangs, and -1 breaks off."""

    status: int
    name: str = ""
    message: str = ""


@dataclass
class SesServer:
    """What the service got, and what it answers next.

    Attributes:
        taken: Bodies of calls that were taken.
        asked: How many calls came.
    """

    url: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[bytes]:
        """The whole messages, as they came."""
        return [base64.b64decode(call["Content"]["Raw"]["Data"]) for call in self.taken]


@contextmanager
def ses_server() -> Iterator[SesServer]:
    """Keep the service up for the block."""
    said = SesServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v2/email/outbound-emails"
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said.asked += 1
            refusal = said.refusals.pop(0) if said.refusals else None
            if refusal is None:
                said.taken.append(call)
                self.answer(200, {"MessageId": str(said.asked)})
            elif refusal.status > 0:
                self.answer(refusal.status, {"message": refusal.message}, {"x-amzn-ErrorType": refusal.name})
            elif refusal.status == 0:
                said.released.wait()

        def answer(self, status: int, document: dict[str, str], headers: dict[str, str] | None = None) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield said
    finally:
        said.released.set()
        server.shutdown()
        server.server_close()
