"""The site under a real browser that believes it talks to Naver."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from infra.local.standin import FaultKind, StandinSite
from infra.local.standin.naver.hosts.short_links import FOREIGN, LOOP
from sunwi.adapters.browser.warm_browser import find_browser
from sunwi.domain.tracking import Device, Surface
from tests.integration.standin.client import Client

KEYWORD = "가상역 국밥"
ADDRESS = f"https://search.naver.com/search.naver?{urlencode({'where': 'nexearch', 'query': KEYWORD})}"


@pytest.fixture(scope="module")
def browser(site: StandinSite) -> Iterator[Browser]:
    hosts = ("*.naver.com", "naver.me", "*.naver.net", "*.pstatic.net")
    rules = ",".join([*(f"MAP {host} {site.address}" for host in hosts), "MAP * ~NOTFOUND"])
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules={rules}"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, client: Client) -> Iterator[Page]:
    """A page of a fresh context, on a site without faults and counts."""
    assert client.control("health").status == 200
    context = browser.new_context(ignore_https_errors=True, service_workers="block")
    yield context.new_page()
    context.close()


def test_a_browser_stays_on_naver_s_own_address(site: StandinSite, page: Page) -> None:
    response = page.goto(ADDRESS, wait_until="domcontentloaded")
    assert response is not None
    assert (response.status, page.url) == (200, ADDRESS)
    assert page.title() == f"{KEYWORD} : 네이버 검색"
    assert page.evaluate("naver.search.section.main.length") == len(site.truth(KEYWORD).areas)
    assert page.evaluate("naver.search.ext.nmb.salt.__APOLLO_STATE__.ROOT_QUERY.__typename") == "Query"


def test_a_page_s_scripts_run_without_an_error(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.goto(ADDRESS, wait_until="load")
    assert errors == []


@pytest.mark.parametrize(
    "address",
    [
        f"https://pcmap.place.naver.com/place/list?{urlencode({'query': KEYWORD})}",
        f"https://m.place.naver.com/restaurant/list?{urlencode({'query': KEYWORD})}",
        f"https://search.naver.com/search.naver?{urlencode({'ssc': 'tab.blog.all', 'query': '임플란트 비용'})}",
        f"https://m.search.naver.com/search.naver?{urlencode({'ssc': 'tab.m_cafe.all', 'query': '수분크림 후기'})}",
    ],
)
def test_the_scripts_of_a_list_run_without_an_error(page: Page, address: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    response = page.goto(address, wait_until="load")
    assert response is not None
    assert (response.status, page.url) == (200, address)
    assert errors == []


def test_the_state_of_a_place_list_is_the_page_s_own(site: StandinSite, page: Page) -> None:
    page.goto(f"https://pcmap.place.naver.com/place/list?{urlencode({'query': KEYWORD})}", wait_until="load")
    total = site.truth(KEYWORD, Device.PC, Surface.PLACE_LIST).total
    lists = page.evaluate(
        "Object.entries(window.__APOLLO_STATE__.ROOT_QUERY).filter(([name]) => name.startsWith('placeList('))"
        ".map(([, answer]) => answer.businesses.total)"
    )
    assert total in lists
    assert page.locator("#_pcmap_list_scroll_container > ul > li").count() == 72


def test_a_tab_s_own_script_can_ask_for_more(site: StandinSite, page: Page) -> None:
    query = urlencode({"ssc": "tab.blog.all", "query": "임플란트 비용"})
    page.goto(f"https://search.naver.com/search.naver?{query}", wait_until="load")
    answer = page.evaluate("fetch(naver.search.infinite.url, {credentials: 'include'}).then((answer) => answer.json())")
    assert set(answer) == {"contents", "nextUrl"}
    first = site.truth("임플란트 비용", Device.PC, Surface.BLOG_TAB).page(31)[0].item
    assert first.url in answer["contents"]
    assert site.requests.documents == {"임플란트 비용": 2}


def test_a_short_link_ends_where_it_leads(site: StandinSite, page: Page) -> None:
    page.goto(site.short_link(ADDRESS), wait_until="domcontentloaded")
    assert page.url == ADDRESS


def test_a_circle_of_short_links_and_a_way_out_of_naver_fail(page: Page) -> None:
    with pytest.raises(PlaywrightError, match="ERR_TOO_MANY_REDIRECTS"):
        page.goto(LOOP)
    with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(FOREIGN)


def test_a_page_asks_for_scripts_styles_pictures_and_logs_like_a_real_one(site: StandinSite, page: Page) -> None:
    page.goto(ADDRESS, wait_until="networkidle")
    addresses = site.requests.addresses
    assert sum(path.startswith("ssl.pstatic.net") and path.endswith(".js") for path in addresses) >= 9
    assert sum(path.startswith("ssl.pstatic.net") and path.endswith(".css") for path in addresses) >= 4
    assert addresses["search.pstatic.net/common/"] >= 1
    assert addresses["l.search.naver.com/n/scrolllog/v2"] == 1
    assert site.requests.documents == {KEYWORD: 1}


def test_blocked_resources_are_never_asked_for(site: StandinSite, page: Page) -> None:
    page.route("**/*", lambda route: route.continue_() if route.request.resource_type == "document" else route.abort())
    page.goto(ADDRESS, wait_until="load")
    assert set(site.requests.addresses) == {"search.naver.com/search.naver"}


def test_a_login_redirect_ends_at_the_sign_in_page(site: StandinSite, page: Page) -> None:
    site.set_fault(KEYWORD, FaultKind.LOGIN_REDIRECT)
    page.goto(ADDRESS)
    assert page.url.startswith("https://nid.naver.com/nidlogin.login?")
    assert page.locator("#frmNIDLogin").count() == 1


def test_a_reset_fails_the_navigation_after_a_single_request(site: StandinSite, page: Page) -> None:
    page.goto(ADDRESS)
    site.requests.clear()
    site.set_fault(KEYWORD, FaultKind.RESET_BEFORE_HEADERS)
    with pytest.raises(PlaywrightError, match="ERR_"):
        page.goto(ADDRESS)
    assert site.requests.documents == {KEYWORD: 1}
