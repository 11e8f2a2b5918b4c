"""What a browser shows of the named pages, and of those that change while they are read."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from infra.local.standin import FaultKind, StandinSite
from infra.local.standin.naver.pages.named_pages import NAMED_PAGES
from sunwi.adapters.browser.warm_browser import find_browser
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin import walk

HOSTS = {Device.PC: "search.naver.com", Device.MOBILE: "m.search.naver.com"}
KEYWORD = "가상역 국밥"
MOBILE_LIST = f"https://m.place.naver.com/place/list?{urlencode({'query': KEYWORD})}"
SEARCH = f"https://search.naver.com/search.naver?{urlencode({'query': KEYWORD})}"
#: Rows and cards that a person sees as results, and what looks like them and is none.
RESULTS = (
    'li[data-laim-exp-id], [data-laim-exp-id="nmb_lpa*1"], [data-template-id^="ugcItem"], .fds-web-doc-root, '
    '[data-template-id="videoItem"], [data-template-id="kinItem"], .fds-image-rra, li.bx:not(.type_join)'
)
NO_RESULTS = (
    '[data-laim-exp-id$="*e"], [data-laim-exp-id$="*t"], [data-laim-exp-id="rbp_lpa"], [data-laim-exp-id="nop_res"], '
    '[data-power-content-url], [data-meta-area="ugB_itM"] *'
)
#: Visible results from the top down: their places, else where they lead.
SEEN = """([results, none]) => [...document.querySelectorAll(results)]
    .filter((card) => !card.matches(none) && card.checkVisibility() && card.getBoundingClientRect().height > 0)
    .map((card) => ({top: card.getBoundingClientRect().top, urls: [...card.querySelectorAll("a[href]")]
        .filter((link) => link.dataset.heatmapTarget !== ".gcha" && link.checkVisibility()).map((link) => link.href)}))
    .sort((one, other) => one.top - other.top).map((card) => card.urls)"""


@pytest.fixture(scope="module")
def browser(site: StandinSite) -> Iterator[Browser]:
    rules = f"MAP *.naver.com {site.address},MAP *.pstatic.net {site.address},MAP * ~NOTFOUND"
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(site: StandinSite, browser: Browser) -> Iterator[Page]:
    site.clear_faults()
    context = browser.new_context(ignore_https_errors=True, service_workers="block")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("name", NAMED_PAGES)
def test_a_browser_shows_the_cards_of_a_named_page_in_the_order_of_the_truth(
    *, site: StandinSite, page: Page, name: str, device: Device
) -> None:
    keyword = NAMED_PAGES[name].keyword
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.goto(f"https://{HOSTS[device]}/search.naver?{urlencode({'query': keyword})}", wait_until="domcontentloaded")
    seen = [first_named(urls) for urls in page.evaluate(SEEN, [RESULTS, NO_RESULTS])]
    assert seen == [card.id for card in site.truth(keyword, device).cards]
    assert errors == []


def first_named(urls: list[str]) -> str | None:
    return next((name for url in urls if (name := walk.place_of(url) or walk.identify(url))), None)


def test_the_rows_of_an_empty_shell_come_by_themselves(site: StandinSite, page: Page) -> None:
    site.set_fault(KEYWORD, FaultKind.SHELL_THEN_ROWS)
    page.goto(MOBILE_LIST, wait_until="domcontentloaded")
    page.wait_for_selector("li[data-laim-exp-id]", timeout=10_000)
    seen = [first_named(urls) for urls in page.evaluate(SEEN, [RESULTS, NO_RESULTS])]
    rows = site.truth(KEYWORD, Device.MOBILE, Surface.PLACE_LIST).page(1, 70)
    assert seen == [row.item.id for row in rows]
    assert page.evaluate("Object.keys(window.__APOLLO_STATE__)") == ["ROOT_QUERY"]


def test_a_shell_can_stay_empty(site: StandinSite, page: Page) -> None:
    site.set_fault(KEYWORD, FaultKind.SHELL_ONLY)
    page.goto(MOBILE_LIST, wait_until="networkidle")
    assert page.locator("#app-root").inner_text() == "로딩중"


def test_a_challenge_takes_no_room_and_every_click(site: StandinSite, page: Page) -> None:
    site.set_fault(KEYWORD, FaultKind.CHALLENGE_OVER)
    page.goto(f"https://pcmap.place.naver.com/place/list?{urlencode({'query': KEYWORD})}")
    top = "document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('[role=dialog]') !== null"
    assert page.locator("#wtm-captcha-root").evaluate("(root) => root.getBoundingClientRect().height") == 0
    assert page.locator("#wtm-captcha-root > [role=dialog]").is_visible()
    assert page.evaluate(top)
    assert page.locator("li[data-laim-exp-id]").count() == 72


@pytest.mark.parametrize("kind", [FaultKind.MOVES_BY_SCRIPT, FaultKind.MOVES_BY_REFRESH])
def test_a_page_that_leaves_arrives_once(site: StandinSite, page: Page, kind: FaultKind) -> None:
    site.set_fault(KEYWORD, kind)
    page.goto(SEARCH, wait_until="commit")
    page.wait_for_url("**standin_moved=1", wait_until="load")
    assert page.title() == f"{KEYWORD} : 네이버 검색"
    assert page.locator("#main_pack li[data-laim-exp-id]").count() > 0


def test_a_page_can_leave_for_ever(site: StandinSite, page: Page) -> None:
    site.set_fault(KEYWORD, FaultKind.MOVES_FOR_EVER)
    page.goto(SEARCH, wait_until="commit")
    page.wait_for_url("**standin_moved=1111*", wait_until="commit")
