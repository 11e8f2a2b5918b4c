"""Check a night as an outsider: raise each problem once, and put right what is safe."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from sunwi.domain.schedule import business_date
from sunwi.domain.schema_version import SchemaVersion
from sunwi.domain.watch import DAYS_WATCHED, Problem, ProblemKind, watched_day
from sunwi.errors import InvalidInput, StoreUnavailable
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.schema import SchemaState
from sunwi.service.watchdog.gather_facts import GatherFacts
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.service.watchdog.repair_run import RepairRun
from sunwi.service.watchdog.submit_missing_night import SubmitMissingNight

#: How long a database that is away is waited for.
PATIENCE = timedelta(seconds=90)

#: Pause between two attempts, in seconds.
RETRY_SECONDS = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProblem:
    """A problem that a check saw.

    Attributes:
        repair: In Korean, what the check did about it.
        is_gone: It was there, and is no longer.
    """

    problem: Problem
    repair: str | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """What a check of a day saw.

    Attributes:
        day: KST date.
        raised: Alarms that were sent.
    """

    day: date
    seen: Sequence[SeenProblem] = ()
    raised: int = 0

    @property
    def left(self) -> int:
        """Problems that are still there."""
        return sum(not seen.is_gone for seen in self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDay:
    """Watch days, each any number of times with the same effect.

    Attributes:
        pause: Waits so many seconds.
        submit_evaluation: Has a night without a run told; None tells nobody.
    """

    store: Store
    schema: SchemaState
    gather_facts: GatherFacts
    repair_run: RepairRun
    findings: RaiseFindings
    clock: Clock
    pause: Callable[[float], None]
    submit_evaluation: SubmitMissingNight | None = None

    def check(self, day: date | None = None, *, repair: bool) -> WatchReport:
        """Check a day's run, whatever is open, and the queues.

        Args:
            day: KST date; None means the one whose run was the last to start by the schedule.
            repair: Put right what is safe.

        Raises:
            InvalidInput: The day is yet to come.
            Retryable: Something could not be raised or remembered; check again.
        """
        now = self.clock.now()
        day = day or watched_day(now, hour=self.gather_facts.hour, minute=self.gather_facts.minute)
        if day > (today := business_date(now)):
            raise InvalidInput(
                f"{day} is yet to come, so there is no night to look at: name {today} or a day before it",
                code="day_yet_to_come",
                day=day,
                today=today,
            )
        try:
            schema = self._ask_schema()
        except StoreUnavailable as error:
            problem = Problem(kind=ProblemKind.DATABASE_AWAY, subject="database", day=day, detail=str(error))
            return self._report_unable(day, problem)
        if schema.is_behind:
            detail = f"current {schema.current or 'none'}, needed {schema.head}"
            problem = Problem(kind=ProblemKind.SCHEMA_BEHIND, subject="database", detail=detail)
            return self._report_unable(day, problem)
        return self._check(day, repair=repair)

    def _ask_schema(self) -> SchemaVersion:
        give_up_at = self.clock.now() + PATIENCE
        while True:
            try:
                return self.schema.version()
            except StoreUnavailable as error:
                if self.clock.now() >= give_up_at:
                    raise
                log.warning("watch_waits", error=str(error))
                self.pause(RETRY_SECONDS)

    def _report_unable(self, day: date, problem: Problem) -> WatchReport:
        """Raise what keeps us from checking; nothing can be remembered, so the next check raises it again."""
        raised = self.findings.raise_now(problem)
        return WatchReport(day=day, seen=[SeenProblem(problem=problem)], raised=raised)

    def _check(self, day: date, *, repair: bool) -> WatchReport:
        with self.store.read() as tx:
            known = [found.problem for found in tx.watch.open_findings()]
        days = {day} | _days_with_problems(known, until=day)
        facts = self.gather_facts.facts(days, now=self.clock.now())
        before = _by_key(facts.problems)
        repairs = self._repair(facts.problems) if repair else {}
        if repairs:
            facts = self.gather_facts.facts(days, now=self.clock.now())
        after = _by_key(facts.problems)
        seen = {**before, **after}
        gone = ({problem.key for problem in known if facts.covers(problem)} | set(seen)) - set(after)
        self.findings.remember(list(seen.values()), gone=gone, repairs=repairs)
        raised = self.findings.raise_new()
        if self.submit_evaluation is not None:
            self.submit_evaluation.submit_for(list(after.values()), day=day)
        log.info("day_watched", day=day.isoformat(), problems=len(after), repaired=len(repairs), raised=raised)
        report = [
            SeenProblem(problem=problem, repair=repairs.get(key), is_gone=key in gone) for key, problem in seen.items()
        ]
        return WatchReport(day=day, seen=report, raised=raised)

    def _repair(self, problems: Sequence[Problem]) -> dict[str, str]:
        tried = ((problem.key, self.repair_run.repair(problem)) for problem in problems)
        return {key: done for key, done in tried if done is not None}


def _by_key(problems: Sequence[Problem]) -> Mapping[str, Problem]:
    return {problem.key: problem for problem in problems}


def _days_with_problems(problems: Sequence[Problem], *, until: date) -> set[date]:
    """Return the days whose problems are looked after until they are gone."""
    days = {problem.day for problem in problems if problem.day is not None}
    return {day for day in days if until - DAYS_WATCHED <= day <= until}
