"""What Naver's area codes mean.

Source: docs/naver.md, areas.
"""

import re

_PLACE = re.compile(r"(?:nmb|loc)_")
_OPENING = re.compile(r"nop_")
_POST_AD = re.compile(r"[a-z]{2}[A-Z]_ad")
#: The last letter names the collection: R is reviews, that is posts; M images, C clips.
_POST = re.compile(r"[a-z]{2}[A-Z]_(?!ad)[A-Za-z0-9]+R")
_WEB = re.compile(r"web_")
#: Questions and news: results of sites, not of posts.
_ANSWERS = re.compile(r"kin|nws")
#: Paid links and brands, keywords, clips, images, shopping, briefing, questions, news, openings, options, page numbers.
_ASIDE = re.compile(r"(?:pwl|brd|kwX|kwL|vdB|img|shp|shs|abL|kin|nws|nop|opt|pag)|[a-z]{2}[A-Z]_ad|u[gr][A-Z]_im")


def area_code(area: str) -> str:
    """The code before any `*`: what follows it changes from page to page."""
    return area.partition("*")[0].strip()


def is_place_area(code: str) -> bool:
    """Whether the area is a place block of organic results."""
    return _PLACE.match(code) is not None


def is_opening_area(code: str) -> bool:
    """Whether the area is the block of new openings."""
    return _OPENING.match(code) is not None


def is_post_ad_area(code: str) -> bool:
    """Whether the area looks like posts and is paid for."""
    return _POST_AD.match(code) is not None


def is_post_area(code: str) -> bool:
    """Whether the area must hold organic posts."""
    return _POST.fullmatch(code) is not None


def is_web_area(code: str) -> bool:
    """Whether the area holds organic web pages."""
    return _WEB.match(code) is not None


def is_answer_area(code: str) -> bool:
    """Whether the area holds questions or news, whose cards count down the page where they are marked as cards."""
    return _ANSWERS.match(code) is not None


def is_aside_area(code: str) -> bool:
    """Whether the area is known to hold no results of a tab."""
    return _ASIDE.match(code) is not None


def is_known_area(code: str) -> bool:
    """Whether it is known what sort of thing the area holds."""
    is_organic = is_place_area(code) or is_post_area(code) or is_web_area(code)
    return is_organic or is_aside_area(code)
