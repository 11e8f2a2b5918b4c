import pytest

from sunwi.domain.tracking import Surface
from sunwi.sites.naver.lists.page_counts import pages_to_read


@pytest.mark.parametrize(
    ("surface", "depth", "pages"),
    [
        (Surface.INTEGRATED, 300, 1),
        (Surface.PLACE_LIST, 1, 1),
        (Surface.PLACE_LIST, 70, 1),
        (Surface.PLACE_LIST, 71, 2),
        (Surface.PLACE_LIST, 300, 5),
        (Surface.BLOG_TAB, 100, 4),
        (Surface.CAFE_TAB, 100, 10),
        (Surface.CAFE_TAB, 1000, 40),
    ],
)
def test_a_look_opens_as_many_pages_as_its_depth_asks_for(surface: Surface, depth: int, pages: int) -> None:
    assert pages_to_read(surface, depth) == pages
