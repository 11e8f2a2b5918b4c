"""Watch a run and close it with a summary that balances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from sunwi.domain.canary import HoldRule
from sunwi.domain.circuit import Circuit
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.job_order import JobOrder
from sunwi.domain.notice import NewNotice
from sunwi.domain.run import Run, RunCounts, RunKind, RunStatus, TaskState, next_check_seconds, space_checks
from sunwi.domain.typed_text import quote
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.watch_notice import key_of_failed_run, notice_of_problem
from sunwi.errors import InvalidInput, UnbalancedRun
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.ledger.rebuild_states import RebuildStates
from sunwi.service.notices.post_notices import post_notices
from sunwi.service.pages.publish_recognition import publish_canary, publish_recognition
from sunwi.service.ports.outside import Clock, Metrics, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.runs.hold_run import summarise_canary
from sunwi.service.runs.mark_blocked_runs import mark_blocked_runs
from sunwi.sites.naver.site import NAVER, Lane

#: A cancelled run only waits for the attempts that are under way.
CANCELLED_CHECK_SECONDS = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCheck:
    """What the state machine decides on.

    Attributes:
        done: Every task has ended, or the deadline has passed.
        wait_seconds: How long to wait before the next check, at least 1.
        is_held: The canary holds it: after the wait the canary is to be read again.
        canary_number: Of that check.
        has_unsent: Tasks have no message yet, and nobody says that they are being sent: the dispatcher is to go on.
    """

    run_id: str
    done: bool
    wait_seconds: int
    counts: RunCounts
    is_held: bool = False
    canary_number: int = 0
    has_unsent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRun:
    """Check, summarise or fail a run; each any number of times with the same effect.

    Attributes:
        metrics: Where a closed run's figures go; None publishes none.
        hold: When the canary of a held run is read again.
        submit: Submits the evaluation of a scheduled run in the transaction that closes it; None submits none.
    """

    store: Store
    clock: Clock
    metrics: Metrics | None = None
    hold: HoldRule = field(default_factory=HoldRule)
    submit: SubmitInTransaction | None = None

    def check(self, run_id: str) -> RunCheck:
        """Check how far a run is.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.read() as tx:
            run = require_run(tx.runs.get(run_id), run_id)
            counts = RunCounts.from_states(run.expected, tx.tasks.count_states(run_id))
            latest = tx.canaries.latest(run_id) if run.is_held else None
            unsent = 0 if run.is_held else tx.tasks.count_unsent(run_id)
            circuits, recovered_at = tx.circuits.list_open(NAVER.name), tx.circuits.last_closed(NAVER.name)
        if circuits or run.status is RunStatus.BLOCKED:
            mark_blocked_runs(self.store)
        done = counts.left == 0 or now >= run.deadline or run.closed_at is not None
        wait = next_check_seconds(
            counts,
            # Nothing says how long the rest takes as badly as the time in which nothing was measured.
            started_at=max(run.started_at, recovered_at or run.started_at),
            deadline=run.deadline,
            now=now,
            probe_at=_next_probe(circuits) if run.status is RunStatus.BLOCKED else None,
        )
        if run.status is RunStatus.CANCELLED:
            wait = min(wait, CANCELLED_CHECK_SECONDS)
        wait = space_checks(wait, run=run, now=now, until=run.deadline)
        check = RunCheck(run_id=run_id, done=done, wait_seconds=wait, counts=counts, has_unsent=unsent > 0)
        if done or not run.is_held or run.held_until is None:
            return check
        pause = self.hold.wait_seconds(held_until=run.held_until, now=now)
        pause = space_checks(pause, run=run, now=now, until=run.held_until)
        return replace(check, wait_seconds=pause, is_held=True, canary_number=latest.number + 1 if latest else 1)

    def summarise(self, run_id: str) -> Mapping[str, Any]:
        """Expire what is left, write the summary and close the run.

        Returns:
            The summary; the stored one when the run was closed before.

        Raises:
            InvalidInput: No such run.
            UnbalancedRun: Tasks are missing or doubled; nothing is written.
            StoreUnavailable: The database cannot be reached.
        """
        return self._publish(self._close(run_id, RunStatus.CLOSED, failure=None))

    def fail(self, run_id: str, failure: str) -> Mapping[str, Any]:
        """Close a run whose watching failed, with what is known and why; an unbalanced one closes so too.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        log.error("batch_failed", run_id=run_id, error=failure)
        return self._publish(self._close(run_id, RunStatus.FAILED, failure=failure))

    def _publish(self, summary: Mapping[str, Any]) -> Mapping[str, Any]:
        """Publish after the commit, and again when a step is repeated: what was lost in between comes then."""
        if summary:
            RebuildStates(store=self.store, clock=self.clock).check_run(summary["run_id"])
        if self.metrics is not None and summary:
            publish_recognition(self.metrics, summary)
            publish_canary(self.metrics, summary)
        return summary

    @retry_conflicts
    def _close(self, run_id: str, status: RunStatus, failure: str | None) -> Mapping[str, Any]:
        with self.store.begin() as tx:
            run = require_run(tx.runs.lock(run_id), run_id)
            now = self.clock.now()
            if run.closed_at is not None:
                return tx.runs.summary(run_id) or {}
            blocked = 0 if failure else _expire_blocked(tx, run, at=now)
            tx.tasks.expire_open(run_id, at=now, failure=_end_of_rest(run, failure))
            tx.states.add_missed_of_run(run_id)
            summary = {**summarise_run(tx, run, at=now), "blocked": blocked}
            try:
                counts_of(summary).check_balance(run_id)
            except UnbalancedRun as error:
                if failure is None:
                    raise
                failure = f"{failure}; {error}"
            if failure is not None:
                tx.runs.set_failure(run_id, failure)
                post_notices(tx, [_notice_of_failure(run, failure)], at=now)
            if run.status is RunStatus.CANCELLED and failure is None:
                status = RunStatus.CANCELLED
            tx.runs.close(run_id, at=now, status=status, summary=summary)
            self._submit_evaluation(tx, run, status, at=now)
        _log_closed(run_id, summary)
        return summary

    def _submit_evaluation(self, tx: Transaction, run: Run, status: RunStatus, *, at: datetime) -> None:
        """Have a night judged however it ended; a day's other runs are judged with the next night."""
        if self.submit is not None and run.kind is RunKind.SCHEDULED:
            order = JobOrder(work=EVALUATION_WORK, params={})
            self.submit.submit(tx, order, at=at, idempotency_key=f"{EVALUATION_WORK}:{run.id}:{status.value}")


