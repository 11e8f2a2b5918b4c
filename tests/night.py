"""One night of Sunwi on a real store, with everything outside of it faked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from sunwi.adapters.sql.pace import SqlSitePace
from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.canary import CanaryKeyword, HoldRule
from sunwi.domain.circuit import CircuitKey, CircuitRule
from sunwi.domain.pace import PaceRule
from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.run import RunCounts
from sunwi.domain.session import LedgerRow
from sunwi.domain.task import Task, message_body
from sunwi.domain.tracking import NewTracking, PageKey
from sunwi.errors import StoreUnavailable
from sunwi.service.canary.check_canary import CheckCanary
from sunwi.service.canary.open_canary_page import OpenCanaryPage
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.crawling.crawl_tracking import CrawlTracking
from sunwi.service.crawling.save_outcome import Measured
from sunwi.service.crawling.shorten_lease import ShortenLease
from sunwi.service.crawling.start_attempt import StartAttempt
from sunwi.service.pages.keep_pace import KeepPace, Unpaced
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.pace import PagePace
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.release_run import ReleaseRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.service.trackings.change_trackings import ChangeTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.testing import (
    CannedPageLoader,
    InMemoryCrawlQueue,
    InMemoryEvidenceStore,
    InMemoryMetrics,
    InMemoryStateMachine,
    ManualClock,
)
from tests.examples import HOUR, NIGHT, receipt, served_page

SCHEDULED = "scheduled-20260102"

CIRCUIT_RULE = CircuitRule(3, timedelta(seconds=300), timedelta(seconds=900))


class CrashError(BaseException):
    """The process died; nothing that the program wrote handles it."""


@dataclass
class FlakyStore:
    """A store that is away for some of its transactions.

    Attributes:
        away: Numbers of the transactions, from 1, that find the database away.
    """

    store: SqlStore
    away: set[int] = field(default_factory=set)
    opened: int = 0

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """Open a transaction, unless the database is away."""
        self._knock()
        with self.store.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Open a reading transaction, unless the database is away."""
        self._knock()
        with self.store.read() as tx:
            yield tx

    def go_away(self, *after: int) -> None:
        """Be away for the transactions that come so many after now; 1 is the next."""
        self.away = {self.opened + number for number in after}

    def _knock(self) -> None:
        self.opened += 1
        if self.opened in self.away:
            raise StoreUnavailable("the database cannot be reached")


