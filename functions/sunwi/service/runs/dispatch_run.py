"""Start a run: store it with its tasks, queue them, and let a state machine watch."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.canary import HoldRule
from sunwi.domain.request_token import request_tokens
from sunwi.domain.run import Run, RunKind, RunStatus, run_deadline, scheduled_run_id, started_run_id
from sunwi.domain.schedule import business_date, check_event_time
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.outside import Clock, StateMachine, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.runs.add_run import add_run
from sunwi.service.runs.audit_runs import audit_started
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.close_run import require_run
from sunwi.service.runs.hold_run import announce_start, hold_if_unrecognised, release_by_hand
from sunwi.service.runs.send_tasks import Sending, SendTasks

#: A name of a state machine execution can be used up this often before something else is wrong.
_MAX_GENERATIONS = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRun:
    """Dispatch runs, each any number of times with the same effect.

    What could not be sent in time is no error: the execution is started all the same, and has the rest sent.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
        allow_stale_events: Take scheduled events of any age (tests).
        hold: When the canary holds a run that the schedule starts.
    """

    store: Store
    send_tasks: SendTasks
    state_machine: StateMachine
    clock: Clock
    batch_timeout: timedelta
    check_capacity: CheckCapacity
    allow_stale_events: bool = False
    hold: HoldRule = field(default_factory=HoldRule)

    def scheduled(self, event_time: datetime, *, asks_canary: bool = False, until: datetime | None = None) -> Run:
        """Dispatch the scheduled run of an event's KST date.

        Args:
            event_time: The event's own time, so that a repeated delivery names the same run.
            asks_canary: Hold the run when the canary before it was not recognised; else it starts at once, and
                so does one that is held already.
            until: Aware; nothing more is sent after it. None for no limit.

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
        return self._dispatch(run, None, may_hold=asks_canary, until=until)

    def started(
        self,
        kind: RunKind,
        tracking_ids: Sequence[int] | None,
        *,
        request_id: str,
        until: datetime | None = None,
        actor: Actor = SYSTEM,
    ) -> Run:
        """Dispatch a run that somebody asked for now.

        Args:
            kind: MANUAL or ON_DEMAND.
            tracking_ids: None means every active tracking.
            request_id: At most 64 characters; a second call with the same one is the same run.
            until: Aware; nothing more is sent after it. None for no limit.
            actor: Who asked.

        Raises:
            InvalidInput: A tracking that is named does not exist or is not active; nothing is stored.
            Retryable: Database, queue or state machine cannot be reached; dispatch again.
        """
        now = self.clock.now()
        run = self._asked_run(kind, request_id, now)
        return self._dispatch(run, tracking_ids, until=until, actor=actor)

    def add(self, tx: Transaction, kind: RunKind, tracking_ids: Sequence[int], *, request_id: str, at: datetime) -> Run:
        """Store a run that somebody asked for together with what it measures; `again` has it sent and watched.

        Args:
            tx: That stores the trackings.
            kind: As of `started`.
            tracking_ids: Active ones.
            request_id: As of `started`.
            at: Aware UTC, now.

        Raises:
            Retryable: Other requests of the same second have all of its ids.
        """
        return add_run(tx, self._asked_run(kind, request_id, at), tracking_ids)

    def again(self, run_id: str, *, until: datetime | None = None) -> Run:
        """Dispatch what was never sent of a run, and let it be watched.

        Args:
            run_id: Of the run.
            until: Aware; nothing more is sent after it. None for no limit.

        Raises:
            InvalidInput: No such run.
            Retryable: Database, queue or state machine cannot be reached; dispatch again.
        """
        with self.store.read() as tx:
            run = require_run(tx.runs.get(run_id), run_id)
        return self._dispatch(run, None, until=until)

    def _asked_run(self, kind: RunKind, request_id: str, now: datetime) -> Run:
        run_id = started_run_id(kind, now, next(request_tokens(request_id)))
        return replace(self._new_run(kind, run_id, business_date(now), now), request_id=request_id)

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

    def _dispatch(
        self,
        new: Run,
        tracking_ids: Sequence[int] | None,
        *,
        until: datetime | None,
        may_hold: bool = False,
        actor: Actor = SYSTEM,
    ) -> Run:
        run = self._store(new, tracking_ids, may_hold=may_hold, actor=actor)
        if run.closed_at is not None:
            log.info("batch_already_closed", run_id=run.id)
            return run
        event = "batch_started" if run.started_at == new.started_at else "batch_dispatched_again"
        log.info(event, run_id=run.id, kind=run.kind.value, total=run.expected)
        if warning := self.check_capacity.warning(run):
            log.warning("capacity_exceeded", run_id=run.id, message=warning.text)
        sending = Sending(sent=0, is_complete=True) if run.is_held else self.send_tasks.send(run, until=until)
        generation = self._start_execution(run)
        with self.store.begin() as tx:
            tx.runs.set_dispatched(run.id, generation)
        _tell_sending(run, sending, generation)
        announce_start(run)
        return run

    @retry_conflicts
    def _store(self, new: Run, tracking_ids: Sequence[int] | None, *, may_hold: bool, actor: Actor) -> Run:
        with self.store.begin() as tx:
            run = add_run(tx, new, tracking_ids)
            if run.started_at == new.started_at and tracking_ids is not None:
                _check_measurable(tx, run, tracking_ids)
            if run.started_at == new.started_at:
                audit_started(tx, actor, run)
            if run.is_held and not may_hold:
                run = release_by_hand(tx, run, at=self.clock.now())
        return run

    def _start_execution(self, run: Run) -> int:
        for generation in range(run.generation, run.generation + _MAX_GENERATIONS):
            if self.state_machine.start(run.of_generation(generation)):
                return generation
            if self._is_closed(run):
                return generation
        raise Retryable(
            f"run {run.id} has used up {_MAX_GENERATIONS} executions: look at them in the console",
            code="executions_used_up",
            run_id=run.id,
            executions=_MAX_GENERATIONS,
        )

    def _is_closed(self, run: Run) -> bool:
        """Ask whether an execution that has ended did so because it closed the run meanwhile."""
        with self.store.read() as tx:
            return require_run(tx.runs.get(run.id), run.id).closed_at is not None


def _tell_sending(run: Run, sending: Sending, generation: int) -> None:
    """Log how far the messages went.

    Raises:
        Retryable: The sending was given up.
    """
    if sending.is_complete:
        log.info("batch_dispatched", run_id=run.id, sent=sending.sent, generation=generation)
        return
    log.warning("batch_partly_dispatched", run_id=run.id, sent=sending.sent, generation=generation)
    if sending.error is not None:
        raise Retryable(
            f"not every message of run {run.id} could be sent ({sending.error}): the state machine sends the rest as "
            "soon as it can",
            code="run_partly_sent",
            run_id=run.id,
            error=sending.error,
        ) from sending.error


def _check_measurable(tx: Transaction, run: Run, tracking_ids: Sequence[int]) -> None:
    """Require that every tracking that was named has a task; to raise is to take the run back."""
    if missing := sorted(set(tracking_ids) - tx.tasks.tracking_ids(run.id)):
        shown = ", ".join(str(tracking_id) for tracking_id in missing[:20])
        raise InvalidInput(
            f"{len(missing)} of the trackings to measure do not exist or are not active ({shown})",
            code="trackings_not_measurable",
            count=len(missing),
            first_ids=shown,
        )
