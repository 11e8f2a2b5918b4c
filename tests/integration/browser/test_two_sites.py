"""Naver and a site of a test's own, opened by one adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, SoughtCard
from sunwi.domain.reading import Card, ServedPage
from sunwi.domain.site import AwaitedRows, PageAddress, PageLayout, Site
from sunwi.domain.tracking import Device
from sunwi.errors import PageUnreachable
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import page_loader

SHOP = Site(
    name="shop",
    hosts=("shop.co.kr", "*.shop.co.kr"),
    locale="en-GB",
    languages="en-GB,en",
    time_zone="Europe/London",
    layout=PageLayout(main_columns=("main",), areas="article"),
)
FILLER = "<!-- " + "x" * 60_000 + " -->"
#: What a page leaves wherever it can, and what it finds there.
STORE = (
    "<script>document.cookie='seen=yes; max-age=9999'; localStorage.seen = 'yes'; sessionStorage.seen = 'yes'; "
    "window.name = 'seen'; history.pushState({}, '');</script>"
)
FOUND = (
    "() => ({ cookie: document.cookie, local: localStorage.seen, session: sessionStorage.seen, name: window.name, "
    "history: history.length, opener: window.opener === null })"
)
NOTHING = {"cookie": "", "local": None, "session": None, "name": "", "history": 2, "opener": True}
CLOCK = "() => [navigator.languages, Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.language]"


@dataclass
class Requests:
    """What was asked for, by any name.

    Attributes:
        address: Of the server.
        bodies: By path; any other path is a page without anything.
        asked: Host, path, cookies and languages of each request for a page.
    """

    address: str = ""
    bodies: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def hosts(self) -> set[str]:
        return {host for host, *_ in self.asked}


@contextmanager
def serve() -> Iterator[Requests]:
    requests = Requests()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = self.headers
            requests.asked.append(
                (headers["Host"], self.path, headers.get("Cookie", ""), headers.get("Accept-Language", ""))
            )
            body = (requests.bodies.get(self.path, "<html><body>empty</body></html>") + FILLER).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/signs-in":
                self.send_header("Set-Cookie", "session=secret; Path=/; Max-Age=9999")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output to itself."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    requests.address = f"127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def served() -> Iterator[Requests]:
    with serve() as requests:
        yield requests


@pytest.fixture(scope="module")
def both(served: Requests) -> Iterator[ChromiumPageLoader]:
    running = page_loader(served.address)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def forgotten(served: Requests, both: ChromiumPageLoader) -> Iterator[None]:
    served.asked.clear()
    served.bodies.clear()
    yield
    both.close()


def load(loader: ChromiumPageLoader, site: Site, url: str, *, fresh: bool = False) -> LoadedPage:
    return loader.load(site, PageAddress(url=url, device=Device.PC, visitor="v"), fresh=fresh, limit=UNLIMITED)


def ask(loader: ChromiumPageLoader, script: str) -> object:
    """Ask the page that is open."""
    shown = loader._shown  # noqa: SLF001 - nobody else can ask the page
    assert shown is not None
    return shown.page.evaluate(script)


def fetched(host: str) -> str:
    return f"() => fetch('http://{host}/asked', {{ mode: 'no-cors' }}).then(() => 'reached', () => 'refused')"


@pytest.mark.parametrize(
    ("asking", "own", "other"),
    [
        (SHOP, ("shop.co.kr", "api.shop.co.kr"), ("search.naver.com", "ssl.pstatic.net", "naver.me")),
        (NAVER, ("search.naver.com", "ssl.pstatic.net"), ("shop.co.kr", "api.shop.co.kr")),
    ],
    ids=["shop", "naver"],
)
def test_a_site_reaches_its_own_hosts_and_none_of_another(
    served: Requests, both: ChromiumPageLoader, asking: Site, own: tuple[str, ...], other: tuple[str, ...]
) -> None:
    for host in own:
        assert load(both, asking, f"http://{host}/").served.status == 200
        for each in own:
            assert ask(both, fetched(each)) == "reached"
        for each in (*other, "127.0.0.1", "localhost", "169.254.169.254"):
            assert ask(both, fetched(each)) == "refused"
    for host in other:
        with pytest.raises(PageUnreachable, match="ERR_NAME_NOT_RESOLVED"):
            load(both, asking, f"http://{host}/")
    assert served.hosts == set(own)


def test_hosts_of_a_site_are_refused_again_once_pages_of_another_are_opened(
    served: Requests, both: ChromiumPageLoader
) -> None:
    for site, host, other in [(SHOP, "shop.co.kr", "search.naver.com"), (NAVER, "search.naver.com", "shop.co.kr")] * 2:
        load(both, site, f"http://{host}/")
        assert ask(both, fetched(host)) == "reached"
        assert ask(both, fetched(other)) == "refused"
        assert served.hosts == {host}
        served.asked.clear()


def test_a_shortened_link_of_a_site_is_followed_to_its_own_hosts_alone(
    served: Requests, both: ChromiumPageLoader
) -> None:
    served.bodies["/s"] = "<script>location.replace('http://www.shop.co.kr/item')</script>"
    assert both.follow(SHOP, "http://shop.co.kr/plain") == "http://shop.co.kr/plain"
    with pytest.raises(PageUnreachable):
        both.follow(SHOP, "http://naver.me/abc")
    assert served.hosts == {"shop.co.kr"}


def test_no_cookie_or_store_of_one_site_is_there_for_another(served: Requests, both: ChromiumPageLoader) -> None:
    served.bodies["/signs-in"] = STORE
    load(both, NAVER, "http://search.naver.com/signs-in")
    load(both, NAVER, "http://search.naver.com/again")
    assert "session=secret" in served.asked[-1][2]
    load(both, SHOP, "http://shop.co.kr/")
    assert ask(both, FOUND) == NOTHING
    load(both, NAVER, "http://search.naver.com/")
    assert ask(both, FOUND) == NOTHING
    assert [cookies for _, path, cookies, _ in served.asked if path == "/"] == ["", ""]


def test_the_next_page_of_a_visitor_finds_what_its_context_stores_and_nothing_of_the_page_before(
    served: Requests, both: ChromiumPageLoader
) -> None:
    served.bodies["/first"] = STORE
    load(both, SHOP, "http://shop.co.kr/first")
    assert ask(both, FOUND) != NOTHING
    load(both, SHOP, "http://shop.co.kr/second")
    assert ask(both, FOUND) == {**NOTHING, "cookie": "seen=yes", "local": "yes"}


def test_a_fresh_page_finds_nothing_at_all(served: Requests, both: ChromiumPageLoader) -> None:
    served.bodies["/first"] = STORE
    load(both, SHOP, "http://shop.co.kr/first")
    load(both, SHOP, "http://shop.co.kr/second", fresh=True)
    assert ask(both, FOUND) == NOTHING
    assert served.asked[-1][2] == ""


def test_a_script_that_never_ends_costs_the_next_page_nothing(both: ChromiumPageLoader) -> None:
    load(both, SHOP, "http://shop.co.kr/")
    ask(both, "() => { setTimeout(() => { for (;;) { } }, 0); }")
    both.leave()
    assert load(both, SHOP, "http://shop.co.kr/next").served.status == 200


def test_each_site_is_visited_by_a_visitor_of_its_own(served: Requests, both: ChromiumPageLoader) -> None:
    load(both, SHOP, "http://shop.co.kr/")
    assert ask(both, CLOCK) == [["en-GB", "en"], "Europe/London", "en-GB"]
    assert served.asked[-1][3].startswith("en-GB,en;q=0.9")
    load(both, NAVER, "http://search.naver.com/")
    assert ask(both, CLOCK) == [["ko-KR", "ko", "en-US", "en"], "Asia/Seoul", "ko-KR"]
    assert served.asked[-1][3].startswith("ko-KR,ko;q=0.9")


def test_rows_that_a_sites_script_writes_are_waited_for_where_they_are_missing(
    served: Requests, both: ChromiumPageLoader
) -> None:
    served.bodies["/list"] = (
        "<main></main><script>setTimeout(() => { document.querySelector('main').innerHTML = '<p class=row>one</p>' }, "
        "300)</script>"
    )
    asked: list[ServedPage] = []

    def are_missing(page: ServedPage) -> bool:
        asked.append(page)
        return "class=row>one</p></main>" not in page.html

    rows = AwaitedRows(selector=".row", none_words=("nothing",), are_missing=are_missing)
    address = PageAddress(url="http://shop.co.kr/list", device=Device.PC, rows=rows)
    loaded = both.load(SHOP, address, fresh=False, limit=UNLIMITED)
    assert '<p class="row">one</p></main>' in loaded.served.html
    assert len(asked) == 1


def test_a_page_is_drawn_by_the_marks_of_its_site(served: Requests, both: ChromiumPageLoader) -> None:
    served.bodies["/list"] = (
        "<div style='width:900px;height:50px'>aside</div><main style='display:block;width:600px'>"
        "<article style='height:80px'><a href='http://shop.co.kr/item/1'>One</a></article>"
        "<article style='height:120px'><a href='http://shop.co.kr/item/2'>Two</a></article></main>"
    )
    load(both, SHOP, "http://shop.co.kr/list")
    cards = [
        Card(
            id=f"web:shop.co.kr/item/{n}", area="a", rank=n, page_rank=n, title=title, url=f"http://shop.co.kr/item/{n}"
        )
        for n, title in [(1, "One"), (2, "Two")]
    ]
    sought = tuple(SoughtCard(card, ((f"item/{card.rank}",),)) for card in cards)
    picture = both.draw(Drawing(cards=sought), limit=UNLIMITED)
    assert picture is not None
    assert picture.width == 600
    assert [each.rectangle.height if each.rectangle else None for each in picture.cards] == [80, 120]
