"""A small server of pages that a test writes, in place of Naver, over HTTP in the clear."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit


@dataclass
class LocalPages:
    """What is served, and what was asked for.

    Attributes:
        address: `host:port`, as a stand-in's.
        pages: Body, or where a redirect leads, by path; `403 ` before a body refuses with it.
        asked: Paths in the order in which they were asked for.
        released: Pages of the path `/late…` are answered only once it is set.
    """

    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    released: Event = field(default_factory=Event)


@contextmanager
def serve_pages() -> Iterator[LocalPages]:
    """Serve on a free port of this machine until the block ends."""
    local = LocalPages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            local.asked.append(path)
            if path.startswith("/late"):
                local.released.wait(60)
            body = local.pages.get(path)
            if body is not None and body.startswith("http"):
                self.send_response(302)
                self.send_header("Location", body)
                self.end_headers()
                return
            status, document = (404, b"") if body is None else (200, body.encode())
            if document.startswith(b"403 "):
                status, document = 403, document[4:]
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            """Keep the test's output to itself."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    local.address = f"127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield local
    finally:
        local.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
