"""Put right what can be put right without anybody's judgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from sunwi.domain.run import Run
from sunwi.domain.schedule import KST
from sunwi.domain.watch import Problem, ProblemKind, may_start
from sunwi.errors import SunwiError, UnbalancedRun
from sunwi.service.ports.outside import Clock
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
    """

    dispatch: DispatchRun
    close: CloseRun
    clock: Clock
    batch_timeout: timedelta
    cutoff_hour: int

    def repair(self, problem: Problem) -> str | None:
        """Do what is safe about a problem.

        Returns:
            In Korean, what was done, or tried in vain; None when nothing is to be done without a person.
        """
        try:
            done = self._repair(problem)
        except SunwiError as error:
            log.warning("repair_failed", kind=problem.kind.value, subject=problem.subject, error=str(error))
            return f"감시가 바로잡으려 했으나 하지 못했습니다: {error.korean}"
        if done is not None:
            log.info("repaired", kind=problem.kind.value, subject=problem.subject)
        return done

    def _repair(self, problem: Problem) -> str | None:
        match problem.kind:
            case ProblemKind.RUN_MISSING if problem.day is not None:
                now = self.clock.now()
                if not may_start(problem.day, now=now, cutoff_hour=self.cutoff_hour, batch_timeout=self.batch_timeout):
                    return None
                return f"감시가 배치를 시작했습니다: {_described(self.dispatch.scheduled(now, until=now + SEND_TIME))}"
            case ProblemKind.RUN_UNWATCHED:
                run = self.dispatch.again(problem.subject, until=self.clock.now() + SEND_TIME)
                return f"감시가 다시 지켜보게 했습니다: {_described(run)}"
            case ProblemKind.RUN_OPEN:
                return f"감시가 마감했습니다: {_equation(self._close(problem.subject))}"
            case _:
                return None

    def _close(self, run_id: str) -> Mapping[str, Any]:
        try:
            return self.close.summarise(run_id)
        except UnbalancedRun:
            return self.close.fail(run_id, "the watchdog closed it after its deadline")


def _described(run: Run) -> str:
    return f"{run.id}, 추적 {run.expected}건, 기한 {run.deadline.astimezone(KST):%m-%d %H:%M} KST"


def _equation(summary: Mapping[str, Any]) -> str:
    return (
        f"전체 {summary['expected']} = 성공 {summary['succeeded']} + 실패 {summary['failed']} + "
        f"취소 {summary['cancelled']} + 기한 초과 {summary['expired']}"
    )
