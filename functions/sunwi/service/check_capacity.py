"""Warn when the pages of a run cannot be read in time."""

from dataclasses import dataclass
from datetime import timedelta

from sunwi.domain.capacity import answers_per_second, capacity_warning
from sunwi.domain.run import Run
from sunwi.service.ports import Clock, Store

#: How far back loads are averaged.
_LOAD_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCapacity:
    """Compare distinct pages with the time there is.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
        delay_seconds: CRAWL_DELAY_SECONDS.
    """

    store: Store
    clock: Clock
    batch_timeout: timedelta
    delay_seconds: float

    def warning(self, run: Run | None = None) -> str | None:
        """Say what to set when a run, or without one the nightly round, does not fit; None when it does.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            pages = tx.trackings.count_active_pages() if run is None else tx.runs.count_pages(run.id)
            load_seconds = tx.readings.mean_load_seconds(self.clock.now() - _LOAD_WINDOW)
        return capacity_warning(
            pages=pages,
            delay_seconds=self.delay_seconds,
            load_seconds=load_seconds,
            batch_timeout=self.batch_timeout if run is None else run.deadline - run.started_at,
        )

    def answers_per_second(self) -> float:
        """Say how many messages one crawler answers in a second when each needs a page of its own.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            load_seconds = tx.readings.mean_load_seconds(self.clock.now() - _LOAD_WINDOW)
        return answers_per_second(delay_seconds=self.delay_seconds, load_seconds=load_seconds)
