"""Let a run go that the canary has held back, or hold it further."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.canary import CANARY_WARNINGS, CanaryState
from sunwi.domain.run import Run
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.runs.close_run import require_run
from sunwi.service.runs.dispatch_run import DispatchRun

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRun:
    """Release held runs, each any number of times with the same effect."""

    store: Store
    clock: Clock
    dispatch: DispatchRun

    def release(self, run_id: str, *, check_failed: bool, until: datetime | None = None) -> Run:
        """Send a held run's messages if its canary is recognised, or has had its time; else let it wait.

        Args:
            run_id: Of the run; one that is not held is dispatched again, which sends only what was never sent.
            check_failed: The canary could not be read again: a run does not wait for what may never come.
            until: Aware; nothing more is sent after it. None for no limit.

        Returns:
            The run as it is now.

        Raises:
            InvalidInput: No such run.
            Retryable: Database, queue or state machine cannot be reached; release again.
        """
        with self.store.begin() as tx:
            run = require_run(tx.runs.lock(run_id), run_id)
            if run.is_held and run.held_until is not None:
                now = self.clock.now()
                latest = tx.canaries.latest(run_id)
                state = self.dispatch.hold.while_held(
                    latest, check_failed=check_failed, held_until=run.held_until, now=now
                )
                if state is CanaryState.HELD:
                    log.info("run_still_held", run_id=run_id, held_until=run.held_until.isoformat())
                    return run
                tx.runs.set_released(run_id, state, at=now)
                _tell(run, state, held_seconds=run.held_seconds(now))
        return self.dispatch.again(run_id, until=until)


def _tell(run: Run, state: CanaryState, *, held_seconds: float) -> None:
    if warning := CANARY_WARNINGS.get(state):
        log.warning("run_released", run_id=run.id, canary=state.value, held_seconds=held_seconds, message=warning)
    else:
        log.info("run_released", run_id=run.id, canary=state.value, held_seconds=held_seconds)