def _log_closed(run_id: str, summary: Mapping[str, Any]) -> None:
    log.info(
        "batch_completed",
        run_id=run_id,
        total=summary["expected"],
        success=summary["succeeded"],
        failed=summary["failed"],
        cancelled=summary["cancelled"],
        expired=summary["expired"],
        failed_items=summary["failed_items"],
        elapsed_seconds=summary["elapsed_seconds"],
    )
    if (counts := counts_of(summary)).is_mostly_unmeasured:
        log.warning("batch_mostly_unmeasured", run_id=run_id, unmeasured=counts.unmeasured, total=counts.expected)


def _notice_of_failure(run: Run, failure: str) -> NewNotice:
    """Return what the operators' channels are told of a failed run; the alarm is the state machine's."""
    problem = Problem(kind=ProblemKind.RUN_FAILED, subject=run.id, day=run.business_date, detail=failure)
    return notice_of_problem(problem, key=key_of_failed_run(run.id))


def _end_of_rest(run: Run, failure: str | None) -> Failure:
    """Describe why the tasks that are still open when a run closes were not measured."""
    if failure is not None:
        return Failure(FailureCause.RUN_FAILED, failure)
    if run.is_held:
        reason = f"held for the canary, whose pages were not recognised, up to the deadline {run.deadline.isoformat()}"
        return Failure(FailureCause.HELD, reason)
    return Failure(FailureCause.DEADLINE, f"not measured by the deadline {run.deadline.isoformat()}")


def _expire_blocked(tx: Transaction, run: Run, *, at: datetime) -> int:
    """Expire what surfaces that refuse have held back, with that reason; return the number."""
    expired = 0
    for circuit in tx.circuits.list_open(NAVER.name):
        lane = Lane.of_circuit(circuit.key)
        since = circuit.opened_at.isoformat() if circuit.opened_at else "an unknown time"
        reason = (
            f"blocked: the {lane.surface} surface on {lane.device} has refused since {since} "
            f"({circuit.reason}), up to the deadline {run.deadline.isoformat()}"
        )
        expired += tx.tasks.expire_open(run.id, at=at, failure=Failure(FailureCause.BLOCKED, reason), lane=lane)
    return expired


def _next_probe(circuits: Sequence[Circuit]) -> datetime | None:
    return min((circuit.probe_at for circuit in circuits if circuit.probe_at is not None), default=None)


def require_run(run: Run | None, run_id: str) -> Run:
    """Require that a run exists.

    Raises:
        InvalidInput: It does not.
    """
    if run is None:
        raise InvalidInput(
            f"there is no run {quote(run_id)}",
            code="run_unknown",
            run_id=run_id,
        )
    return run


def counts_of(summary: Mapping[str, Any]) -> RunCounts:
    """Read the equation out of a summary."""
    names = ("expected", "succeeded", "failed", "cancelled", "expired")
    return RunCounts(**{name: summary[name] for name in names})


def without_lists(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a summary's trackings out: a state machine takes 256 KB, and cannot catch it when there is more."""
    return {name: value for name, value in summary.items() if not name.endswith("_items")}


def summarise_run(tx: Transaction, run: Run, *, at: datetime) -> dict[str, Any]:
    """Count a run whose tasks have all ended.

    Returns:
        Counts, tracking ids that failed or expired, seconds from first dispatch to `at`, distinct pages,
        navigations started, per surface what became of the pages that were opened, and how the canary let it start.
    """
    counts = RunCounts.from_states(run.expected, tx.tasks.count_states(run.id))
    exposed, not_exposed = tx.tasks.count_exposed(run.id)
    reasons = tx.tasks.list_reasons(run.id, [TaskState.FAILED, TaskState.EXPIRED])
    return {
        "run_id": run.id,
        "kind": run.kind.value,
        "business_date": run.business_date.isoformat(),
        "expected": counts.expected,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "expired": counts.expired,
        "exposed": exposed,
        "not_exposed": not_exposed,
        "failed_items": [tracking_id for tracking_id, state, _ in reasons if state is TaskState.FAILED],
        "expired_items": [tracking_id for tracking_id, state, _ in reasons if state is TaskState.EXPIRED],
        "elapsed_seconds": round((at - run.started_at).total_seconds(), 1),
        "pages": tx.runs.count_pages(run.id),
        "page_loads": tx.runs.count_page_loads(run.id),
        "surfaces": [counts.as_document() for counts in tx.recognition.of_run(run.id)],
        "canary": summarise_canary(tx, run, at=at),
    }
