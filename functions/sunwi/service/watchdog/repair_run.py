"""Put right what can be put right without anybody's judgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from sunwi.domain.watch import Problem, ProblemKind, Repair, RepairKind, may_start
from sunwi.errors import SunwiError, UnbalancedRun
from sunwi.service.ports.outside import Clock
from sunwi.service.ports.watchdog import WatchWords
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.dispatch_run import DispatchRun

#: How long a repair may send; the run's state machine has the rest sent.
SEND_TIME = timedelta(seconds=60)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRun:
    """Start, watch or close a run; each any number of times with the same effect.

    Attributes:
        cutoff_hour: KST hour from which a missing run is no longer started, 0 (never) to 24.
        words: Describe what was done.
    """

    dispatch: DispatchRun
    close: CloseRun
    clock: Clock
    batch_timeout: timedelta
    cutoff_hour: int
    words: WatchWords

    def repair(self, problem: Problem) -> str | None:
        """Do what is safe about a problem.

        Returns:
            What was done, or tried in vain, in words; None when nothing is to be done without a person.
        """
        try:
            done = self._repair(problem)
        except SunwiError as error:
            log.warning("repair_failed", kind=problem.kind.value, subject=problem.subject, error=str(error))
            return self.words.repair_of(Repair(kind=RepairKind.FAILED, error=error))
        if done is None:
            return None
        log.info("repaired", kind=problem.kind.value, subject=problem.subject)
        return self.words.repair_of(done)

    def _repair(self, problem: Problem) -> Repair | None:
        match problem.kind:
            case ProblemKind.RUN_MISSING if problem.day is not None:
                now = self.clock.now()
                if not may_start(problem.day, now=now, cutoff_hour=self.cutoff_hour, batch_timeout=self.batch_timeout):
                    return None
                run = self.dispatch.scheduled(now, until=now + SEND_TIME)
                return Repair(kind=RepairKind.STARTED, run=run)
            case ProblemKind.RUN_UNWATCHED:
                run = self.dispatch.again(problem.subject, until=self.clock.now() + SEND_TIME)
                return Repair(kind=RepairKind.WATCHED, run=run)
            case ProblemKind.RUN_OPEN:
                return Repair(kind=RepairKind.CLOSED, summary=self._close(problem.subject))
            case _:
                return None

    def _close(self, run_id: str) -> Mapping[str, Any]:
        try:
            return self.close.summarise(run_id)
        except UnbalancedRun:
            return self.close.fail(run_id, "the watchdog closed it after its deadline")
