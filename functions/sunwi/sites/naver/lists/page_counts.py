"""How many pages a load of a surface opens.

Source: docs/naver.md, reading several pages.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from sunwi.domain.tracking import Surface
from sunwi.sites.naver.lists.paged_reading import MAX_PAGES
from sunwi.sites.naver.page_addresses import PLACES_PER_PAGE

#: Organic rows that one page brings; a cafe tab is reckoned with the fewest that were seen.
_ROWS_PER_PAGE: Mapping[Surface, int] = MappingProxyType(
    {Surface.PLACE_LIST: PLACES_PER_PAGE, Surface.BLOG_TAB: 30, Surface.CAFE_TAB: 10}
)


def pages_to_read(surface: Surface, depth: int) -> int:
    """Return how many pages a whole load opens, one after the other.

    Args:
        surface: The integrated page is always one.
        depth: Organic rows that are wanted, positive.
    """
    rows = _ROWS_PER_PAGE.get(surface)
    return 1 if rows is None else min(MAX_PAGES, math.ceil(depth / rows))


def rows_of_page(surface: Surface) -> int:
    """Return how many organic rows one page of a surface of several pages brings.

    Raises:
        KeyError: The surface is always one page.
    """
    return _ROWS_PER_PAGE[surface]
