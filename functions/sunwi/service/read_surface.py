"""Open a surface, page after page, and read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.naver.pages import DEFAULT_DEPTHS, next_page_url
from sunwi.naver.read_page import PARSER_VERSION, read_pages
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

        def wants_screenshot(served: ServedPage) -> bool:
            # A later page says nothing without those before it.
            so_far = [*(page.served for page in pages), served]
            return always_screenshot or not read_pages(so_far, key).verdict.is_readable

        depth = self.depths.get(key.surface, 0)
        while (url := next_page_url([page.served for page in pages], key, depth)) is not None:
            before_page(len(pages) + 1)
            page = self.loader.load(key, url, fresh=fresh and not pages, wants_screenshot=wants_screenshot)
            pages.append(page)
        reading = read_pages([page.served for page in pages], key)
        return SurfaceLook(key, tuple(pages), reading, PARSER_VERSION)
