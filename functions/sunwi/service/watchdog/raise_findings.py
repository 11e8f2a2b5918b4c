"""Remember what the watchdog saw, and raise each problem once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from sunwi.domain.watch import Problem
from sunwi.domain.watch_notice import notice_of_finding
from sunwi.errors import Retryable
from sunwi.service.notices.post_notices import post_notices
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.watchdog import AlarmChannel, WatchWords

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFindings:
    """Remember and raise problems.

    Each is raised as an alarm, which needs neither notifier nor channel, and told to the operators' channels besides.

    Attributes:
        alarms: None raises nothing; what was seen is raised by the next check that can.
        words: Put a problem in words.
    """

    store: Store
    alarms: AlarmChannel | None
    clock: Clock
    words: WatchWords

    def remember(self, seen: Sequence[Problem], *, gone: Collection[str], repairs: Mapping[str, str]) -> None:
        """Store what was seen, new or once more, and what is gone.

        Args:
            seen: Each key once.
            gone: Keys of problems that are no longer there; they may be among the seen.
            repairs: What was done, by key.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            at = self.clock.now()
            tx.watch.record(seen, repairs=repairs, at=at)
            tx.watch.resolve(gone, at=at)

    def raise_new(self) -> int:
        """Raise what was never raised or has grown since; return the number.

        All in the transaction that marks them, so that two checks at once raise a problem once.

        Raises:
            Retryable: Not all could be raised, or remembered as raised.
        """
        if self.alarms is None:
            return 0
        self._tell_new()
        raised = 0
        failure: Retryable | None = None
        with self.store.begin() as tx:
            for found in tx.watch.lock_unalarmed():
                try:
                    self.raise_now(found.problem, repair=found.repair)
                except Retryable as error:
                    failure = error
                    break
                tx.watch.mark_alarmed(found, at=self.clock.now())
                raised += 1
        if failure is not None:
            raise failure
        return raised

    def _tell_new(self) -> None:
        """Post what is about to be raised to the operators' channels, once; an alarm never fails by it."""
        try:
            with self.store.begin() as tx:
                found = tx.watch.lock_unalarmed()
                told = [notice_of_finding(one, advice=self.words.advice_of(one.problem)) for one in found]
                post_notices(tx, [notice for notice in told if notice is not None], at=self.clock.now())
        except Exception as error:
            log.exception("findings_not_told", error=str(error))

    def raise_now(self, problem: Problem, *, repair: str | None = None) -> int:
        """Raise a problem whether or not it was raised before; return the number of alarms.

        Raises:
            Retryable: Nobody could be told.
        """
        if self.alarms is None:
            return 0
        log.error(
            "problem_found",
            kind=problem.kind.value,
            subject=problem.subject,
            day=None if problem.day is None else problem.day.isoformat(),
            extent=problem.extent,
            detail=problem.detail,
            repair=repair,
        )
        self.alarms.raise_alarm(self.words.alarm_of(problem, repair=repair))
        return 1
