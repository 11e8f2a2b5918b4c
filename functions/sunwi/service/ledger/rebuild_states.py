"""Work the latest states out anew: of all trackings on request, and of a run's once it has closed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sunwi.errors import StoreUnavailable
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

#: Trackings whose states are worked out in one transaction; a save of one of them waits so long.
BATCH = 1000

#: How long the end of a run looks for states that are behind; what is left is rebuilt after the next run.
CHECK_TIME = timedelta(seconds=20)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RebuiltStates:
    """What a rebuild found.

    Attributes:
        trackings: Number of states that were worked out.
        differing: Trackings whose state was missing or another, by id.
    """

    trackings: int
    differing: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildStates:
    """Make every state say what the ledger, the tasks and the trackings say."""

    store: Store
    clock: Clock

    def rebuild(self, *, progress: Callable[[int, int], None] | None = None) -> RebuiltStates:
        """Work out all states, a batch at a time, while others go on saving.

        Args:
            progress: Told how many are done, and of how many, after each batch.

        Raises:
            StoreUnavailable: The database cannot be reached; the batches before are stored.
        """
        with self.store.read() as tx:
            total = tx.states.count()
        done, differing = 0, list[int]()
        for number, changed in self._batches():
            done += number
            differing += changed
            if progress is not None:
                progress(done, max(done, total))
        log.info("states_rebuilt", trackings=done, differing=len(differing))
        return RebuiltStates(done, differing)

    def check_run(self, run_id: str) -> Sequence[int]:
        """Work out the states of a closed run's trackings that are behind; never fail, as the run is closed.

        A release that knows no states may have written days for this run while it was replaced, and stored, paused or
        ended trackings that are in no run.

        Returns:
            The trackings whose state was behind, by id.
        """
        behind: list[int] = []
        try:
            with self.store.read() as tx:
                ids = sorted(tx.tasks.tracking_ids(run_id))
                misfiled = tx.states.find_misfiled(BATCH)
            if misfiled:
                behind += self._recount(misfiled)
            behind += self._check(ids, until=self.clock.now() + CHECK_TIME)
        except StoreUnavailable as error:
            log.warning("states_not_checked", run_id=run_id, error=str(error))
        if behind:
            log.warning("states_were_behind", run_id=run_id, trackings=len(behind), first=behind[:10])
        return sorted(behind)

    def _check(self, ids: Sequence[int], *, until: datetime) -> Iterator[int]:
        for start in range(0, len(ids), BATCH):
            if self.clock.now() >= until:
                log.warning("states_not_checked", trackings=len(ids) - start, error="no time is left")
                return
            with self.store.read() as tx:
                stale = tx.states.find_stale(ids[start : start + BATCH])
            if stale:
                yield from self._recount(stale)

    def _batches(self) -> Iterator[tuple[int, Sequence[int]]]:
        after = 0
        while True:
            with self.store.read() as tx:
                ids = tx.states.next_ids(after, BATCH)
            if not ids:
                return
            after = ids[-1]
            yield len(ids), self._recount(ids)

    @retry_conflicts
    def _recount(self, ids: Sequence[int]) -> Sequence[int]:
        with self.store.begin() as tx:
            return tx.states.recount(ids)
