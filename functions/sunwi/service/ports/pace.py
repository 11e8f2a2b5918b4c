"""What keeps the pause between the page loads of all who load pages of a site."""

from datetime import datetime, timedelta
from typing import Protocol

from sunwi.domain.pace import NoTurn, PaceState, Turn
from sunwi.service.ports.reading_terms import TimeLimit


class SitePace(Protocol):
    """When each site may be asked for its next page."""

    def reserve(self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None) -> Turn | NoTurn:
        """Reserve the next page load of a site; the site stays locked until the transaction ends.

        No other row may be locked after it, so that whoever holds a site waits for nobody.

        Args:
            site: Its code.
            at: Aware, now.
            pause: After the start of this load, before any other one.
            max_wait: The longest wait from now that is of use; None takes any.

        Returns:
            The turn, or why nothing was reserved.
        """
        ...

    def reserve_for_job(
        self, site: str, *, at: datetime, pause: timedelta, max_wait: timedelta | None
    ) -> Turn | NoTurn:
        """Reserve the next page load of a site for a job, unless the daily run is open and others go first.

        Nothing is reserved ahead while others go first: whoever is refused asks again.

        Args:
            site: Its code.
            at: Aware, now.
            pause: As of `reserve`.
            max_wait: As of `reserve`.

        Source: docs/adr/0052-jobs-leave-the-night-its-pace.md.
        """
        ...

    def get(self, site: str) -> PaceState:
        """Return what is stored of a site."""
        ...

    def hold_until(self, site: str, until: datetime) -> None:
        """Let no load of a site that is reserved from now on start before a time."""
        ...


class PagePace(Protocol):
    """Keeps the pause between page loads of each site."""

    def reserve(
        self, site: str, *, max_wait: timedelta | None = None, within: SitePace | None = None
    ) -> Turn | NoTurn | None:
        """Reserve the next page load of a site.

        Args:
            site: Its code.
            max_wait: The longest wait from now that is of use; None takes any.
            within: The pace of somebody's open transaction, which then holds the site to its end; None opens one.

        Returns:
            The turn, which says how long to wait; why nothing was reserved; None when no pause is kept.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        ...

    def wait_turn(self, site: str, *, limit: TimeLimit, turn: Turn | None = None) -> None:
        """Sleep until a page may be loaded.

        Args:
            site: The code of its site.
            limit: What the wait counts against.
            turn: Reserved before; None reserves one.

        Raises:
            PageTimedOut: The turn comes too late for a page within the limit.
            StoreUnavailable: The database cannot be reached.
        """
        ...

    def record_load(self, site: str, at: datetime | None = None) -> None:
        """Count the pause from the end of a load.

        Args:
            site: The code of the page's site.
            at: When the document had arrived; None means now.
        """
        ...
