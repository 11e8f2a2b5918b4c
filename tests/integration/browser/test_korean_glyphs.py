"""Korean is drawn as Korean in pictures of pages, and not as boxes for want of a font."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.sites.naver.site import NAVER

#: Common and rare syllables, letters by themselves, and 한자 as shop names have it.
SYLLABLES = "가각힣순위뷁쀍한글맛집ㄱㅏ家"

#: No character stands there, so that no font has a glyph of it.
UNASSIGNED = "\u0378"

SIZE = 48


def drawn(page: Page, text: str) -> bytes:
    """Take a picture of a text alone."""
    page.set_content(
        f'<meta charset="utf-8"><body style="margin:0;background:#fff"><div id="x" style="width:{2 * SIZE}px;'
        f'height:{2 * SIZE}px;font:{SIZE}px sans-serif;line-height:{2 * SIZE}px;overflow:hidden">{text}</div>'
    )
    return page.locator("#x").screenshot()


def boxes_among(page: Page, texts: str) -> list[str]:
    """Which texts look like a missing glyph, like nothing, or like one another."""
    nothing = {drawn(page, ""), drawn(page, UNASSIGNED)}
    pictures = {text: drawn(page, text) for text in texts}
    looks = list(pictures.values())
    return [text for text, picture in pictures.items() if picture in nothing or looks.count(picture) > 1]


@pytest.fixture
def page(loader: ChromiumPageLoader) -> Iterator[Page]:
    context = loader.browser.running(NAVER).new_context()
    try:
        page = context.new_page()
        yield page
    finally:
        context.close()


def test_a_picture_of_a_text_is_the_same_each_time(page: Page) -> None:
    assert drawn(page, "가") == drawn(page, "가")
    assert drawn(page, UNASSIGNED) == drawn(page, UNASSIGNED)


def test_every_korean_syllable_has_a_glyph_of_its_own(page: Page) -> None:
    assert boxes_among(page, SYLLABLES) == []


def test_what_no_font_has_is_found_to_be_a_box(page: Page) -> None:
    missing = "\u0378\u0379"
    assert boxes_among(page, missing + "가") == list(missing)
