"""What Naver's area codes mean: the one table of all codes that are known.

Source: docs/naver.md, areas.
"""

import re
from enum import StrEnum


class AreaSort(StrEnum):
    """What an area of the main column holds."""

    #: The place block: organic places, or one place as a panel.
    PLACES = "places"
    #: An address with places around it: ranks of its own, for trackings that name the area.
    ADDRESSES = "addresses"
    #: Places that are recommended beside another one: never ranks.
    RECOMMENDED = "recommended"
    OPENINGS = "openings"
    #: Organic posts; an area that is listed must hold cards.
    POSTS = "posts"
    #: Posts where it holds any; seen too seldom to miss them where it does not.
    RELATED_POSTS = "related_posts"
    POST_ADS = "post_ads"
    WEB = "web"
    #: Questions and news: cards of sites, where they are marked as cards.
    ANSWERS = "answers"
    #: No cards: paid links, keywords, clips, images, shopping, briefings, options.
    ASIDE = "aside"


#: The first pattern that matches the whole code decides.
_TABLE: tuple[tuple[AreaSort, re.Pattern[str]], ...] = tuple(
    (sort, re.compile(pattern))
    for sort, pattern in (
        (AreaSort.ADDRESSES, r"loc_adr"),
        (AreaSort.PLACES, r"(?:nmb|loc)_.*"),
        (AreaSort.RECOMMENDED, r"rbp_.*"),
        (AreaSort.OPENINGS, r"nop.*"),
        (AreaSort.POST_ADS, r"[a-z]{2}[A-Z]_ad.*"),
        (AreaSort.RELATED_POSTS, r"heB_ceR"),
        # Briefings, keywords and what helps to search hold no results, whatever their last letter.
        (AreaSort.ASIDE, r"(?:abL|heL|kw[LX]|exB|vdB).*"),
        # The last letter names the collection: R is reviews, that is posts; M images and topics, C clips.
        (AreaSort.POSTS, r"[a-z]{2}[A-Z]_[A-Za-z0-9]+R"),
        (AreaSort.ASIDE, r"(?:u[gr]|rr)[A-Z]_i[A-Za-z0-9]*"),
        (AreaSort.WEB, r"(?:web|sit)_.*"),
        (AreaSort.ANSWERS, r"(?:kin|nws).*"),
        (AreaSort.ASIDE, r"(?:pwl|brd|img|shp|shs|opt|pag|ldc_|bok_|ink_|nco_|__option).*"),
    )
)

#: Areas in which a tracking can have a rank.
COUNTED_SORTS = frozenset({AreaSort.PLACES, AreaSort.ADDRESSES, AreaSort.POSTS, AreaSort.RELATED_POSTS, AreaSort.WEB})
_WITHOUT_RESULTS = frozenset(
    {AreaSort.ASIDE, AreaSort.ANSWERS, AreaSort.OPENINGS, AreaSort.POST_ADS, AreaSort.RECOMMENDED}
)


def area_code(area: str) -> str:
    """The code before any `*`: what follows it changes from page to page."""
    return area.partition("*")[0].strip()


def sort_of_area(code: str) -> AreaSort | None:
    """Return what an area holds; None for a code that is not known."""
    return next((sort for sort, pattern in _TABLE if pattern.fullmatch(code)), None)


def is_place_area(code: str) -> bool:
    """Whether the area is a place block of organic results."""
    return sort_of_area(code) is AreaSort.PLACES


def is_address_area(code: str) -> bool:
    """Whether the area lists the places around an address."""
    return sort_of_area(code) is AreaSort.ADDRESSES


def is_opening_area(code: str) -> bool:
    """Whether the area is the block of new openings."""
    return sort_of_area(code) is AreaSort.OPENINGS


def is_recommended_area(code: str) -> bool:
    """Whether the area recommends places beside another one."""
    return sort_of_area(code) is AreaSort.RECOMMENDED


def is_post_area(code: str) -> bool:
    """Whether the area must hold organic posts."""
    return sort_of_area(code) is AreaSort.POSTS


def is_web_area(code: str) -> bool:
    """Whether the area holds organic web pages."""
    return sort_of_area(code) is AreaSort.WEB


def is_answer_area(code: str) -> bool:
    """Whether the area holds questions or news, whose cards count down the page where they are marked as cards."""
    return sort_of_area(code) is AreaSort.ANSWERS


def is_aside_area(code: str) -> bool:
    """Whether the area is known to hold no results of a tab."""
    return sort_of_area(code) in _WITHOUT_RESULTS


def is_without_cards(code: str) -> bool:
    """Whether no card was ever seen in such an area, which is no place for paid ones."""
    return sort_of_area(code) is AreaSort.ASIDE


def holds_no_posts(code: str) -> bool:
    """Whether the area is known to hold no posts and no web pages: places, or no results at all."""
    return is_aside_area(code) or sort_of_area(code) in {AreaSort.PLACES, AreaSort.ADDRESSES}


def is_known_area(code: str) -> bool:
    """Whether it is known what sort of thing the area holds."""
    return sort_of_area(code) is not None
