"""Which cards count for a tracking: the areas it is sold for, and whether a bundled link is enough.

Source: docs/naver.md, areas; docs/adr/0024-areas-that-count.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class NamedArea(StrEnum):
    """Areas that people have a word for; some have several codes."""

    PLACE_BLOCK = "place_block"
    POPULAR_POSTS = "popular_posts"
    SMART_BLOCKS = "smart_blocks"
    INFLUENCERS = "influencers"
    POPULAR_CAFE_POSTS = "popular_cafe_posts"
    SINGLE_BOXES = "single_boxes"
    WEB_PAGES = "web_pages"


_CODES: Mapping[NamedArea, re.Pattern[str]] = MappingProxyType(
    {
        NamedArea.PLACE_BLOCK: re.compile(r"(?:nmb|loc)_(?!adr$)\w+"),
        NamedArea.POPULAR_POSTS: re.compile(r"ug[A-Z]_(?:bs|qp)R"),
        NamedArea.SMART_BLOCKS: re.compile(r"ug[A-Z]_b[0-9]+R"),
        NamedArea.INFLUENCERS: re.compile(r"ug[A-Z]_ipR"),
        NamedArea.POPULAR_CAFE_POSTS: re.compile(r"ug[A-Z]_ctR"),
        NamedArea.SINGLE_BOXES: re.compile(r"ur[A-Z]_(?:co|bo)R|rr[A-Z]_(?:hd|bd)R"),
        NamedArea.WEB_PAGES: re.compile(r"(?:web|sit)_\w+"),
    }
)

#: Areas with ranks of their own that count only for a tracking that names them: the places around an address.
_ONLY_BY_NAME = frozenset({"loc_adr"})


def name_of_area(code: str) -> NamedArea | None:
    """Return the word for an area, if there is one.

    Args:
        code: Naver's own, without `*` and what follows.
    """
    return next((name for name, codes in _CODES.items() if codes.fullmatch(code)), None)


@dataclass(frozen=True, slots=True)
class ExposureCriteria:
    """What counts as exposure for one tracking (집계 기준).

    Attributes:
        areas: Values of `NamedArea`, and codes of Naver's own without `*` and what follows; none at all
            means every organic area, but for those that count only where a tracking names them.
        bundled: A link inside another post's card counts, where the target has no card of its own.
    """

    areas: frozenset[str] = frozenset()
    bundled: bool = False

    def covers(self, code: str) -> bool:
        """Return whether cards of an area count."""
        if not self.areas:
            return code not in _ONLY_BY_NAME
        return code in self.areas or name_of_area(code) in self.areas


#: What a tracking counts that asks for nothing else.
ANY_AREA = ExposureCriteria()
