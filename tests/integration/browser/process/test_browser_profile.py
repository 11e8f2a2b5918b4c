import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, sync_playwright

from sunwi.adapters.browser.browser_profile import MACHINES, Machine, browser_profile
from sunwi.adapters.browser.warm_browser import find_browser
from sunwi.domain.tracking import Device
from sunwi.sites.naver.site import NAVER


class Mirror(BaseHTTPRequestHandler):
    """Keeps the headers of the last request."""

    headers_seen: Mapping[str, str]

    def do_GET(self) -> None:
        type(self).headers_seen = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Accept-CH", f"sec-ch-ua-full-version-list, {', '.join(HINTS)}")
        body = b'<meta name="viewport" content="width=device-width"><p>x</p>'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

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


HINTS = ("sec-ch-ua-model", "sec-ch-ua-platform-version", "sec-ch-ua-arch", "sec-ch-ua-bitness")
ASKED = """
async () => ({
    agent: navigator.userAgent, languages: navigator.languages, platform: navigator.platform,
    data: await navigator.userAgentData.getHighEntropyValues(
        ["fullVersionList", "model", "platformVersion", "architecture", "bitness"]),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: [screen.width, screen.height], inner: [innerWidth, innerHeight], scale: devicePixelRatio,
    touch: navigator.maxTouchPoints > 0, coarse: matchMedia("(pointer: coarse)").matches,
})
"""
POOL = [(device, machine) for device in Device for machine in MACHINES[device]]


@pytest.mark.parametrize(("device", "machine"), POOL, ids=[machine.name for _, machine in POOL])
def test_headers_and_scripts_tell_one_story_of_a_korean_chromium(
    browser: Browser, address: str, device: Device, machine: Machine
) -> None:
    profile = browser_profile(NAVER, browser.version, device, machine)
    context = browser.new_context(**profile.context_options())
    page = context.new_page()
    profile.apply(page)
    page.goto(address)
    page.goto(address)  # what the first answer asked for comes with the second request
    seen, told = Mirror.headers_seen, page.evaluate(ASKED)
    context.close()
    is_mobile, major = device is Device.MOBILE, browser.version.split(".")[0]
    assert seen["user-agent"] == told["agent"] == profile.user_agent
    assert f"Chrome/{major}." in told["agent"]
    assert ("Android" in told["agent"], "Mobile" in told["agent"]) == (is_mobile, is_mobile)
    assert "Headless" not in f"{seen}{told}"
    data = told["data"]
    assert {"brand": "Chromium", "version": major} in data["brands"]
    assert {"brand": "Chromium", "version": browser.version} in data["fullVersionList"]
    assert f'"Chromium";v="{major}"' in seen["sec-ch-ua"]
    assert f'"Chromium";v="{browser.version}"' in seen["sec-ch-ua-full-version-list"]
    assert seen["sec-ch-ua-mobile"] == ("?1" if is_mobile else "?0")
    assert seen["sec-ch-ua-platform"] == f'"{data["platform"]}"' == ('"Android"' if is_mobile else '"Linux"')
    given = [data[name] for name in ("model", "platformVersion", "architecture", "bitness")]
    assert [seen[name] for name in HINTS] == [f'"{value}"' for value in given]
    assert (data["mobile"], data["model"]) == (is_mobile, machine.model)
    assert told["platform"].startswith("Linux arm" if is_mobile else "Linux x86")
    assert seen["accept-language"].startswith("ko-KR,ko;q=0.9")
    assert (told["languages"][:2], told["zone"]) == (["ko-KR", "ko"], "Asia/Seoul")
    assert (told["screen"], told["inner"]) == (list(machine.screen), list(machine.viewport))
    assert told["scale"] == pytest.approx(machine.scale)
    assert (told["touch"], told["coarse"]) == (is_mobile, is_mobile)
