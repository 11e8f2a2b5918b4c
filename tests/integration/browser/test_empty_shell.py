"""A list that is served empty, and whose rows a script asks for."""

from collections.abc import Iterator

import pytest

from sunwi.adapters.browser import chromium
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver import pages
from sunwi.sites.naver.lists import paged_reading
from sunwi.sites.naver.lists.list_page import ListPage
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.site import NAVER
from tests.integration.browser.conftest import page_loader
from tests.integration.browser.local_pages import LocalPages, serve_pages

LIST = PageKey(Surface.PLACE_LIST, Device.MOBILE, "가상역 국밥")
SHELL = """<!doctype html><html><body><div id="app-root">로딩중</div><script>
window.__APOLLO_STATE__ = {};
fetch("/late-rows").then(function (answer) { return answer.text(); }).then(function (rows) {
    var list = document.createElement("div");
    list.id = "_list_scroll_container";
    list.innerHTML = rows;
    document.getElementById("app-root").replaceChildren(list);
});
</script></body></html>"""


@pytest.fixture(scope="module")
def local() -> Iterator[LocalPages]:
    with serve_pages() as local:
        yield local


@pytest.fixture(scope="module")
def shell_loader(local: LocalPages) -> Iterator[ChromiumPageLoader]:
    loader = page_loader(local.address)
    yield loader
    loader.close()


def test_rows_are_waited_for_whose_list_is_not_there_yet(
    local: LocalPages, shell_loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their script asks for them; the page is served empty, and whoever waits for it lets the answer go."""

    def lacks_rows(served: ServedPage, **_: PageKey) -> bool:
        local.released.set()
        return "<li>" not in served.html

    monkeypatch.setattr(pages, "lacks_rows", lacks_rows)
    local.pages["/place/list"] = SHELL
    local.pages["/late-rows"] = "<ul><li>가</li><li>나</li></ul>"
    url = "http://m.place.naver.com/place/list"
    loaded = shell_loader.load(NAVER, page_address(LIST, url), fresh=True, limit=UNLIMITED)
    assert "<li>가</li><li>나</li>" in loaded.served.html
    assert local.asked.count("/late-rows") == 1


def test_a_shell_whose_rows_do_not_come_is_given_as_it_was_served(
    local: LocalPages, shell_loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "lacks_rows", lambda _served, **_: True)
    monkeypatch.setattr(chromium, "RENDER_SECONDS", 1)
    local.pages["/place/list"] = SHELL.replace("/late-rows", "/nothing")
    url = "http://m.place.naver.com/place/list"
    loaded = shell_loader.load(NAVER, page_address(LIST, url), fresh=True, limit=UNLIMITED)
    assert loaded.served.html == local.pages["/place/list"]


def test_a_page_on_which_the_reader_of_rows_fails_is_given_as_it_was_served(
    local: LocalPages, shell_loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it finds the fault again, and keeps the page that shows it."""

    def crash(_served: ServedPage, _key: PageKey, _start: int) -> ListPage:
        raise KeyError("businesses")

    monkeypatch.setattr(paged_reading, "read_place_list", crash)
    local.pages["/place/list"] = "<!doctype html><html><body>목록</body></html>"
    loaded = shell_loader.load(
        NAVER, page_address(LIST, "http://m.place.naver.com/place/list"), fresh=True, limit=UNLIMITED
    )
    assert loaded.served.html == local.pages["/place/list"]


def test_a_name_that_a_script_cuts_within_an_emoji_leaves_a_document_that_can_be_kept(
    local: LocalPages, shell_loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "lacks_rows", lambda _served, **_: True)
    local.released.set()
    local.pages["/place/list"] = SHELL.replace("return answer.text();", "return '<ul><li>국밥 \\ud83c</li></ul>';")
    local.pages["/late-rows"] = ""
    loaded = shell_loader.load(
        NAVER, page_address(LIST, "http://m.place.naver.com/place/list"), fresh=True, limit=UNLIMITED
    )
    assert "<li>국밥 ?</li>" in loaded.served.html
    assert loaded.served.html.encode().decode() == loaded.served.html
