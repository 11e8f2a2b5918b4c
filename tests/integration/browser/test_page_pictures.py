"""Pictures of the stand-in's pages, in real Chromium: what they show, and that each card's rectangle is that card's."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations, pairwise
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from infra.local.standin import StandinSite
from infra.local.standin.faults import FaultKind
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import MAX_PICTURE_BYTES, Drawing, PagePicture, Rectangle
from sunwi.domain.reading import PageReading
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.reading_terms import UNLIMITED
from sunwi.sites.naver.lists.card_names import describe_drawing
from sunwi.sites.naver.pages import page_address
from sunwi.sites.naver.read_page import read_page
from sunwi.sites.naver.site import NAVER

KEYWORDS = {
    Surface.INTEGRATED: ("성수동 김밥", "강남역 필라테스", "트러블 크림"),
    Surface.PLACE_LIST: ("성수동 김밥", "모의동 치과"),
    Surface.BLOG_TAB: ("제주 흑돼지 맛집",),
    Surface.CAFE_TAB: ("제주 흑돼지 맛집",),
}
KEYS = [
    PageKey(surface, device, keyword)
    for surface, keywords in KEYWORDS.items()
    for keyword in keywords
    for device in Device
]
INTEGRATED = PageKey(Surface.INTEGRATED, Device.PC, "성수동 김밥")

#: Scrolls to the middle of a rectangle, takes what stands there, and gives the box of the smallest element around it
#: that says a title.
HIT = """([x, y, title]) => {
    scrollTo(0, y - innerHeight / 2);
    const plain = (text) => text.replace(/\\s+/g, "");
    let element = document.elementFromPoint(x - scrollX, y - scrollY);
    while (element && !plain(element.textContent).includes(plain(title))) element = element.parentElement;
    if (!element) return null;
    const box = element.getBoundingClientRect();
    return [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY];
}"""
ORIGIN = """() => {
    scrollTo(0, 0);
    const list = document.querySelector("ul.place_business_list");
    const column = document.querySelector("#main_pack") || document.querySelector("#ct") || list;
    const box = column.getBoundingClientRect();
    return [Math.max(0, Math.floor(box.left + scrollX)), Math.max(0, Math.floor(box.top + scrollY))];
}"""
#: Gives all links to each address a colour of their own.
PAINT = """(urls) => urls.forEach((url, at) => {
    for (const link of document.querySelectorAll("a[href]")) {
        if (link.getAttribute("href").startsWith(url)) {
            link.style.cssText = `display: inline-block; background: rgb(${10 + at * 10}, 0, 255); color: transparent`;
        }
    }
})"""


@dataclass(frozen=True)
class Drawn:
    """A page that is open, its reading, and its picture."""

    page: Page
    loaded: LoadedPage
    reading: PageReading
    picture: PagePicture


def shown_page(loader: ChromiumPageLoader) -> Page:
    """The browser's page that the loader has open."""
    shown = loader._shown  # noqa: SLF001 - nobody else can look at the page that was drawn
    assert shown is not None
    return shown.page


def draw(loader: ChromiumPageLoader, key: PageKey, *, script: str = "() => null", argument: Any = None) -> Drawn:
    """Open a page, run a script in it, and draw it."""
    loaded = loader.load(NAVER, page_address(key), fresh=False, limit=UNLIMITED)
    reading = read_page(loaded.served, key)
    assert reading.cards, reading.evidence
    shown_page(loader).evaluate(script, argument or [card.url for card in reading.cards])
    drawing = describe_drawing(loaded.served, cards=reading.cards, left_out=reading.left_out)
    picture = loader.draw(drawing, limit=UNLIMITED)
    assert picture is not None
    return Drawn(shown_page(loader), loaded, reading, picture)


