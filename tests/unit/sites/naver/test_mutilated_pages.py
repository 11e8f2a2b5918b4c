"""Cut, reordered and mutated pages of every surface: a verdict each, and no promise broken."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunwi.domain.reading import PageReading, PageVerdict, Presence, ServedPage
from sunwi.domain.tracking import Kind, Surface
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_page, read_pages
from tests.fixtures.naver.lists import Listed, place_list_page, scripted_list_page
from tests.fixtures.naver.pages import Area, integrated_page
from tests.fixtures.naver.panels import address_area, panel_area, recommended_area
from tests.fixtures.naver.posts import Post, post_area, single_boxes
from tests.fixtures.naver.reading import KEYWORD, key_of, serve_as
from tests.fixtures.naver.tabs import next_address, tab_more, tab_page

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
POSTS = [
    Post(f"https://blog.naver.com/author{n}/22425350000{n}", home=f"https://blog.naver.com/author{n}") for n in range(5)
]
PLACES = [Listed(f"{1000000000 + n}", sort="ad" if n == 2 else "new" if n == 4 else "organic") for n in range(8)]
BODIES = {
    "integrated": (Surface.INTEGRATED, integrated_page(KEYWORD, post_area("ugB_bsR*f", POSTS))),
    "panel": (
        Surface.INTEGRATED,
        integrated_page(
            KEYWORD, panel_area("1111111111"), recommended_area(["2222222222"]), post_area("ugB_bsR*f", POSTS)
        ),
    ),
    "single boxes": (
        Surface.INTEGRATED,
        integrated_page(
            KEYWORD,
            address_area(["1111111111", "2222222222"]),
            single_boxes("rrB_bdR*b", [POSTS[0], "https://www.youtube.com/watch", POSTS[1]]),
        ),
    ),
    "scripted list": (Surface.PLACE_LIST, scripted_list_page(KEYWORD, PLACES[:2])),
    "place list": (Surface.PLACE_LIST, place_list_page(KEYWORD, PLACES)),
    "place list by name": (Surface.PLACE_LIST, place_list_page(KEYWORD, PLACES, naming="name")),
    "tab of items": (Surface.BLOG_TAB, tab_page(KEYWORD, POSTS, next_url=next_address(KEYWORD, 6))),
    "tab of list items": (Surface.BLOG_TAB, tab_page(KEYWORD, POSTS, build="list")),
    "tab of buttons": (Surface.BLOG_TAB, tab_page(KEYWORD, POSTS, build="buttons")),
    "cafe tab": (Surface.CAFE_TAB, tab_page(KEYWORD, POSTS, ssc="tab.cafe.all")),
}
NAMES = st.sampled_from(sorted(BODIES))
PIECES = st.sampled_from(
    [
        "", "<", "</div>", "</ul>", "</html>", "<li>", "<script>", "</script>", "\x00", "\ud800", "광고", "null", '"',
        "{}", "&start=99999999999999999999",
        '<div data-meta-area="pwl_nop">', '<div id="wtm-captcha-root"><div role="dialog">', "__APOLLO_STATE__ = {};",
        '<section class="_prs_ugB_bsR">', 'data-cr-on="a=x.gkep"', "서비스 이용이 제한되었습니다.", "placeDetail({})",
        'style="display:none"', "[" * 3000, "<div>" * 900, "<ul><li>" * 300,
        "__APOLLO_STATE__ = {", '"__ref": 5', '"newOpening": true', 'data-url="https://[x/"', "https://blog.naver.com/a/1",
        "https://s.search.naver.com/p/review/1/search.naver?start=", '"pageId":"ncaptcha"',
    ]
)  # fmt: skip


def check_promises(reading: PageReading) -> None:
    page_ranks = [card.page_rank for card in reading.cards]
    assert page_ranks == sorted(set(page_ranks))
    assert reading.evidence
    if not reading.verdict.is_readable:
        assert (reading.cards, reading.presence, reading.depth, reading.doubts) == ((), {}, {}, ())
    assert {doubt.kind for doubt in reading.doubts} == {
        kind for kind, presence in reading.presence.items() if presence is Presence.SUSPECT
    }
    for kind, presence in reading.presence.items():
        assert presence is not Presence.PRESENT or reading.depth[kind] > 0
        if reading.surface is not Surface.INTEGRATED:
            assert presence is not Presence.ABSENT or reading.verdict is PageVerdict.RECOGNISED_EMPTY


def check(name: str, html: str) -> None:
    surface, _ = BODIES[name]
    key = key_of(surface=surface)
    served = serve_as(html, first_page_url(key))
    check_promises(read_page(served, key))
    following = next_page_url([served], key, 100)
    assert following is None or following.startswith("https://")


@QUICK
@given(NAMES, st.floats(0, 1), st.floats(0, 1), PIECES)
def test_a_page_with_a_part_cut_out_or_replaced_ends_in_a_verdict(
    name: str, start: float, end: float, piece: str
) -> None:
    page = BODIES[name][1]
    low, high = sorted((int(start * len(page)), int(end * len(page))))

    check(name, page[:low] + piece + page[high:])


@QUICK
@given(NAMES, st.lists(st.floats(0, 1), min_size=1, max_size=5), st.randoms(use_true_random=False), PIECES)
def test_a_page_whose_parts_changed_places_ends_in_a_verdict(
    name: str, cuts: list[float], random: Random, piece: str
) -> None:
    page = BODIES[name][1]
    places = [0, *sorted(int(cut * len(page)) for cut in cuts), len(page)]
    parts = [page[low:high] for low, high in pairwise(places)]
    random.shuffle(parts)

    check(name, piece.join(parts))


@QUICK
@given(st.text(max_size=300) | PIECES, st.integers(100, 599), st.text(max_size=60), st.sampled_from(list(Surface)))
def test_any_text_from_any_address_ends_in_a_verdict(html: str, status: int, url: str, surface: Surface) -> None:
    key = key_of(surface=surface)
    served = ServedPage(requested_url=url, final_url=url, status=status, html=html)

    check_promises(read_pages([served, served], key))
    assert next_page_url([served], key, 100) is None or surface is not Surface.INTEGRATED


@QUICK
@given(st.floats(0, 1), st.floats(0, 1), PIECES)
def test_mutilated_further_rows_never_shorten_what_was_read(start: float, end: float, piece: str) -> None:
    key = key_of(surface=Surface.BLOG_TAB)
    first = serve_as(BODIES["tab of items"][1], first_page_url(key))
    more = tab_more([Post(f"https://blog.naver.com/more{n}/22425350000{n}") for n in range(5)])
    low, high = sorted((int(start * len(more)), int(end * len(more))))

    reading = read_pages([first, serve_as(more[:low] + piece + more[high:], next_address(KEYWORD, 6))], key)

    check_promises(reading)
    assert reading.verdict is not PageVerdict.RECOGNISED or reading.depth[Kind.BLOG] >= 5


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_page_nested_deeper_than_any_browser_nests_is_not_looked_into(name: str) -> None:
    surface, page = BODIES[name]
    deep = page.replace("<body>", "<body>" + "<div><ul><li>" * 400)

    reading = read_page(serve_as(deep, first_page_url(key_of(surface=surface))), key_of(surface=surface))

    assert reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert "nested deeper" in reading.evidence[0]


def test_a_heap_of_links_is_one_box_that_cannot_be_named() -> None:
    heap = "".join(f'<a href="https://blog.naver.com/a{n}/2242535{n:05}">t</a>' for n in range(5000))
    buttons = "".join(
        f'<button data-url="https://blog.naver.com/a{n}/2242535{n:05}" data-cr-on="a=ugB_bsR*b.kep"></button>'
        for n in range(5000)
    )
    key = key_of()

    for inner in (heap, buttons):
        page = integrated_page(KEYWORD, Area("ugB_bsR", f'<div data-meta-area="ugB_bsR">{inner}</div>'))
        reading = read_page(serve_as(page, first_page_url(key)), key)

        assert len(reading.cards) <= 1
        check_promises(reading)
