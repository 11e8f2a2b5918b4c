"""Start a run: store it with its tasks, queue them, and let a state machine watch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from sunwi.domain.canary import HoldRule
from sunwi.domain.run import Run, RunKind, RunStatus, run_deadline, scheduled_run_id, started_run_id
from sunwi.domain.schedule import business_date, check_event_time
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.check_capacity import CheckCapacity
from sunwi.service.close_run import known_run
from sunwi.service.hold_run import hold_if_unrecognised, release_by_hand, tell_start
from sunwi.service.ports import Clock, CrawlQueue, StateMachine, Store, Transaction

#: Tasks that are locked, queued and marked together.
SEND_CHUNK = 1000

#: A name of a state machine execution can be used up this often before something else is wrong.
_MAX_GENERATIONS = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRun:
    """Dispatch runs, each any number of times with the same effect.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
        allow_stale_events: Take scheduled events of any age (tests).
        hold: When the canary holds a run that the schedule starts.
    """

    store: Store
    queue: CrawlQueue
    state_machine: StateMachine
    clock: Clock
    batch_timeout: timedelta
    check_capacity: CheckCapacity
    allow_stale_events: bool = False
    hold: HoldRule = field(default_factory=HoldRule)

    def scheduled(self, event_time: datetime, *, asks_canary: bool = False) -> Run:
        """Dispatch the scheduled run of an event's KST date.

        Args:
            event_time: The event's own time, so that a repeated delivery names the same run.
            asks_canary: Hold the run when the canary before it was not recognised; else it starts at once, and
                so does one that is held already.

        Raises:
            StaleEvent: The event is of another hour or day.
            Retryable: Database, queue or state machine cannot be reached; dispatch again.
        """
        now = self.clock.now()
        day = check_event_time(event_time, now=now, allow_stale=self.allow_stale_events)
        run = self._new_run(RunKind.SCHEDULED, scheduled_run_id(day), day, now)
        if asks_canary:
            with self.store.read() as tx:
                run = hold_if_unrecognised(tx, run, self.hold)
        return self._dispatch(run, None, may_hold=asks_canary)

    def started(self, kind: RunKind, tracking_ids: Sequence[int] | None, *, token: str) -> Run:
        """Dispatch a run that somebody asked for now.

        Args:
            kind: MANUAL or ON_DEMAND.
            tracking_ids: None means every active tracking.
            token: 8 hex digits; a second call with the same token is the same run.

        Raises:
            InvalidInput: A tracking that is named does not exist or is not active; nothing is stored.
            Retryable: Database, queue or state machine cannot be reached; dispatch again.
        """
        with self.store.read() as tx:
            before = tx.runs.find_started(kind, token)
        now = self.clock.now()
        run = before or self._new_run(kind, started_run_id(kind, now, token), business_date(now), now)
        return self._dispatch(run, tracking_ids)

    def again(self, run_id: str) -> Run:
        """Dispatch what was never sent of a run, and let it be watched.

        Raises:
            InvalidInput: No such run.
            Retryable: Database, queue or state machine cannot be reached; dispatch again.
        """
        with self.store.read() as tx:
            run = known_run(tx.runs.get(run_id), run_id)
        return self._dispatch(run, None)

    def _new_run(self, kind: RunKind, run_id: str, day: date, now: datetime) -> Run:
        return Run(
            id=run_id,
            kind=kind,
            status=RunStatus.DISPATCHING,
            business_date=day,
            started_at=now,
            deadline=run_deadline(kind, now, self.batch_timeout),
            expected=0,
        )

    def _dispatch(self, new: Run, tracking_ids: Sequence[int] | None, *, may_hold: bool = False) -> Run:
        with self.store.begin() as tx:
            run = tx.runs.add(new, tracking_ids)
            if run.started_at == new.started_at and tracking_ids is not None:
                _check_measurable(tx, run, tracking_ids)
            if run.is_held and not may_hold:
                run = release_by_hand(tx, run, at=self.clock.now())
        if run.closed_at is not None:
            log.info("batch_already_closed", run_id=run.id)
            return run
        event = "batch_started" if run.started_at == new.started_at else "batch_dispatched_again"
        log.info(event, run_id=run.id, kind=run.kind.value, total=run.expected)
        if warning := self.check_capacity.warning(run):
            log.warning("capacity_exceeded", run_id=run.id, message=warning)
        sent = 0 if run.is_held else self._send_unsent(run)
        generation = self._start_execution(run)
        with self.store.begin() as tx:
            tx.runs.set_dispatched(run.id, generation)
        log.info("batch_dispatched", run_id=run.id, sent=sent, generation=generation)
        tell_start(run)
        return run

    def _send_unsent(self, run: Run) -> int:
        """Send in chunks, each locked until marked, so that two dispatchers share the work."""
        sent = 0
        while True:
            with self.store.begin() as tx:
                ids = tx.tasks.lock_unsent(run.id, SEND_CHUNK)
                if not ids:
                    return sent
                taken = self.queue.send(run.id, ids, express=run.kind is not RunKind.SCHEDULED)
                tx.tasks.mark_sent(run.id, [i for i in ids if i in taken], at=self.clock.now())
            sent += len(taken)
            if len(taken) < len(ids):
                raise Retryable(
                    f"the queue refused {len(ids) - len(taken)} of {len(ids)} messages of run {run.id}: only what was "
                    f"never sent is sent by: sunwi runs resume {run.id}"
                )

    def _start_execution(self, run: Run) -> int:
        for generation in range(run.generation, run.generation + _MAX_GENERATIONS):
            if self.state_machine.start(run.of_generation(generation)):
                return generation
        raise Retryable(f"run {run.id} has used up {_MAX_GENERATIONS} executions: look at them in the console")


def _check_measurable(tx: Transaction, run: Run, tracking_ids: Sequence[int]) -> None:
    """Insist that every tracking that was named has a task; to raise is to take the run back."""
    if missing := sorted(set(tracking_ids) - tx.tasks.tracking_ids(run.id)):
        shown = ", ".join(str(tracking_id) for tracking_id in missing[:20])
        raise InvalidInput(
            f"{len(missing)} of the trackings to measure do not exist or are not active ({shown}): "
            "sunwi trackings list shows what there is, and resume makes one active"
        )
