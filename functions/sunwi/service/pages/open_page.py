"""Open one page when its turn has come."""

from dataclasses import dataclass, field

from sunwi.domain.observation import LoadedPage
from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS
from sunwi.domain.site import PageAddress, Site
from sunwi.errors import PageTimedOut
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.ports.outside import PageLoader
from sunwi.service.ports.pace import PagePace
from sunwi.service.ports.reading_terms import ReadingTerms
from sunwi.sites.naver.site import NAVER


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """Open pages of one site at its pace, within a time limit."""

    loader: PageLoader
    pace: PagePace = field(default_factory=Unpaced)
    site: Site = NAVER

    def __call__(self, address: PageAddress, *, terms: ReadingTerms) -> LoadedPage:
        """Wait for the turn of a page that is not one of several, and load it.

        Args:
            address: Of the page.
            terms: Its turn is this page's.

        Raises:
            PageUnreachable: Navigation failed or timed out, or the time that is left is too short for it.
            StoreUnavailable: The database, which keeps the pace, cannot be reached.
        """
        self.wait(address, terms=terms, fresh=False)
        return self.load(address, terms=terms, fresh=False)

    def wait(self, address: PageAddress, *, terms: ReadingTerms, fresh: bool) -> None:
        """Ready the browser, and wait for a page's turn: a launch after it would take a part of the next one's.

        Args:
            address: Of the page.
            terms: Of the reading.
            fresh: As of `load`.

        Raises:
            PageUnreachable: The browser did not start, or too little time is left for a page.
            StoreUnavailable: The database, which keeps the pace, cannot be reached.
        """
        left = terms.limit.left_seconds()
        if left < MIN_PAGE_TIMEOUT_SECONDS:
            raise PageTimedOut(f"{left:.1f} s are left, too little for another page")
        self.loader.prepare(self.site, address, fresh=fresh, limit=terms.limit)
        self.pace.wait_turn(self.site.name, limit=terms.limit, turn=terms.turn)

    def load(self, address: PageAddress, *, terms: ReadingTerms, fresh: bool) -> LoadedPage:
        """Load a page whose turn has come; the pause after it counts from when its document had arrived.

        Args:
            address: Of the page.
            terms: Of the reading.
            fresh: Open it in a new browser context.

        Raises:
            PageUnreachable: Navigation failed or timed out.
        """
        loaded_at = None
        try:
            page = self.loader.load(self.site, address, fresh=fresh, limit=terms.limit)
            loaded_at = page.fetched_at
        finally:
            self.pace.record_load(self.site.name, loaded_at)
        return page
