"""Read pages that were stored without their addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface, normalise_keyword
from sunwi.errors import InvalidInput
from sunwi.service.pages.unknown_reading import guard_reader
from sunwi.sites.naver.answers import answered_device, answered_queries, asked_query
from sunwi.sites.naver.blocks.apollo import choose_listing, read_place_state
from sunwi.sites.naver.blocks.state_lists import Listing
from sunwi.sites.naver.document import parse_document
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.pages import next_page_url
from sunwi.sites.naver.read_page import read_pages

#: More rows than any list has, so that the next page is always wanted.
_ALL_ROWS = 100_000
#: Stands for the keyword of pages that name none; no page can answer it.
_NO_KEYWORD = "\N{REPLACEMENT CHARACTER}"
#: Where the page has no address of its own.
_ANY_ADDRESS = "https://search.naver.com/"
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class StoredPages:
    """Pages of one surface, read.

    Attributes:
        keyword: What the pages were read for; None when neither caller nor pages name one.
    """

    keyword: str | None
    reading: PageReading


def read_stored_pages(
    pages: Sequence[str | ServedPage], *, surface: Surface, device: Device | None = None, keyword: str | None = None
) -> StoredPages:
    """Read stored pages as one list, in the order given.

    Args:
        pages: Text of a page that was stored, or a page with its address.
        surface: The page that they are said to be.
        device: Whose pages they are; None takes the first page's own word for it, and a PC's where it says nothing.
        keyword: What they are said to answer; None takes the pages' own word for it.

    Raises:
        InvalidInput: The keyword cannot be searched for, or there are several pages of a surface that has one.
    """
    if surface is Surface.INTEGRATED and len(pages) > 1:
        raise InvalidInput(
            f"the integrated surface is one page, and {len(pages)} were given: read them one by one",
            code="pages_of_integrated_too_many",
            count=len(pages),
        )
    asked = find_keyword(pages, surface) if keyword is None else normalise_keyword(keyword)
    key = PageKey(surface, device or find_device(pages), asked or _NO_KEYWORD)
    reading = _read(pages, key)
    if asked is None:
        known = (fact for fact in reading.evidence if _NO_KEYWORD not in fact)
        evidence = ("no page names its keyword, and none was given", *known)
        reading = replace(reading, evidence=evidence)
    return StoredPages(asked, reading)


def _read(pages: Sequence[str | ServedPage], key: PageKey) -> PageReading:
    served: list[ServedPage] = []

    def read() -> PageReading:
        for page in pages:
            served.append(page if isinstance(page, ServedPage) else _with_address(page, served, key))
        return read_pages(served, key)

    return guard_reader(read, key, served)


def find_device(pages: Sequence[str | ServedPage]) -> Device:
    """Find whose page the first one says it is, by its address or by its own marks."""
    for page in pages[:1]:
        if isinstance(page, ServedPage):
            host = page.final_url.partition("//")[2]
            return Device.MOBILE if host.startswith("m.") else Device.PC
        document = parse_document(page)
        return (None if document.is_too_deep else answered_device(document)) or Device.PC
    return Device.PC


def find_keyword(pages: Sequence[str | ServedPage], surface: Surface) -> str | None:
    """Find which keyword pages say they answer: the first that can be searched for.

    An address that was opened goes first, for the page must answer it.
    """
    for page in pages:
        if isinstance(page, ServedPage) and (asked := asked_query(page.requested_url)):
            return normalise_keyword(asked)
    for page in pages:
        for said in _said_keywords(page.html if isinstance(page, ServedPage) else page, surface):
            try:
                return normalise_keyword(said)
            except InvalidInput:
                continue
    return None


def _said_keywords(html: str, surface: Surface) -> list[str]:
    if surface is Surface.PLACE_LIST and (asked := [item.query for item in _asked_listings(html) if item.query]):
        return asked
    document = parse_document(html)
    return [] if document.is_too_deep else list(answered_queries(document).values())


def _asked_listings(html: str) -> list[Listing]:
    """Lists of places that say what they answer, the organic one first."""
    document = parse_document(html)
    listings = () if document.is_too_deep else read_place_state(document).listings
    asked = [listing for listing in listings if listing.query]
    chosen = choose_listing(asked)
    return asked if chosen is None else [chosen, *asked]


def _with_address(html: str, before: Sequence[ServedPage], key: PageKey) -> ServedPage:
    """Return a page with the address that it must have had to follow the pages before it."""
    is_nameless = key.keyword == _NO_KEYWORD
    url = _ANY_ADDRESS if is_nameless else next_page_url(before, key, _ALL_ROWS) or first_page_url(key)
    if key.surface is Surface.PLACE_LIST and (row := _first_row(html)):
        url = _with_start(url, row)
    return ServedPage(requested_url=url, final_url=url, status=_HTTP_OK, html=html)


def _first_row(html: str) -> int:
    """Number of the first row that a place list says it was asked for; 0 where it does not say."""
    return next((listing.start or 0 for listing in _asked_listings(html)), 0)


def _with_start(url: str, row: int) -> str:
    parts = urlsplit(url)
    fields = [(name, value) for name, value in parse_qsl(parts.query) if name != "start"]
    return urlunsplit((*parts[:3], urlencode([*fields, ("start", str(row))]), ""))
