"""A page key → the addresses where Naver serves its pages, and as whom they are opened."""

from collections.abc import Sequence
from functools import partial

from sunwi.domain.reading import ServedPage
from sunwi.domain.site import AwaitedRows, PageAddress
from sunwi.domain.tracking import PageKey, Surface
from sunwi.sites.naver.lists.paged_reading import DEFAULT_DEPTHS, PagedReading, lacks_rows
from sunwi.sites.naver.markup_marks import NO_RESULT_WORDS, PLACE_LIST_ROWS
from sunwi.sites.naver.page_addresses import first_page_url

__all__ = ["DEFAULT_DEPTHS", "lacks_rows", "next_page_url", "page_address"]


def page_address(key: PageKey, url: str | None = None, *, continues: bool = False) -> PageAddress:
    """Describe how a page of a key is opened: always as the same visitor, and a place list with its script's rows.

    Args:
        key: What the page is for.
        url: One of the key's addresses; None means the first.
        continues: It is a further page of what was opened last.

    Raises:
        InvalidInput: As `first_page_url`.
    """
    rows = AwaitedRows(selector=PLACE_LIST_ROWS, none_words=NO_RESULT_WORDS, are_missing=partial(lacks_rows, key=key))
    return PageAddress(
        url=first_page_url(key) if url is None else url,
        device=key.device,
        visitor=f"{key.surface.value}\n{key.device.value}\n{key.keyword}\n{key.location}",
        continues=continues,
        rows=rows if key.surface is Surface.PLACE_LIST else None,
        facts={"keyword": key.keyword, "surface": key.surface.value},
    )


def next_page_url(served_pages: Sequence[ServedPage], key: PageKey, depth: int) -> str | None:
    """Return the address of the page that is missing for a depth.

    Reads all pages anew; who reads page after page keeps a `SurfaceReading` instead.

    Args:
        served_pages: What was served so far, in order.
        key: What is asked for.
        depth: Organic rows that are wanted; `DEFAULT_DEPTHS` has the usual ones.

    Returns:
        None when there are enough, when the list has ended or when its last page cannot be continued.

    Raises:
        InvalidInput: As `first_page_url`.
    """
    if key.surface is Surface.INTEGRATED:
        return None if served_pages else first_page_url(key)
    pages = PagedReading(key)
    for served in served_pages:
        pages.add(served)
    return pages.next_url(depth)
