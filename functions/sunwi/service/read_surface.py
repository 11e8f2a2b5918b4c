"""Open a surface, page after page, and read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.naver.pages import DEFAULT_DEPTHS
from sunwi.naver.read_page import PARSER_VERSION
from sunwi.naver.surface_reading import SurfaceReading
from sunwi.service.ports import PageLoader


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSurface:
    """Look at a surface without storing anything.

    Attributes:
        depths: Organic rows that are wanted of each surface that goes on over several pages.
    """

    loader: PageLoader
    depths: Mapping[Surface, int] = field(default_factory=lambda: DEFAULT_DEPTHS)

    def __call__(
        self,
        key: PageKey,
        *,
        fresh: bool = False,
        always_screenshot: bool = False,
        before_page: Callable[[int], None] = lambda _number: None,
    ) -> SurfaceLook:
        """Open as many pages as the depth asks for, and read them as one.

        Args:
            key: What to look at.
            fresh: Begin in a new browser context.
            always_screenshot: Take one of every page; else only of pages that cannot be read.
            before_page: Told the number of each page, from 1, before it is opened.

        Raises:
            PageUnreachable: Navigation failed or timed out.
            InvalidInput: The key has no address.
        """
        pages: list[LoadedPage] = []
        read = _ReadOnce(SurfaceReading(key))

        def wants_screenshot(served: ServedPage) -> bool:
            return always_screenshot or not read.with_page(served).reading().verdict.is_readable

        depth = self.depths.get(key.surface, 0)
        while (url := read.so_far.next_url(depth)) is not None:
            before_page(len(pages) + 1)
            page = self.loader.load(key, url, fresh=fresh and not pages, wants_screenshot=wants_screenshot)
            pages.append(page)
            read.so_far = read.with_page(page.served)
        return SurfaceLook(key, tuple(pages), read.so_far.reading(), PARSER_VERSION)


@dataclass(slots=True)
class _ReadOnce:
    """Reads a page when its document is there, and not again once it is loaded.

    A loader that has to begin a page anew shows another document: then that one is read as well.
    """

    so_far: SurfaceReading
    _ahead: tuple[ServedPage, SurfaceReading] | None = None

    def with_page(self, served: ServedPage) -> SurfaceReading:
        """Give what is read so far and this page; later pages say nothing without those before them."""
        if self._ahead is None or self._ahead[0] is not served:
            self._ahead = served, self.so_far.followed_by(served)
        return self._ahead[1]
