"""Open a surface, page after page, and read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from sunwi.domain.observation import LoadedPage, LoadedSurface
from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.site import PageAddress
from sunwi.domain.tracking import PageKey, Surface
from sunwi.errors import BrowserLost, PageUnreachable, SurfaceHeld
from sunwi.service.pages.draw_pages import DrawPages
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.pages.open_page import OpenPage
from sunwi.service.pages.publish_recognition import WORST
from sunwi.service.pages.unknown_reading import guard_reader, unknown_reading
from sunwi.service.ports.outside import Metrics, PageLoader
from sunwi.service.ports.pace import PagePace
from sunwi.service.ports.reading_terms import ReadingTerms
from sunwi.sites.naver.pages import DEFAULT_DEPTHS, page_address
from sunwi.sites.naver.read_page import PARSER_VERSION
from sunwi.sites.naver.surface_reading import SurfaceReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSurface:
    """Load a surface without storing anything.

    Attributes:
        depths: Organic rows that are wanted of each surface that goes on over several pages.
        pace: Keeps the pause between page loads.
        metrics: Where the failure of a reader on a page is published; None publishes nothing.
    """

    loader: PageLoader
    depths: Mapping[Surface, int] = field(default_factory=lambda: DEFAULT_DEPTHS)
    pace: PagePace = field(default_factory=Unpaced)
    metrics: Metrics | None = None

    def __call__(
        self, key: PageKey, *, fresh: bool = False, with_pictures: bool = False, terms: ReadingTerms | None = None
    ) -> LoadedSurface:
        """Open as many pages as the depth asks for, and read them as one.

        A page on which a reader fails is a page of unknown layout: kept like any other, and loaded again.

        Args:
            key: What to load.
            fresh: Begin in a new browser context.
            with_pictures: Draw every page; else only those that cannot be read.
            terms: How long it may take, and what is done around each page; None sets none.

        Raises:
            PageUnreachable: Navigation failed or timed out, or too little time was left for another page.
            SurfaceHeld: A later page may not be opened.
            InvalidInput: The key has no address.
        """
        terms = terms or ReadingTerms()
        pages: list[LoadedPage] = []
        read = _Progress(SurfaceReading(key), self.depths.get(key.surface, 0))
        draw = DrawPages(loader=self.loader, limit=terms.limit, is_wanted=with_pictures)
        while (url := read.next_url) is not None:
            address = page_address(key, url, continues=bool(pages))
            try:
                page = self._open(address, terms, number=len(pages) + 1, fresh=fresh and not pages)
            except (PageUnreachable, SurfaceHeld) as error:
                _give_up(LoadedSurface(key, tuple(pages), read.reading, PARSER_VERSION), terms, error)
            read.take(page.served)
            pages.append(page)
            if read.next_url is None:
                terms.keep_read(LoadedSurface(key, tuple(pages), read.reading, PARSER_VERSION))
            draw(page, read.reading)
        if read.has_failed:
            self._publish_failure(key)
        return LoadedSurface(key, tuple(pages), read.reading, PARSER_VERSION, draw.pictures)

    def _open(self, address: PageAddress, terms: ReadingTerms, *, number: int, fresh: bool) -> LoadedPage:
        """Open a page; one over which the browser ended is opened once more, as a page load of its own."""
        try:
            return self._open_once(address, terms, number=number, fresh=fresh)
        except BrowserLost:
            number += 1
        try:
            return self._open_once(address, terms, number=number, fresh=fresh)
        except BrowserLost as error:
            raise PageUnreachable(str(error)) from error

    def _open_once(self, address: PageAddress, terms: ReadingTerms, *, number: int, fresh: bool) -> LoadedPage:
        open_page = OpenPage(loader=self.loader, pace=self.pace)
        open_page.wait(address, terms=terms if number == 1 else replace(terms, turn=None), fresh=fresh)
        terms.before_page(number)
        return open_page.load(address, terms=terms, fresh=fresh)

    def _publish_failure(self, key: PageKey) -> None:
        """Publish that a reader failed, under the surface's own name and that which the alarm watches."""
        if self.metrics is not None:
            for name in (f"{key.surface}-{key.device}", WORST):
                self.metrics.put({"ReaderErrors": 1}, surface=name)


def _give_up(seen: LoadedSurface, terms: ReadingTerms, error: PageUnreachable | SurfaceHeld) -> NoReturn:
    """Hand over the pages before one that could not be opened, and raise with how far they came."""
    if not seen.pages:
        raise error
    number, rows = len(seen.pages), len(seen.reading.cards)
    reason = (
        f"page {number + 1} of the list could not be opened; {number} {'page' if number == 1 else 'pages'} with {rows} "
        f"rows read: {error}"
    )
    terms.keep_unfinished(replace(seen, reading=unknown_reading(seen.key, reason)))
    raise type(error)(reason) from error


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What some pages say, and where the next one is."""

    surface: SurfaceReading
    reading: PageReading
    next_url: str | None
    has_failed: bool = False


class _Progress:
    """Reads page after page, each once."""

    def __init__(self, surface: SurfaceReading, depth: int) -> None:
        self._depth = depth
        self._so_far = _SoFar(surface, surface.reading(), surface.next_url(depth))

    @property
    def reading(self) -> PageReading:
        """What the pages taken so far say."""
        return self._so_far.reading

    @property
    def next_url(self) -> str | None:
        """Where the next page is; None when none is missing."""
        return self._so_far.next_url

    @property
    def has_failed(self) -> bool:
        """Whether a reader failed on a page that was taken."""
        return self._so_far.has_failed

    def take(self, served: ServedPage) -> None:
        """Read one more page; later pages say nothing without those before them."""
        self._so_far = self._read(served)

    def _read(self, served: ServedPage) -> _SoFar:
        found = guard_reader(lambda: self._follow(served), self._so_far.surface.key, [served])
        if isinstance(found, PageReading):
            return replace(self._so_far, reading=found, next_url=None, has_failed=True)
        return found

    def _follow(self, served: ServedPage) -> _SoFar:
        surface = self._so_far.surface.followed_by(served)
        return _SoFar(surface, surface.reading(), surface.next_url(self._depth))
