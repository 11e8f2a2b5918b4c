"""One at a time writes the archive: a job, or a person at the command line."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sunwi.domain.archive import LEASE
from sunwi.errors import Postponed, StoreUnavailable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class ArchiveLease:
    """Has the archive for a holder; whoever is killed has it for `LEASE` longer, unless the same holder comes back."""

    store: Store
    clock: Clock

    def take(self, holder: str) -> None:
        """Take the archive, or go on having it, for `LEASE` from now on.

        Raises:
            Postponed: Somebody else has it, for as long as it takes: that uses up no attempt of a job.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            is_mine = tx.archive_index.take_lease(holder, now=now, until=now + LEASE)
        if not is_mine:
            minutes = LEASE.seconds // 60
            raise Postponed(
                f"somebody else writes the archive at the moment: try again in {minutes} minutes at most",
                code="archive_busy",
                minutes=minutes,
            )

    @contextmanager
    def held_by(self, holder: str) -> Iterator[None]:
        """Have the archive while the block runs.

        Raises:
            Postponed: Somebody else has it, for as long as it takes: that uses up no attempt of a job.
            StoreUnavailable: The database cannot be reached.
        """
        self.take(holder)
        try:
            yield
        finally:
            with suppress(StoreUnavailable), self.store.begin() as tx:
                tx.archive_index.drop_lease(holder)
