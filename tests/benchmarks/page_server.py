"""Serves pages that are written beforehand, by HTTPS, so that a benchmark measures who loads them."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from infra.local.standin.certificate import server_context


@contextmanager
def serving(pages: Mapping[str, bytes], state_dir: Path) -> Iterator[str]:
    """Serve the page of each keyword at every host; whatever else is asked for has nothing in it.

    Yields:
        `host:port`, as a browser's resolver rules take it.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            body = pages.get(parse_qs(asked.query).get("query", [""])[0], b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8" if body else "text/css")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store" if body else "public, max-age=31536000")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = _QuietServer(("127.0.0.1", 0), Handler)
    server.socket = server_context(state_dir).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, name="page-server", daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser drops what it no longer wants."""
