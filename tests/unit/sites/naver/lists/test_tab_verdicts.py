import pytest

from sunwi.domain.reading import PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.posts import post_area
from tests.fixtures.naver.reading import KEYWORD, key_of, read, serve_as
from tests.fixtures.naver.tab_posts import blog, blogs
from tests.fixtures.naver.tabs import BUILDS, next_address, paid_row, tab_more, tab_page

BLOG_TAB = key_of(surface=Surface.BLOG_TAB)


@pytest.mark.parametrize("build", BUILDS)
def test_a_tab_with_paid_rows_only_is_of_unknown_layout(build: str) -> None:
    reading = read(tab_page(KEYWORD, [paid_row(build), paid_row(build)], build=build), surface=Surface.BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert "no organic rows, and no word of no results" in reading.evidence


def test_only_navers_own_statement_makes_a_tab_empty() -> None:
    empty = read(tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>']), surface=Surface.CAFE_TAB)
    said = read(
        tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>'], ssc="tab.cafe.all"),
        surface=Surface.CAFE_TAB,
    )

    assert empty.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert said.verdict is PageVerdict.RECOGNISED_EMPTY
    assert said.presence == {Kind.CAFE: Presence.ABSENT}


def test_the_integrated_page_in_place_of_a_tab_is_of_unknown_layout_and_the_other_way_round() -> None:
    page = integrated_page(KEYWORD, post_area("ugB_bsR", [blog(1)]))
    marked = page.replace("headerfooter_query =", 'g_ssc = "tab.nx.all", headerfooter_query =', 1)
    at_the_old_address = serve_as(page, "https://search.naver.com/search.naver?where=blog&query=x")

    assert read_page(at_the_old_address, BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(marked, surface=Surface.BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(marked).verdict is PageVerdict.RECOGNISED
    assert read(tab_page(KEYWORD, blogs(1, 3))).verdict is PageVerdict.LAYOUT_UNKNOWN
    assert read(tab_page(KEYWORD, blogs(1, 3)), surface=Surface.CAFE_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_the_answer_to_another_keyword_is_of_unknown_layout() -> None:
    reading = read(tab_page("떡볶이", blogs(1, 3)), surface=Surface.BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert any("떡볶이" in fact for fact in reading.evidence)


def test_posts_without_any_known_mark_are_a_layout_that_is_not_known_and_no_cut_page() -> None:
    rows = "".join(f'<article><h3><a href="{post.url}">{post.title}</a></h3></article>' for post in (blog(1), blog(2)))
    page = f"<html><head><title>{KEYWORD} : 네이버 검색</title></head><body><main>{rows}</main>{{}}</body></html>"

    for behind in ("", "<footer>네이버</footer>"):
        reading = read(page.format(behind), surface=Surface.BLOG_TAB)

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.cards == ()


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("left", [0.2, 0.5, 0.8])
def test_a_cut_tab_is_never_recognised_whether_or_not_a_browser_closed_it(build: str, left: float) -> None:
    page = tab_page(KEYWORD, blogs(1, 30), build=build)
    cut = page[: int(len(page) * left)]

    assert read(cut, surface=Surface.BLOG_TAB).verdict is PageVerdict.TRUNCATED
    closed = read(cut[: cut.rindex("<")] + "</body></html>", surface=Surface.BLOG_TAB)
    assert closed.verdict in {PageVerdict.TRUNCATED, PageVerdict.LAYOUT_UNKNOWN}


def test_further_rows_alone_are_no_first_page() -> None:
    assert read(tab_more(blogs(1, 3)), surface=Surface.BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN
    for html in (tab_more(blogs(31, 33)), tab_more([], contents=""), tab_page(KEYWORD, blogs(31, 33))):
        reading = read_page(serve_as(html, next_address(KEYWORD, 31)), BLOG_TAB)

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.cards == ()


def test_no_page_at_all_is_of_unknown_layout() -> None:
    for surface in Surface:
        reading = read_pages([], PageKey(surface, Device.PC, KEYWORD))

        assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
        assert reading.evidence == ("no page was served",)
