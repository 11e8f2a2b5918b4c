import json
from dataclasses import replace

import pytest

from sunwi.domain.outcome import Exposed, NotMeasured, look_up
from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import Kind, Surface, Target
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_pages
from tests.fixtures.naver.posts import Post
from tests.fixtures.naver.reading import KEYWORD, key_of, ranked, read_all, serve_all, serve_as
from tests.fixtures.naver.tab_posts import blog, blogs, named
from tests.fixtures.naver.tabs import next_address, tab_more, tab_page, tab_row, tab_rows

BLOG_TAB = key_of(surface=Surface.BLOG_TAB)


def test_rows_are_read_on_through_the_addresses_that_the_pages_carry() -> None:
    bodies = [
        tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31)),
        tab_more(blogs(29, 60), next_url=next_address(KEYWORD, 61)),
        tab_more(blogs(61, 90)),
        tab_more(blogs(91, 120)),
    ]
    served = serve_all(bodies, BLOG_TAB, depth=100)

    assert [page.requested_url for page in served[1:3]] == [next_address(KEYWORD, 31), next_address(KEYWORD, 61)]
    assert served[3].requested_url == next_address(KEYWORD, 91).replace("&start=91&prank=7", "&prank=7&start=91")
    assert next_page_url(served, BLOG_TAB, 100) is None
    reading = read_pages(served, BLOG_TAB)
    assert reading.depth == {Kind.BLOG: 120}
    assert ranked(reading) == named(*range(1, 121))
    assert [card.page_rank for card in reading.cards] == list(range(1, 121))


def test_a_tab_that_carries_no_address_is_read_on_by_the_number_of_rows() -> None:
    served = serve_all([tab_page(KEYWORD, [*blogs(1, 10), blog(10)]), tab_page(KEYWORD, blogs(11, 20))], BLOG_TAB)

    assert served[1].requested_url == served[0].requested_url + "&start=12"
    assert read_pages(served, BLOG_TAB).depth == {Kind.BLOG: 20}


@pytest.mark.parametrize(
    "pages",
    [
        [tab_more(blogs(31, 40)), tab_more([], contents="")],
        [tab_more(blogs(31, 40)), tab_more(blogs(1, 3))],
        [tab_more(blogs(31, 40), next_url=next_address(KEYWORD, 41)), tab_more(blogs(1, 3))],
        [
            tab_more(blogs(31, 40), next_url=next_address(KEYWORD, 41)),
            tab_page(KEYWORD, ['<div id="notfound">검색결과가 없습니다.</div>']),
        ],
    ],
)
def test_a_list_ends_where_nothing_new_comes(pages: list[str]) -> None:
    served = serve_all([tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31)), *pages], BLOG_TAB)

    reading = read_pages(served, BLOG_TAB)

    assert next_page_url(served, BLOG_TAB, 100) is None
    assert reading.verdict is PageVerdict.RECOGNISED
    assert reading.depth == {Kind.BLOG: 40}


def test_rows_that_come_again_where_further_ones_are_named_leave_what_lies_behind_unknown() -> None:
    first = tab_page(KEYWORD, blogs(1, 12), next_url=next_address(KEYWORD, 13))
    again = tab_more(blogs(1, 12), next_url=next_address(KEYWORD, 25))
    served = serve_all([first, again], BLOG_TAB)

    reading = read_pages(served, BLOG_TAB)

    assert next_page_url(served, BLOG_TAB, 100) is None
    assert reading.beyond is PageVerdict.LAYOUT_UNKNOWN
    assert isinstance(look_up(reading, Target(Kind.BLOG, named(12)[0][1])), Exposed)
    assert isinstance(look_up(reading, Target(Kind.BLOG, "blog:nobody/223333333333")), NotMeasured)


