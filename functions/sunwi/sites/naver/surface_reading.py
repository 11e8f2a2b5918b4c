"""One surface, read page after page, each page once."""

from dataclasses import dataclass
from typing import Self

from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.sites.naver.lists.paged_reading import PagedReading
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.read_page import read_page, read_pages


@dataclass(frozen=True, slots=True)
class SurfaceReading:
    """What the pages of a surface say so far; it does not change, but a further page gives another one."""

    key: PageKey
    _page: PageReading | None = None
    _list: PagedReading | None = None

    def followed_by(self, served: ServedPage) -> Self:
        """Read the next page; an integrated page is always one, and others are not read."""
        if self.key.surface is Surface.INTEGRATED:
            return self if self._page else type(self)(self.key, read_page(served, self.key))
        pages = PagedReading(self.key) if self._list is None else self._list.copy()
        pages.add(served)
        return type(self)(self.key, None, pages)

    def next_url(self, depth: int) -> str | None:
        """Return the address of the page that is missing for a depth; None when nothing is.

        Args:
            depth: Organic rows that are wanted, of a surface that goes on over several pages.

        Raises:
            InvalidInput: The keyword cannot be searched for, or the location is no pair of degrees.
        """
        if self._list is not None:
            return self._list.next_url(depth)
        return None if self._page else first_page_url(self.key)

    def reading(self) -> PageReading:
        """Put together what was read; without any page the layout is unknown."""
        if self._list is not None:
            return self._list.reading()
        return self._page or read_pages((), self.key)
