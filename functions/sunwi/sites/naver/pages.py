"""A page key → the addresses where Naver serves its pages."""

from collections.abc import Sequence

from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.sites.naver.lists.paged_reading import DEFAULT_DEPTHS, PagedReading, lacks_rows
from sunwi.sites.naver.markup_marks import NO_RESULT_WORDS, PLACE_LIST_ROWS
from sunwi.sites.naver.page_addresses import first_page_url

__all__ = ["DEFAULT_DEPTHS", "NO_RESULT_WORDS", "PLACE_LIST_ROWS", "lacks_rows", "next_page_url", "page_url"]


def page_url(key: PageKey) -> str:
    """Build the documented address of a page; of several, the first.

    Only the place list takes coordinates: elsewhere `key.location` is not part of the address.

    Raises:
        InvalidInput: The keyword cannot be searched for, or the location is no pair of degrees.

    Source: docs/naver.md, addresses.
    """
    return first_page_url(key)


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
        InvalidInput: As `page_url`.
    """
    if key.surface is Surface.INTEGRATED:
        return None if served_pages else first_page_url(key)
    pages = PagedReading(key)
    for served in served_pages:
        pages.add(served)
    return pages.next_url(depth)