def test_a_list_does_not_end_where_the_page_before_names_further_rows_and_none_come() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))

    reading = read_all([first, tab_more([], contents="")], BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert reading.evidence[-1] == "page 2: the page before names further rows, and none came"


@pytest.mark.parametrize(
    ("html", "status", "verdict"),
    [
        ("", 403, PageVerdict.BLOCKED),
        ("", 429, PageVerdict.BLOCKED),
        ("", 200, PageVerdict.TRUNCATED),
        ("<html><body>비정상적인 트래픽이 감지되었습니다</body></html>", 200, PageVerdict.BLOCKED),
        ('{"pageId": "search-ncaptcha", "confirmRules": []}', 200, PageVerdict.BLOCKED),
        (tab_more(blogs(31, 60))[:-900], 200, PageVerdict.TRUNCATED),
        (tab_more([], contents="<p>soon</p>"), 200, PageVerdict.LAYOUT_UNKNOWN),
        ('{"code": 200}', 200, PageVerdict.LAYOUT_UNKNOWN),
        (tab_more(blogs(31, 60)), 500, PageVerdict.LAYOUT_UNKNOWN),
        (tab_page("떡볶이", blogs(31, 60)), 200, PageVerdict.LAYOUT_UNKNOWN),
    ],
)
def test_a_later_page_that_cannot_be_read_decides_the_verdict_and_is_named(
    html: str, status: int, verdict: PageVerdict
) -> None:
    first = serve_as(tab_page(KEYWORD, blogs(1, 30)), "https://search.naver.com/search.naver?ssc=tab.blog.all")
    served = [first, serve_as(html, next_address(KEYWORD, 31), status)]

    reading = read_pages(served, BLOG_TAB)

    assert reading.verdict is verdict
    assert (reading.cards, reading.presence) == ((), {})
    assert reading.evidence[-1].startswith("page 2: ")
    assert next_page_url(served, BLOG_TAB, 100) is None


@pytest.mark.parametrize("other", ["떡볶이", "김밥 추천"])
def test_further_rows_that_go_on_with_another_keyword_are_not_taken(other: str) -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    served = serve_all([first, tab_more(blogs(31, 60), next_url=next_address(other, 61))], BLOG_TAB)

    reading = read_pages(served, BLOG_TAB)

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert reading.cards == ()
    assert "further rows that go on at https" in reading.evidence[-1]


def test_further_rows_that_go_on_with_another_tab_are_not_taken() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    other = next_address(KEYWORD, 61, ssc="tab.cafe.all")

    assert read_all([first, tab_more(blogs(31, 60), next_url=other)], BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def test_further_rows_from_another_address_than_was_asked_for_are_not_taken() -> None:
    first = serve_as(tab_page(KEYWORD, blogs(1, 30)), "https://search.naver.com/search.naver?ssc=tab.blog.all")
    asked = serve_as(tab_more(blogs(31, 60)), next_address(KEYWORD, 31))
    moved = replace(asked, final_url=next_address("떡볶이", 31))

    assert read_pages([first, asked], BLOG_TAB).verdict is PageVerdict.RECOGNISED
    assert read_pages([first, moved], BLOG_TAB).verdict is PageVerdict.LAYOUT_UNKNOWN


def marked(word: str, first: int, last: int) -> list[Post | str]:
    return [
        f'<li class="bx"><a class="name" href="{post.home}">a</a>'
        f'<a class="title_link" href="{post.url}">a <mark>{word}</mark></a></li>'
        for post in map(blog, range(first, last + 1))
    ]


@pytest.mark.parametrize("word", ["떡볶이", "김밥 추천"])
def test_further_rows_that_mark_none_of_the_words_of_the_rows_before_are_not_taken(word: str) -> None:
    first = tab_page(KEYWORD, marked(KEYWORD, 1, 30), build="list", next_url=next_address(KEYWORD, 31))
    same, other, bare = (
        read_all([first, tab_more(rows, build="list")], BLOG_TAB)
        for rows in (
            [*marked(KEYWORD, 31, 31), *marked(word, 32, 40)],
            marked(word, 31, 40),
            [f"<li>{tab_row(blog(31), 'items')}</li>"],
        )
    )

    assert (same.verdict, same.depth) == (PageVerdict.RECOGNISED, {Kind.BLOG: 40})
    assert other.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert other.evidence[-1].startswith(f"page 2: the words marked are ['{word}']")
    assert bare.verdict is PageVerdict.RECOGNISED


def test_pages_behind_one_that_could_not_be_read_change_nothing() -> None:
    pages = [tab_page(KEYWORD, blogs(1, 3)), "", tab_more(blogs(4, 6))]
    served = [serve_as(html, next_address(KEYWORD, 1 + 3 * number)) for number, html in enumerate(pages)]

    assert read_pages(served, BLOG_TAB) == read_pages(served[:2], BLOG_TAB)


def test_json_as_a_browser_shows_it_and_within_a_call_is_read() -> None:
    body = tab_more(blogs(31, 33))
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    escaped = body.replace("&", "&amp;").replace("<", "&lt;")
    shown = f'<html><head><meta name="color-scheme"></head><body><pre style="white-space">{escaped}</pre></body></html>'

    for again in (shown, f"getBlogContents({body});"):
        assert read_all([first, again], BLOG_TAB).depth == {Kind.BLOG: 33}


@pytest.mark.parametrize(
    "address",
    [
        "http://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com.evil.kr/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://evil.kr/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=x&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.cafe.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=1",
        "https://s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=x",
        "https://s.search.naver.com:8443/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
        "https://a@s.search.naver.com/p/review/53/search.naver?ssc=tab.blog.all&query=%EA%B9%80%EB%B0%A5&start=31",
    ],
)
def test_an_address_that_leads_elsewhere_is_not_followed(address: str) -> None:
    page = serve_as(tab_page(KEYWORD, blogs(1, 30), next_url=address), "https://search.naver.com/search.naver")

    following = next_page_url([page], BLOG_TAB, 100)

    assert following is not None
    assert following.startswith("https://search.naver.com/search.naver?ssc=tab.blog.all")
    assert following.endswith("&start=31")


def test_an_address_written_with_escapes_is_found() -> None:
    address = next_address(KEYWORD, 31)
    for written in (address.replace("/", "\\/").replace("&", "\\u0026"), address.replace("&", "&amp;")):
        html = tab_page(KEYWORD, blogs(1, 30)).replace("</footer>", f'</footer><script>x = "{written}"</script>')
        page = serve_as(html, "https://search.naver.com/search.naver?ssc=tab.blog.all")

        assert next_page_url([page], BLOG_TAB, 100) == address


def test_markup_in_a_field_of_another_name_is_found() -> None:
    first = tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31))
    other = json.dumps({"collection": [{"html": tab_rows(blogs(31, 40), "items")}], "url": "x"})

    assert read_all([first, other], BLOG_TAB).depth == {Kind.BLOG: 40}
