import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from sunwi.adapters.browser.warm_browser import find_browser, launch_arguments
from sunwi.sites.naver.site import NAVER


class Trap(BaseHTTPRequestHandler):
    """Answers everything, and sends `/to/…` on to the loopback interface."""

    seen: list[str]

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, ThreadingHTTPServer)
        type(self).seen.append(f"{self.headers['Host']}{self.path}")
        if self.path.startswith("/to-loopback"):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/secret")
        elif self.path.startswith("/to-file"):
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def trap() -> Iterator[ThreadingHTTPServer]:
    Trap.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(trap: ThreadingHTTPServer) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = launch_arguments(NAVER, f"127.0.0.1:{trap.server_port}")
        running = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page() as opened:
        yield opened


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.170.2/v2/credentials",
        "http://10.0.0.1/",
        "http://naver.com.evil.example/",
        "http://search.naver.com/to-loopback",
        "http://search.naver.com/to-file",
    ],
)
def test_a_page_cannot_reach_what_is_not_naver(page: Page, trap: ThreadingHTTPServer, url: str) -> None:
    with pytest.raises(PlaywrightError, match=r"ERR_|interrupted"):
        page.goto(url.format(port=trap.server_port), timeout=5000)
    assert not [request for request in Trap.seen if "/secret" in request]


def test_the_trap_would_have_seen_an_allowed_request(page: Page) -> None:
    page.goto("http://search.naver.com/allowed")
    assert "search.naver.com/allowed" in Trap.seen


@pytest.mark.parametrize("script", ["location.href = 'file:///etc/passwd'", "window.open('file:///etc/passwd')"])
def test_a_page_cannot_open_a_file(page: Page, script: str) -> None:
    page.goto("http://search.naver.com/allowed")
    page.evaluate(script)
    assert page.evaluate("fetch('file:///etc/passwd').then(() => 'read', () => 'refused')") == "refused"
    assert page.url == "http://search.naver.com/allowed"
    assert not [other for other in page.context.pages if "file" in other.url]


@pytest.mark.parametrize(
    "address",
    [
        "file:///proc/self/environ",
        "view-source:file:///etc/passwd",
        "filesystem:file:///etc/passwd",
        "chrome://version",
        "devtools://devtools/bundled/inspector.html",
    ],
)
@pytest.mark.parametrize(
    "attempt",
    [
        "address => { location.href = address }",
        "address => { location.replace(address) }",
        "address => { window.open(address) }",
        "address => { const a = document.createElement('a'); a.href = address; document.body.append(a); a.click() }",
        "address => { const f = document.createElement('iframe'); f.src = address; document.body.append(f) }",
    ],
)
def test_no_way_leads_from_a_page_to_another_scheme(page: Page, address: str, attempt: str) -> None:
    page.goto("http://search.naver.com/allowed")
    page.evaluate(attempt, address)
    # Whatever the page has set off comes before the answer to a request that it makes afterwards.
    page.evaluate("fetch('/later').then(answer => answer.status)")
    assert page.url == "http://search.naver.com/allowed"
    opened = [other for frame in page.context.pages for other in frame.frames]
    assert not [frame.url for frame in opened if frame.url.startswith(address.partition(":")[0] + ":")]
