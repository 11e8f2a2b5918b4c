"""Cancel a run: what waits is never measured, what is being measured ends by itself."""

from dataclasses import dataclass

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.schedule import KST
from sunwi.domain.task import RUN_CANCELLED
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.runs.audit_runs import audit_run
from sunwi.service.runs.close_run import CloseRun, require_run

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledRun:
    """What a cancellation did.

    Attributes:
        cancelled: Tasks that this call cancelled.
        running: Tasks that are being measured; the run closes once they have ended.
    """

    run_id: str
    cancelled: int
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    """Cancel runs, each any number of times with the same effect."""

    store: Store
    clock: Clock
    close_run: CloseRun

    def cancel(self, actor: Actor, run_id: str) -> CancelledRun:
        """Cancel what waits of a run, and close it unless something is being measured.

        An attempt under way may end; a crash or a failure of it is not tried again. Messages that are still in
        a queue are acknowledged unread when their turn comes. The run's state machine closes what this call
        does not.

        Raises:
            InvalidInput: No such run, or it is closed.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            run = require_run(tx.runs.lock(run_id), run_id)
            if run.closed_at is not None and run.status is not RunStatus.CANCELLED:
                closed = f"{run.closed_at.astimezone(KST):%Y-%m-%d %H:%M:%S}"
                raise InvalidInput(
                    f"run {run_id} was closed at {closed} KST, so there is nothing left to cancel",
                    code="run_closed_already",
                    run_id=run_id,
                    closed_at=closed,
                )
            if run.closed_at is not None:
                return CancelledRun(run_id=run_id, cancelled=0, running=0)
            tx.runs.set_cancelled(run_id)
            cancelled = tx.tasks.cancel_run(run_id, at=self.clock.now(), reason=RUN_CANCELLED)
            tx.states.add_missed_of_run(run_id)
            if run.status is not RunStatus.CANCELLED:
                audit_run(tx, actor, "run_cancelled", run_id, after={"cancelled": cancelled}, at=self.clock.now())
            running = tx.tasks.count_states(run_id).get(TaskState.RUNNING, 0)
        log.info("batch_cancelled", run_id=run_id, cancelled=cancelled, running=running)
        if running == 0:
            self.close_run.summarise(run_id)
        return CancelledRun(run_id=run_id, cancelled=cancelled, running=running)
