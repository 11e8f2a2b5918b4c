"""Nights and evaluations on a real store, with time by hand and an outbox that remembers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from sunwi.domain.actor import SYSTEM
from sunwi.domain.correction import LedgerStatement
from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_list import MAX_EVENTS, EventQuery, ListedEvent
from sunwi.domain.evaluation_thresholds import DatedThresholds, Thresholds
from sunwi.domain.notice import NewNotice, NoticeKind
from sunwi.domain.run import RunKind, TaskState, scheduled_run_id
from sunwi.domain.schedule import KST
from sunwi.domain.session import LedgerRow
from sunwi.domain.work import Works
from sunwi.service.evaluation.evaluation import EVALUATION
from sunwi.service.evaluation.run_evaluation import RunEvaluation
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.ledger.close_session import close_full_session
from sunwi.service.ledger.correct_day import Audit, correct_day
from sunwi.service.ledger.record_state import record_day
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.runs.close_run import CloseRun
from sunwi.testing import ManualClock
from tests.examples import DAY, EXPOSED_LOOK, HOUR, NIGHT, new_reading, new_run, place_tracking, recognised
from tests.night import CrashError

if TYPE_CHECKING:
    from sunwi.service.jobs.running_job import RunningJob

#: What a night finds that could not look.
MISSED = -1
#: Run of the reading that every day states.
BASE = "on-demand-20250101-000000-00000000"


@dataclass
class EvaluationWorld:
    """Trackings, nights and what is told of them; nights are numbered from 0, which is `first`.

    Attributes:
        posted: Notices that were committed, each key once for an audience.
    """

    store: Store
    first: date = DAY
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    posted: list[NewNotice] = field(default_factory=list)
    pending: list[NewNotice] = field(default_factory=list)
    checkpoint: Mapping[str, Any] | None = None
    _observations: dict[int, int] = field(default_factory=dict)
    _jobs: int = 0

    def track(self, number: int = 1, **more: Any) -> list[int]:
        """Store trackings of one client; return their ids."""
        terms = {name: more.pop(name) for name in ("target_rank", "session_days") if name in more}
        new = [replace(place_tracking(101 + place, **more), **terms) for place in range(number)]
        created = datetime.combine(self.first - timedelta(days=30), time(), tzinfo=KST)
        with self.store.begin() as tx:
            return [tracking_id or 0 for tracking_id in tx.trackings.add(new, at=created)]

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def start_of(self, number: int) -> datetime:
        return datetime.combine(self.day(number), time(1), tzinfo=KST)

    def night(self, number: int, found: Mapping[int, int | None], *, failure: str | None = None) -> None:
        """Let a scheduled run measure trackings: a rank, None where not exposed, or `MISSED`; then close it."""
        run = new_run(scheduled_run_id(self.day(number)), RunKind.SCHEDULED, self.start_of(number))
        with self.store.begin() as tx:
            tx.runs.add(run, list(found))
        for tracking_id, rank in found.items():
            if rank == MISSED:
                continue
            self.measure(tracking_id, number, rank)
            with self.store.begin() as tx:
                task = tx.tasks.lock(run.id, tracking_id)
                assert task is not None
                tx.tasks.set_state(task, TaskState.SUCCEEDED, decided_at=run.started_at, is_exposed=rank is not None)
        self.clock.at = self.start_of(number) + 2 * HOUR
        if failure is None:
            self.close.summarise(run.id)
        else:
            self.close.fail(run.id, failure)

    @property
    def close(self) -> CloseRun:
        return CloseRun(store=self.store, clock=self.clock, submit=self.submit_in_transaction)

    @property
    def submit_in_transaction(self) -> SubmitInTransaction:
        return SubmitInTransaction(works=Works((EVALUATION,)), new_id=self._new_id)

    def measure(self, tracking_id: int, number: int, rank: int | None, **more: Any) -> None:
        """Write a day, as a look of the day's own night would."""
        with self.store.begin() as tx:
            tracking = tx.trackings.lock(tracking_id)
            there = tx.ledger.get(tracking_id, self.day(number))
            row = LedgerRow(
                tracking_id=tracking_id,
                date=self.day(number),
                session_number=there.session_number if there else tracking.current_session,
                rank=rank,
                area=None if rank is None else more.get("area", "nmb_rnk"),
                page_rank=None if rank is None else more.get("page_rank", rank),
                depth=30,
                looks=1 if there is None else there.looks + 1,
                observation_id=self._observation(tx, tracking_id),
            )
            (tx.ledger.add if there is None else tx.ledger.update)(row)
            session = close_full_session(tx, tracking)
            record_day(tx, row, session=session, is_new=there is None)

    def correct(self, tracking_id: int, number: int, rank: int | None) -> None:
        """Correct a day, as a later reader would."""
        with self.store.begin() as tx:
            tracking = tx.trackings.lock(tracking_id)
            row = tx.ledger.get(tracking_id, self.day(number))
            assert row is not None
            area = None if rank is None else "nmb_rnk"
            now = LedgerStatement(rank=rank, area=area, page_rank=rank, depth=30)
            audit = Audit(parser_version="later", at=self.clock.now(), reason="because")
            correct_day(tx, row, now, audit, session_days=tracking.session_days)

    def set_thresholds(self, client_id: int, **more: Any) -> None:
        """Set a client's thresholds of all days."""
        dated = DatedThresholds(since=self.first - timedelta(days=1000), thresholds=Thresholds(**more))
        with self.store.begin() as tx:
            tx.client_thresholds.set(client_id, dated, at=NIGHT, by="cli:tester")

    def evaluate(self, *, crash_before: int = 0, crash_after: int = 0, **params: Any) -> Mapping[str, Any]:
        """Run one attempt of an evaluation, from the checkpoint that a crash has left."""
        attempt = _Attempt(self, params, crash_before=crash_before, crash_after=crash_after)
        result = RunEvaluation(store=self.store, post=self.post)(cast("RunningJob", attempt))
        self.checkpoint = None
        return result

    def events(self, **query: Any) -> list[ListedEvent]:
        """Read what is stored, withdrawn events included."""
        with self.store.read() as tx:
            return list(tx.evaluation.page(EventQuery(actor=SYSTEM, limit=MAX_EVENTS, **query)).events)

    def held(self) -> list[tuple[int, int, EventKind]]:
        """Read the events that hold: tracking, number of the day, kind."""
        found = [one.event for one in self.events() if one.stored.holds]
        return sorted((one.tracking_id, (one.day - self.first).days, one.kind) for one in found)

    def take(self, kind: NoticeKind = NoticeKind.DIGEST) -> list[NewNotice]:
        """Take the notices of a kind that were posted since."""
        found = [notice for notice in self.posted if notice.kind is kind]
        self.posted = [notice for notice in self.posted if notice.kind is not kind]
        return found

    def commit(self) -> None:
        """Let what the transaction has posted be there."""
        there = {(notice.audience, notice.dedupe_key) for notice in self.posted}
        self.posted += [notice for notice in self.pending if (notice.audience, notice.dedupe_key) not in there]
        self.pending.clear()

    def post(self, tx: Transaction, notices: Sequence[NewNotice], *, at: datetime) -> int:
        """Take notices of a transaction that has not committed yet."""
        assert at.tzinfo is not None
        del tx
        self.pending += notices
        return len(notices)

    def _observation(self, tx: Transaction, tracking_id: int) -> int:
        if tracking_id not in self._observations:
            if not self._observations:
                tx.runs.add(new_run(BASE, RunKind.ON_DEMAND), [])
            reading = tx.readings.add(new_reading(BASE, recognised("101")))
            look = replace(EXPOSED_LOOK, tracking_id=tracking_id, run_id=BASE, page_reading_id=reading.id)
            self._observations[tracking_id] = tx.ledger.observe(look) or 0
        return self._observations[tracking_id]

    def _new_id(self) -> str:
        self._jobs += 1
        return f"evaluation-{self._jobs}"


@dataclass
class _Attempt:
    """A running job as `RunEvaluation` sees it: its checkpoint is kept when its transaction commits.

    Attributes:
        crash_before: The process dies before so many transactions have committed, counted from 1.
        crash_after: It dies after so many have.
    """

    world: EvaluationWorld
    params: Mapping[str, Any]
    crash_before: int = 0
    crash_after: int = 0
    saved: int = 0
    steps: list[str] = field(default_factory=list)

    @property
    def job(self) -> SimpleNamespace:
        return SimpleNamespace(id="job-1", checkpoint=self.world.checkpoint, params=self.params)

    @property
    def clock(self) -> ManualClock:
        return self.world.clock

    def progress(self, percent: int, *, step: str, message: str) -> None:
        assert 0 <= percent <= 100
        assert message
        self.steps.append(step)

    def save_rows(self, write: Callable[[Transaction], Mapping[str, Any]]) -> Mapping[str, Any]:
        self.saved += 1
        self.world.pending.clear()
        with self.world.store.begin() as tx:
            checkpoint = write(tx)
            if self.saved == self.crash_before:
                raise CrashError
        self.world.checkpoint = checkpoint
        self.world.commit()
        if self.saved == self.crash_after:
            raise CrashError
        return checkpoint
