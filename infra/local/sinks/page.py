"""A page of this machine that shows what the mailbox and the hooks have taken."""

import json
import threading
from collections.abc import Iterator
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import override

from infra.local.sinks.mail_sink import read_mail

HOST = "127.0.0.1"

_FRAME = """<!DOCTYPE html><html lang="ko"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{title}</title><body style="font-family:sans-serif;max-width:900px;margin:24px auto;padding:0 16px">{body}"""


class SinkPage:
    """The page, from entering the context to leaving it; nothing of a mail is run or loaded by it."""

    def __init__(self, *, mails: Path, hooks: Path) -> None:
        """Prepare it for the folders of a `MailSink` and a `HookSink`."""
        self._mails = mails
        self._hooks = hooks
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="sink-page", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def draw(self, path: str) -> str | None:
        """Return the HTML of a path; None where there is nothing."""
        if path == "/":
            return _FRAME.format(title="알림 수신함", body="".join(self._list()))
        name = path.removeprefix("/")
        # Names of what is there are compared, and no path is built of what was asked for.
        if file := {each.name: each for each in self._files()}.get(name):
            body = _mail(file) if file.suffix == ".eml" else f"<pre>{escape(file.read_text(encoding='utf-8'))}</pre>"
            return _FRAME.format(title=escape(name), body=f'<p><a href="/">목록</a></p>{body}')
        return None

    def _files(self) -> list[Path]:
        return [*sorted(self._mails.glob("*.eml")), *sorted(self._hooks.glob("*.json"))]

    def _list(self) -> Iterator[str]:
        yield f"<h1>알림 수신함</h1><p>메일 {len(list(self._mails.glob('*.eml')))}건, "
        yield f"훅 {len(list(self._hooks.glob('*.json')))}건</p><ul>"
        for file in reversed(self._files()):
            yield f'<li><a href="/{escape(file.name)}">{escape(file.name)}</a> {escape(_title(file))}</li>'
        yield "</ul>"


def _title(file: Path) -> str:
    if file.suffix == ".eml":
        mail = read_mail(file)
        return f"{mail['To']} · {mail['Subject']}"
    return str(json.loads(file.read_text(encoding="utf-8"))["host"])


def _mail(file: Path) -> str:
    mail = read_mail(file)
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    parts = {
        kind: str(part.get_content()) for kind in ("html", "plain") if (part := mail.get_body((kind,))) is not None
    }
    frame = f'<iframe sandbox style="width:100%;height:480px" srcdoc="{escape(parts.get("html", ""))}"></iframe>'
    return f"{frame}<h2>텍스트</h2><pre>{escape(parts.get('plain', ''))}</pre><h2>헤더</h2><pre>{escape(headers)}</pre>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, page: SinkPage) -> None:
        super().__init__((HOST, 0), _Handler)
        self.page = page


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        drawn = self.server.page.draw(self.path)
        body = (drawn or "nothing here").encode()
        self.send_response(HTTPStatus.OK if drawn else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Log nothing."""
