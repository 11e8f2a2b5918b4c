"""Open a surface, page after page, and read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

import structlog

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.domain.typed_text import quote
from sunwi.errors import PageUnreachable, SurfaceHeld
from sunwi.naver.pages import DEFAULT_DEPTHS
from sunwi.naver.read_page import PARSER_VERSION
from sunwi.naver.surface_reading import SurfaceReading
from sunwi.service.keep_pace import Unpaced
from sunwi.service.open_page import OpenPage
from sunwi.service.pace_ports import PagePace
from sunwi.service.ports import Metrics, PageLoader
from sunwi.service.publish_recognition import WORST
from sunwi.service.reading_terms import ReadingTerms

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSurface:
    """Look at a surface without storing anything.

    Attributes:
        depths: Organic rows that are wanted of each surface that goes on over several pages.
        pace: Keeps the pause between page loads.
        metrics: Told when a reader fails on a page; None tells nobody.
    """

    loader: PageLoader
    depths: Mapping[Surface, int] = field(default_factory=lambda: DEFAULT_DEPTHS)
    pace: PagePace = field(default_factory=Unpaced)
    metrics: Metrics | None = None

    def __call__(
        self,
        key: PageKey,
        *,
        fresh: bool = False,
        always_screenshot: bool = False,
        terms: ReadingTerms | None = None,
    ) -> SurfaceLook:
        """Open as many pages as the depth asks for, and read them as one.

        A page on which a reader fails is a page of unknown layout: kept like any other, and looked at again.

        Args:
            key: What to look at.
            fresh: Begin in a new browser context.
            always_screenshot: Take one of every page; else only of pages that cannot be read.
            terms: How long it may take, and what is done around each page; None sets none.

        Raises:
            PageUnreachable: Navigation failed or timed out, or too little time was left for another page.
            SurfaceHeld: A later page may not be opened.
            InvalidInput: The key has no address.
        """
        terms = terms or ReadingTerms()
        pages: list[LoadedPage] = []
        read = _ReadOnce(SurfaceReading(key), self.depths.get(key.surface, 0))

        def wants_screenshot(served: ServedPage) -> bool:
            return always_screenshot or not read.with_page(served).reading.verdict.is_readable

        open_page = OpenPage(loader=self.loader, pace=self.pace)
        while (url := read.next_url) is not None:
            try:
                open_page.wait(terms if not pages else replace(terms, turn=None))
                terms.before_page(len(pages) + 1)
                is_fresh = fresh and not pages
                page = open_page.load(key, url, terms=terms, fresh=is_fresh, wants_screenshot=wants_screenshot)
            except (PageUnreachable, SurfaceHeld) as error:
                _give_up(SurfaceLook(key, tuple(pages), read.reading, PARSER_VERSION), terms, error)
            pages.append(page)
            read.take(page.served)
        if read.has_failed:
            self._tell_failure(key)
        return SurfaceLook(key, tuple(pages), read.reading, PARSER_VERSION)

    def _tell_failure(self, key: PageKey) -> None:
        """Publish that a reader failed, under the surface's own name and that which the alarm watches."""
        if self.metrics is not None:
            for name in (f"{key.surface}-{key.device}", WORST):
                self.metrics.put({"ReaderErrors": 1}, surface=name)


def _give_up(seen: SurfaceLook, terms: ReadingTerms, error: PageUnreachable | SurfaceHeld) -> NoReturn:
    """Hand over the pages before one that could not be opened, and say how far they came."""
    if not seen.pages:
        raise error
    number, rows = len(seen.pages), len(seen.reading.cards)
    reason = (
        f"page {number + 1} of the list could not be opened; {number} {'page' if number == 1 else 'pages'} with {rows} "
        f"rows read: {error}"
    )
    terms.keep_unfinished(replace(seen, reading=_unknown(seen.reading, reason)))
    raise type(error)(reason) from error


def _unknown(reading: PageReading, evidence: str) -> PageReading:
    unknown = PageVerdict.LAYOUT_UNKNOWN
    return PageReading(surface=reading.surface, device=reading.device, verdict=unknown, evidence=(evidence,))


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What some pages say, and where the next one is."""

    surface: SurfaceReading
    reading: PageReading
    next_url: str | None
    has_failed: bool = False


class _ReadOnce:
    """Reads a page when its document is there, and not again once it is loaded.

    A loader that has to begin a page anew shows another document: then that one is read as well.
    """

    def __init__(self, surface: SurfaceReading, depth: int) -> None:
        self._depth = depth
        self._so_far = _SoFar(surface, surface.reading(), surface.next_url(depth))
        self._ahead: tuple[ServedPage, _SoFar] | None = None

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

    def with_page(self, served: ServedPage) -> _SoFar:
        """Read one more page without taking it; later pages say nothing without those before them."""
        if self._ahead is None or self._ahead[0] is not served:
            self._ahead = served, self._read(served)
        return self._ahead[1]

    def take(self, served: ServedPage) -> None:
        """Take a page as loaded."""
        self._so_far = self.with_page(served)

    def _read(self, served: ServedPage) -> _SoFar:
        try:
            surface = self._so_far.surface.followed_by(served)
            return _SoFar(surface, surface.reading(), surface.next_url(self._depth))
        except Exception as error:  # a reader may fail on any page in any way, and the page is what shows how
            log.exception("reader_failed", keyword=self._so_far.surface.key.keyword, url=served.final_url)
            reason = f"a reader failed: {type(error).__name__}: {quote(str(error))}"
            return replace(self._so_far, reading=_unknown(self.reading, reason), next_url=None, has_failed=True)