@dataclass
class Night:
    """Trackings, a queue, a clock at 01:00 KST, and pages that say what a test wants.

    Attributes:
        pages: What a keyword's page says at each load, or raises; the last one repeats.
        load_time: What a load takes.
        retry_after_seconds: What every page's Retry-After says.
        pictures: Whether every page is drawn.
        delay: Between page loads; none keeps no pace.
    """

    sql: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    queue: InMemoryCrawlQueue = field(default_factory=InMemoryCrawlQueue)
    evidence: InMemoryEvidenceStore = field(default_factory=InMemoryEvidenceStore)
    machine: InMemoryStateMachine = field(default_factory=InMemoryStateMachine)
    metrics: InMemoryMetrics = field(default_factory=InMemoryMetrics)
    pages: dict[str, list[PageReading | BaseException]] = field(default_factory=dict)
    batch_timeout: timedelta = HOUR
    allow_stale_events: bool = False
    canary_keywords: tuple[CanaryKeyword, ...] = ()
    hold: HoldRule = field(default_factory=HoldRule)
    load_time: timedelta = timedelta()
    circuit_rule: CircuitRule = CIRCUIT_RULE
    retry_after_seconds: int | None = None
    pictures: bool = True
    delay: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.store = FlakyStore(self.sql)
        self.loader = CannedPageLoader(self.clock, self._serve)
        self._read: list[PageReading] = []

    @property
    def dispatch(self) -> DispatchRun:
        return DispatchRun(
            store=self.store,
            send_tasks=SendTasks(store=self.store, queue=self.queue, clock=self.clock, pause=self._pause),
            state_machine=self.machine,
            clock=self.clock,
            batch_timeout=self.batch_timeout,
            check_capacity=CheckCapacity(
                store=self.store, clock=self.clock, batch_timeout=self.batch_timeout, delay_seconds=2
            ),
            allow_stale_events=self.allow_stale_events,
            hold=self.hold,
        )

    @property
    def release(self) -> ReleaseRun:
        return ReleaseRun(store=self.store, clock=self.clock, dispatch=self.dispatch)

    @property
    def canary(self) -> CheckCanary:
        return CheckCanary(
            store=self.store,
            open_page=OpenCanaryPage(
                store=self.store,
                guard=self.guard,
                read_surface=ReadSurface(loader=self.loader, depths={}, pace=self.pace, metrics=self.metrics),
                evidence=self.evidence,
            ),
            metrics=self.metrics,
            clock=self.clock,
            keywords=self.canary_keywords,
            allow_stale_events=self.allow_stale_events,
            save_seconds=5,
        )

    @property
    def crawl(self) -> CrawlTracking:
        return CrawlTracking(
            store=self.store,
            queue=self.queue,
            start_attempt=self.start_attempt,
            read_surface=ReadSurface(loader=self.loader, pace=self.pace, metrics=self.metrics),
            evidence=self.evidence,
            guard=self.guard,
            shorten_lease=ShortenLease(queue=self.queue, visibility_seconds=360),
            clock=self.clock,
            retry_base_seconds=60,
            postpone_seconds=300,
            pictures=self.pictures,
            random=Random(0),
            save_seconds=5,
        )

    @property
    def start_attempt(self) -> StartAttempt:
        return StartAttempt(
            store=self.store,
            queue=self.queue,
            guard=self.guard,
            pace=self.pace,
            clock=self.clock,
            batch_timeout=self.batch_timeout,
            retry_base_seconds=60,
            postpone_seconds=300,
        )

    @property
    def pace(self) -> PagePace:
        if not self.delay:
            return Unpaced()
        return KeepPace(
            open_sites=self._open_sites,
            clock=self.clock,
            rule=PaceRule(self.delay),
            random=Random(0),
            sleep=self._pause,
        )

    @property
    def guard(self) -> CircuitBreaker:
        return CircuitBreaker(
            store=self.store,
            clock=self.clock,
            metrics=self.metrics,
            rule=self.circuit_rule,
            probe_time=timedelta(seconds=60),
            random=Random(0),
        )

    @property
    def close(self) -> CloseRun:
        return CloseRun(store=self.store, clock=self.clock, metrics=self.metrics, hold=self.hold)

    @property
    def manage(self) -> ManageTrackings:
        return ManageTrackings(store=self.store, clock=self.clock)

    @property
    def changes(self) -> ChangeTrackings:
        return ChangeTrackings(store=self.store, clock=self.clock)

    def track(self, *trackings: NewTracking) -> list[int | None]:
        """Store trackings."""
        with self.sql.begin() as tx:
            return tx.trackings.add(trackings, at=self.clock.now())

    def show(self, *answers: PageReading | BaseException, keyword: str = "강남역 맛집") -> None:
        """Let a keyword's page say this from now on."""
        self.pages[keyword] = list(answers)

    def start(self, *trackings: NewTracking) -> None:
        """Store trackings and dispatch tonight's run."""
        self.track(*trackings)
        self.dispatch.scheduled(self.clock.now())

    def deliver(
        self,
        tracking_id: int = 1,
        message_id: str = "m1",
        *,
        run_id: str = SCHEDULED,
        sent_at: datetime = NIGHT,
        remaining_seconds: float | None = None,
    ) -> Measured | None:
        """Receive one crawl message."""
        received = receipt(message_id, sent_at=sent_at)
        return self.crawl.handle(message_body(run_id, tracking_id), received, remaining_seconds=remaining_seconds)

    def task(self, tracking_id: int = 1, *, message_id: str = "m1", run_id: str = SCHEDULED) -> Task:
        """Look at a task as a message would find it."""
        with self.sql.begin() as tx:
            task = tx.tasks.lock(run_id, tracking_id, message_id=message_id)
        assert task is not None
        return task

    def history(self, tracking_id: int = 1) -> list[LedgerRow]:
        """Return a tracking's ledger."""
        with self.sql.read() as tx:
            return list(tx.ledger.history(tracking_id))

    def counts(self, run_id: str = SCHEDULED) -> RunCounts:
        """Count a run's tasks."""
        with self.sql.read() as tx:
            run = tx.runs.get(run_id)
            assert run is not None
            return RunCounts.from_states(run.expected, tx.tasks.count_states(run_id))

    def open_circuit(self, key: CircuitKey) -> None:
        """Let a surface have refused until five minutes from now, as another crawler has found."""
        now = self.clock.now()
        with self.sql.begin() as tx:
            circuit = tx.circuits.lock(key)
            probe_at = now + self.circuit_rule.pause
            tx.circuits.save(replace(circuit, opened_at=now, probe_at=probe_at, pauses=1, reason="blocked (captcha)"))

    def read_page(self, served: ServedPage, _key: PageKey) -> PageReading:
        """Read what `_serve` has served, in place of the reader of real pages."""
        return self._read[int(served.html)]

    @contextmanager
    def _open_sites(self) -> Iterator[SqlSitePace]:
        with self.store.begin() as tx:
            yield tx.pace

    def _pause(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    def _serve(self, key: PageKey) -> ServedPage:
        self.clock.at += self.load_time
        answers = self.pages[key.keyword]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        self._read.append(answer)
        return replace(served_page(html=str(len(self._read) - 1)), retry_after_seconds=self.retry_after_seconds)
