from collections.abc import Sequence

import pytest

from sunwi.domain.reading import PageVerdict
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_pages
from sunwi.sites.naver.surface_reading import SurfaceReading
from tests.fixtures.naver.pages import integrated_page
from tests.fixtures.naver.posts import post_area
from tests.fixtures.naver.reading import KEYWORD, key_of, serve_as
from tests.fixtures.naver.tab_posts import blog, blogs
from tests.fixtures.naver.tabs import next_address, tab_more, tab_page

TAB = [
    tab_page(KEYWORD, blogs(1, 30), next_url=next_address(KEYWORD, 31)),
    tab_more(blogs(29, 60), next_url=next_address(KEYWORD, 61)),
    "",
    tab_more(blogs(61, 90)),
]
INTEGRATED = [integrated_page(KEYWORD, post_area("ugB_bsR", [blog(1)])), ""]


@pytest.mark.parametrize(("surface", "bodies"), [(Surface.BLOG_TAB, TAB), (Surface.INTEGRATED, INTEGRATED)])
def test_page_after_page_gives_what_all_pages_at_once_give(surface: Surface, bodies: Sequence[str]) -> None:
    key = key_of(surface=surface)
    served = [serve_as(body, next_address(KEYWORD, 1 + 30 * number)) for number, body in enumerate(bodies)]
    so_far = SurfaceReading(key)

    for number, page in enumerate(served, 1):
        so_far = so_far.followed_by(page)

        assert so_far.reading() == read_pages(served[:number], key)
        assert so_far.next_url(100) == next_page_url(served[:number], key, 100)


def test_a_further_page_leaves_what_was_read_before_as_it_was() -> None:
    key = key_of(surface=Surface.BLOG_TAB)
    first = SurfaceReading(key).followed_by(serve_as(TAB[0], next_address(KEYWORD, 1)))
    before = first.reading()

    first.followed_by(serve_as(TAB[1], next_address(KEYWORD, 31)))
    first.followed_by(serve_as("", next_address(KEYWORD, 31)))

    assert first.reading() == before
    assert first.next_url(100) == next_address(KEYWORD, 31)


@pytest.mark.parametrize("surface", Surface)
def test_without_any_page_the_first_is_asked_for_and_the_layout_is_unknown(surface: Surface) -> None:
    key = PageKey(surface, Device.PC, KEYWORD)

    assert SurfaceReading(key).next_url(100) == next_page_url([], key, 100)
    assert SurfaceReading(key).reading().verdict is PageVerdict.LAYOUT_UNKNOWN