@pytest.fixture(autouse=True)
def left(loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a busy machine draw as long as it takes, and leave what was opened."""
    monkeypatch.setattr("sunwi.adapters.browser.page_picture._REDRAW_SECONDS", 60)
    monkeypatch.setattr("sunwi.adapters.browser.chromium.SCREENSHOT_SECONDS", 60)
    yield
    loader.leave()


def pixels(picture: PagePicture) -> Image.Image:
    return Image.open(BytesIO(picture.data)).convert("RGB")


def rectangles(picture: PagePicture) -> list[Rectangle]:
    assert [each.card.id for each in picture.cards if each.rectangle is None] == []
    return [each.rectangle for each in picture.cards if each.rectangle is not None]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.surface}-{key.device}-{key.keyword}")
def test_what_stands_within_a_cards_rectangle_is_that_card(loader: ChromiumPageLoader, key: PageKey) -> None:
    drawn = draw(loader, key)
    left, top = drawn.page.evaluate(ORIGIN)
    scale = drawn.picture.scale
    assert [each.card for each in drawn.picture.cards] == list(drawn.reading.cards)
    for each, rectangle in zip(drawn.picture.cards, rectangles(drawn.picture), strict=True):
        x = left + (rectangle.x + rectangle.width / 2) / scale
        y = top + (rectangle.y + rectangle.height / 2) / scale
        said = drawn.page.evaluate(HIT, [x, y, each.card.title])
        assert said is not None, each
        slack = 1 + 1 / scale
        assert left + rectangle.x / scale - slack <= said[0], each
        assert top + rectangle.y / scale - slack <= said[1], each
        assert said[2] <= left + (rectangle.x + rectangle.width) / scale + slack, each
        assert said[3] <= top + (rectangle.y + rectangle.height) / scale + slack, each


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.surface}-{key.device}-{key.keyword}")
def test_ranks_ascend_down_the_picture_and_no_card_reaches_over_another(
    loader: ChromiumPageLoader, key: PageKey
) -> None:
    picture = draw(loader, key).picture
    boxes = rectangles(picture)
    for area in {each.card.area for each in picture.cards}:
        tops = [box.y for each, box in zip(picture.cards, boxes, strict=True) if each.card.area == area]
        assert all(upper < lower for upper, lower in pairwise(tops)), (area, tops)
    for one, other in combinations(boxes, 2):
        assert one.y + one.height <= other.y or other.y + other.height <= one.y, (one, other)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.surface}-{key.device}-{key.keyword}")
def test_a_picture_is_webp_of_a_bounded_size_that_holds_all_cards(loader: ChromiumPageLoader, key: PageKey) -> None:
    picture = draw(loader, key).picture
    assert len(picture.data) <= MAX_PICTURE_BYTES
    with Image.open(BytesIO(picture.data)) as image:
        assert image.format == "WEBP"
        assert image.size == (picture.width, picture.height)
    for box in rectangles(picture):
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height


@pytest.mark.parametrize("device", Device)
def test_the_pixels_of_a_card_lie_within_its_rectangle_and_nowhere_else(
    loader: ChromiumPageLoader, device: Device
) -> None:
    picture = draw(loader, PageKey(Surface.CAFE_TAB, device, "제주 흑돼지 맛집"), script=PAINT).picture
    image = pixels(picture)
    colours = [(10 + 10 * at, 0, 255) for at in range(len(picture.cards))]
    for colour, box in zip(colours, rectangles(picture), strict=True):
        inside = image.crop((box.x, box.y, box.x + box.width, box.y + box.height))
        found = {value for _, value in inside.getcolors(maxcolors=1 << 24) or ()}
        assert {other for other in colours if other in found} == {colour}


def test_a_card_that_is_no_longer_on_the_page_has_no_rectangle(loader: ChromiumPageLoader) -> None:
    remove = """(urls) => {
        for (const link of document.querySelectorAll("#main_pack a[href]")) {
            if (link.getAttribute("href").startsWith(urls[0])) link.remove();
        }
        for (const button of document.querySelectorAll("#main_pack [data-url]")) button.remove();
    }"""
    key = PageKey(Surface.CAFE_TAB, Device.PC, "제주 흑돼지 맛집")
    picture = draw(loader, key, script=remove).picture
    assert picture.cards[0].rectangle is None
    assert all(each.rectangle for each in picture.cards[1:])


def test_a_list_that_scrolls_in_itself_is_drawn_with_all_of_its_rows(loader: ChromiumPageLoader) -> None:
    shut = """() => {
        const list = document.querySelector("#_pcmap_list_scroll_container");
        list.style.cssText = "height: 300px; overflow-y: auto";
        document.body.style.cssText = "height: 100vh; overflow: hidden";
        list.scrollTop = 5000;
    }"""
    key = PageKey(Surface.PLACE_LIST, Device.PC, "성수동 김밥")
    picture = draw(loader, key, script=shut).picture
    assert len(rectangles(picture)) == len(picture.cards) > 50
    assert picture.height / picture.scale > 5000


def test_rows_that_a_tab_loads_as_data_are_drawn_as_their_markup(loader: ChromiumPageLoader) -> None:
    key = PageKey(Surface.CAFE_TAB, Device.MOBILE, "제주 흑돼지 맛집")
    look = ReadSurface(loader=loader, depths={Surface.CAFE_TAB: 20})(key, with_pictures=True)
    assert len(look.pages) > 1
    drawn = [look.pictures[number] for number in range(1, len(look.pages) + 1)]
    assert [each.card for picture in drawn for each in picture.cards] == list(look.reading.cards)
    assert all(rectangles(picture) for picture in drawn)


def test_a_page_without_cards_is_drawn_as_well(site: StandinSite, loader: ChromiumPageLoader) -> None:
    site.set_fault(INTEGRATED.keyword, FaultKind.NO_RESULTS)
    picture = ReadSurface(loader=loader)(INTEGRATED, with_pictures=True).pictures[1]
    assert picture.cards == ()
    assert len(pixels(picture).getcolors(maxcolors=1 << 24) or ()) > 1


def test_a_picture_that_is_too_large_is_drawn_again_smaller(
    loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.adapters.browser.page_picture.MAX_PICTURE_BYTES", 60_000)
    picture = draw(loader, INTEGRATED).picture
    assert len(picture.data) <= 60_000
    assert picture.scale < 1
    assert pixels(picture).size == (picture.width, picture.height)
    assert len(rectangles(picture)) == len(picture.cards)


def test_a_page_that_cannot_be_drawn_small_enough_has_no_picture(
    loader: ChromiumPageLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.adapters.browser.page_picture.MAX_PICTURE_BYTES", 10)
    look = ReadSurface(loader=loader)(INTEGRATED, with_pictures=True)
    assert look.pictures == {}
    assert look.reading.cards


def test_a_page_that_has_gone_on_to_another_document_is_not_drawn(loader: ChromiumPageLoader) -> None:
    loader.load(NAVER, page_address(INTEGRATED), fresh=False, limit=UNLIMITED)
    page = shown_page(loader)
    with page.expect_navigation():
        page.evaluate("() => { location.href = '/search.naver?where=nexearch&query=other'; }")
    assert loader.draw(Drawing(), limit=UNLIMITED) is None


def test_no_page_stays_open_once_it_has_been_left(loader: ChromiumPageLoader) -> None:
    loader.load(NAVER, page_address(INTEGRATED), fresh=False, limit=UNLIMITED)
    shown = shown_page(loader)
    context = shown.context
    loader.leave()
    assert shown.is_closed()
    assert [page.url for page in context.pages] == ["about:blank"]
    assert loader.draw(Drawing(), limit=UNLIMITED) is None
