import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, sync_playwright

from sunwi.adapters.browser_profile import browser_profile
from sunwi.adapters.warm_browser import find_browser
from sunwi.domain.tracking import Device


class Mirror(BaseHTTPRequestHandler):
    """Keeps the headers of the last request."""

    headers_seen: Mapping[str, str]

    def do_GET(self) -> None:
        type(self).headers_seen = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize("device", Device)
def test_headers_and_scripts_tell_one_story_of_a_korean_chromium(
    browser: Browser, address: str, device: Device
) -> None:
    profile = browser_profile(browser.version, device)
    context = browser.new_context(**profile.context_options())
    page = context.new_page()
    profile.apply(page)
    page.goto(address)
    seen = Mirror.headers_seen
    told = page.evaluate(
        "async () => ({agent: navigator.userAgent, languages: navigator.languages,"
        " mobile: navigator.userAgentData.mobile,"
        " brands: navigator.userAgentData.brands, zone: Intl.DateTimeFormat().resolvedOptions().timeZone,"
        " full: (await navigator.userAgentData.getHighEntropyValues(['fullVersionList'])).fullVersionList})"
    )
    context.close()
    major = browser.version.split(".")[0]
    assert seen["user-agent"] == told["agent"] == profile.user_agent
    assert f"Chrome/{major}." in told["agent"]
    assert "Headless" not in f"{seen}{told}"
    assert {"brand": "Chromium", "version": major} in told["brands"]
    assert {"brand": "Chromium", "version": browser.version} in told["full"]
    assert f'"Chromium";v="{major}"' in seen["sec-ch-ua"]
    assert seen["sec-ch-ua-mobile"] == ("?1" if device is Device.MOBILE else "?0")
    assert told["mobile"] is (device is Device.MOBILE)
    assert seen["accept-language"].startswith("ko-KR,ko;q=0.9")
    assert told["languages"][:2] == ["ko-KR", "ko"]
    assert told["zone"] == "Asia/Seoul"
