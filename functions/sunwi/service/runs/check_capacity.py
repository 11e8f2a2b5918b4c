"""Warn when the pages of a run cannot be read in time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from sunwi.domain.capacity import CapacityWarning, LoadPace, Pages, answers_per_second, capacity_warning
from sunwi.domain.run import Run
from sunwi.domain.tracking import Surface
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.sites.naver.lists.page_counts import pages_to_read
from sunwi.sites.naver.pages import DEFAULT_DEPTHS

#: How far back loads are averaged.
_LOAD_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCapacity:
    """Compare page loads with the time there is.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
        delay_seconds: CRAWL_DELAY_SECONDS.
        crawlers: CRAWLER_CONCURRENCY.
        depths: Organic rows that are read of each surface that goes on over several pages.
    """

    store: Store
    clock: Clock
    batch_timeout: timedelta
    delay_seconds: float
    crawlers: int = 1
    depths: Mapping[Surface, int] = field(default_factory=lambda: DEFAULT_DEPTHS)

    def warning(
        self, run: Run | None = None, *, more: Mapping[Surface, int] = MappingProxyType({})
    ) -> CapacityWarning | None:
        """Warn when a run, or without one the nightly round, does not fit; None when it does.

        Args:
            run: Which; None is the nightly round.
            more: Distinct pages, by their surface, that are to come besides.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            pages = tx.trackings.count_active_pages() if run is None else tx.runs.count_surface_pages(run.id)
            pace = self._pace(tx)
        timeout = self.batch_timeout if run is None else run.deadline - run.started_at
        together = {surface: pages.get(surface, 0) + more.get(surface, 0) for surface in {*pages, *more}}
        return capacity_warning(self._pages(together), pace, batch_timeout=timeout)

    def answers_per_second(self) -> float:
        """Compute how many messages the crawlers answer in a second when each needs a page of its own.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            pages = tx.trackings.count_active_pages()
            pace = self._pace(tx)
        return answers_per_second(self._pages(pages), pace)

    def _pace(self, tx: Transaction) -> LoadPace:
        load_seconds = tx.readings.mean_load_seconds(self.clock.now() - _LOAD_WINDOW)
        return LoadPace(delay_seconds=self.delay_seconds, load_seconds=load_seconds, crawlers=self.crawlers)

    def _pages(self, pages: Mapping[Surface, int]) -> Pages:
        loads = sum(count * pages_to_read(surface, self.depths.get(surface, 1)) for surface, count in pages.items())
        return Pages(distinct=sum(pages.values()), loads=loads)
