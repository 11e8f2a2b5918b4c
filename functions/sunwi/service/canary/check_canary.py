"""Read pages whose answer is known, before a run or while one is held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.canary import ALWAYS_READ, CHECK_TIME, MAX_REFUSALS, CanaryCheck, CanaryKeyword
from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS
from sunwi.domain.recognition import PageFinding, count_findings
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import CANARY_LEAD, check_canary_time
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import StaleEvent
from sunwi.service.canary.open_canary_page import CanaryPage, OpenCanaryPage
from sunwi.service.pages.publish_recognition import WORST
from sunwi.service.ports.outside import Clock, Metrics, Store
from sunwi.service.ports.reading_terms import TimeLimit

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCanary:
    """Check canaries, each any number of times with the same effect.

    Attributes:
        open_page: Opens one page of each surface.
        allow_stale_events: Take scheduled events of any age (tests).
        save_seconds: What an invocation keeps for saving: no page is opened after that.
    """

    store: Store
    open_page: OpenCanaryPage
    metrics: Metrics
    clock: Clock
    keywords: Sequence[CanaryKeyword]
    allow_stale_events: bool = False
    save_seconds: float = 0

    def scheduled(self, event_time: datetime, *, remaining_seconds: float | None = None) -> CanaryCheck:
        """Check before the run that is due `CANARY_LEAD` after an event; it stops opening pages by then.

        Args:
            event_time: Of the event.
            remaining_seconds: What the invocation has left; None when nobody knows.

        Raises:
            StaleEvent: That run is due, or has started.
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: No browser is installed.
        """
        now = self.clock.now()
        day = check_canary_time(event_time, now=now, allow_stale=self.allow_stale_events)
        run_id = scheduled_run_id(day)
        with self.store.read() as tx:
            done, run = tx.canaries.get(run_id, 0), tx.runs.get(run_id)
        if done is not None:
            return done
        if run is not None:
            raise StaleEvent(f"run {run_id} has started already: to read the canary's pages now would be beside it")
        left = CHECK_TIME if self.allow_stale_events else min(CHECK_TIME, event_time + CANARY_LEAD - now)
        return self._check(run_id, 0, until=now + left, limit=self._limit(remaining_seconds))

    def again(self, run_id: str, number: int, *, remaining_seconds: float | None = None) -> CanaryCheck:
        """Check again while a run is held.

        Args:
            run_id: Of the run.
            number: From 1; a repeated call with the same number is the same check.
            remaining_seconds: What the invocation has left; None when nobody knows.

        Raises:
            StaleEvent: The run is not held, or no longer.
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: No browser is installed.
        """
        with self.store.read() as tx:
            done, run = tx.canaries.get(run_id, number), tx.runs.get(run_id)
        if done is not None:
            return done
        if run is None or not run.is_held:
            raise StaleEvent(f"run {run_id} is not held: to read the canary's pages now would be beside it")
        until = self.clock.now() + CHECK_TIME
        return self._check(run_id, number, until=until, limit=self._limit(remaining_seconds))

    def _limit(self, remaining_seconds: float | None) -> TimeLimit:
        left = None if remaining_seconds is None else remaining_seconds - self.save_seconds
        return TimeLimit.after(left, self.clock)

    def _check(self, run_id: str, number: int, *, until: datetime, limit: TimeLimit) -> CanaryCheck:
        with self.store.read() as tx:
            surfaces = list(dict.fromkeys([*ALWAYS_READ, *tx.trackings.list_active_surfaces()]))
        pages = list(self._read_pages(f"canary-{run_id}-{number}", surfaces, until=until, limit=limit))
        check = CanaryCheck(
            run_id=run_id,
            number=number,
            checked_at=self.clock.now(),
            surfaces=count_findings((page.key.surface, page.key.device, page.finding) for page in pages),
            failures=[_describe(page) for page in pages if page.problem],
        )
        with self.store.begin() as tx:
            stored = tx.canaries.add(check)
        self._tell(stored)
        return stored

    def _read_pages(
        self, name: str, surfaces: Sequence[tuple[Surface, Device]], *, until: datetime, limit: TimeLimit
    ) -> Iterator[CanaryPage]:
        """Read keyword by keyword, so that a check that ends early has seen every surface."""
        keys = [(known, PageKey(*surface, known.keyword)) for known in self.keywords for surface in surfaces]
        refusals = 0
        for opened, (known, key) in enumerate(keys):
            is_over = self.clock.now() >= until or limit.left_seconds() < MIN_PAGE_TIMEOUT_SECONDS
            if refusals == MAX_REFUSALS or (opened and is_over):
                log.warning("canary_ended_early", opened=opened, wanted=len(keys), refusals=refusals)
                return
            page = self.open_page(name, known, key, limit=limit)
            if page.was_opened:
                refusals = refusals + 1 if page.finding is PageFinding.BLOCKED else 0
            yield page

    def _tell(self, check: CanaryCheck) -> None:
        for counts in check.surfaces:
            name = f"{counts.surface}-{counts.device}"
            self.metrics.put({"CanaryRecognisedShare": counts.recognised_share}, surface=name)
        self.metrics.put({"CanaryRecognisedShare": check.recognised_share}, surface=WORST)
        log.info(
            "canary_checked",
            run_id=check.run_id,
            number=check.number,
            recognised_share=check.recognised_share,
            surfaces=[counts.as_document() for counts in check.surfaces],
            failures=list(check.failures),
        )


def _describe(page: CanaryPage) -> str:
    return f"{page.key.surface} {page.key.device} {page.key.keyword}: {page.finding}: {page.problem}"
