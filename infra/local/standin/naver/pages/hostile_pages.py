"""Pages that attack the browser, or lead it where it must not go."""

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from infra.local.standin.faults import FaultKind

#: Paths that hostile pages ask for on the search host.
DOWNLOAD_PATH, WORKER_PATH = "/standin-download.bin", "/standin-worker.js"
_REDIRECTS: Mapping[FaultKind, str] = MappingProxyType(
    {
        FaultKind.REDIRECT_LOOPBACK: "http://127.0.0.1:{port}/_standin/health",
        FaultKind.REDIRECT_LINK_LOCAL: "http://169.254.169.254/latest/meta-data/",
        FaultKind.REDIRECT_FILE: "file:///etc/passwd",
    }
)
_SCRIPTS: Mapping[FaultKind, str] = MappingProxyType(
    {
        FaultKind.ALERT: 'alert("계속할까요?"); confirm("정말로?"); prompt("이름");',
        FaultKind.POPUPS: 'for (let n = 0; n < 20; n += 1) window.open("/search.naver?query=popup" + n, "_blank");',
        FaultKind.DOWNLOAD: f'location.href = "{DOWNLOAD_PATH}";',
        FaultKind.ENDLESS_SCRIPT: "for (;;) { }",
        FaultKind.UNBOUNDED_MEMORY: "const kept = []; for (;;) kept.push(new Uint8Array(16 * 1024 * 1024).fill(1));",
        FaultKind.SERVICE_WORKER: f'navigator.serviceWorker.register("{WORKER_PATH}").catch(function () {{}});',
    }
)


def answer(kind: FaultKind, request: web.Request) -> web.Response:
    """Answer with a redirect or with a small page whose script does the harm."""
    if kind in _REDIRECTS:
        socket = request.transport.get_extra_info("sockname") if request.transport is not None else None
        port = socket[1] if socket else 80
        return web.Response(status=302, headers={"Location": _REDIRECTS[kind].format(port=port)})
    page = (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>네이버 검색</title></head><body>'
        f"<p>잠시만 기다려 주세요.</p><script>{_SCRIPTS[kind]}</script></body></html>\n"
    )
    response = web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})
    response.force_close()
    return response


async def download(_: web.Request) -> web.Response:
    """Answer with a file that a browser would save."""
    headers = {"Content-Disposition": 'attachment; filename="standin.bin"'}
    return web.Response(body=b"\0" * 1024, content_type="application/octet-stream", headers=headers)


async def worker(_: web.Request) -> web.Response:
    """Answer with a service worker that would answer every later page itself."""
    script = 'self.addEventListener("fetch", function (event) { event.respondWith(new Response("worker")); });\n'
    return web.Response(text=script, content_type="application/javascript")
