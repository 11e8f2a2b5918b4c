"""Ask the database, the state machine and the queues what the watchdog wants to know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sunwi.domain.backup import Backend
from sunwi.domain.backup_watch import BackupWatch, assess_backup_watch
from sunwi.domain.run import Run, RunCounts, scheduled_run_id
from sunwi.domain.schedule import business_date
from sunwi.domain.schedule_watch import OF_SCHEDULES, assess_schedule_faults
from sunwi.domain.watch import (
    DAYS_WATCHED,
    EVALUATION_GRACE,
    STUCK_AFTER,
    DayFacts,
    OpenRun,
    Problem,
    ProblemKind,
    RunFacts,
    assess_day,
    assess_evaluations,
    assess_open_runs,
    planned_start,
)
from sunwi.errors import Retryable
from sunwi.service.ports.outside import StateMachine, Store, Transaction
from sunwi.service.ports.watchdog import MessageCounts
from sunwi.service.schedules.check_schedules import CheckSchedules
from sunwi.service.watchdog.gather_job_facts import find_job_problems

#: Open runs that are checked, the newest first.
_OPEN_RUNS = 100

#: Queues that should be empty: of trackings whose attempts are used up, of events that started no run, and of checks of
#: the watchdog itself that did not come about.
CRAWL_DEAD_LETTERS = "crawl-dead-letters"
EXPRESS_DEAD_LETTERS = "express-dead-letters"
DISPATCHER_FAILURES = "dispatcher-failures"
WATCHDOG_FAILURES = "watchdog-failures"

#: What is known of a queue that could not be asked.
NO_ANSWER = "the queue does not answer"

_STATE_MACHINE = "state-machine"
_SCHEDULES = "schedules"
_OF_FAILURES = {DISPATCHER_FAILURES: ProblemKind.DISPATCH_FAILED, WATCHDOG_FAILURES: ProblemKind.WATCH_FAILED}
_OF_QUEUES = {ProblemKind.DEAD_LETTERS, *_OF_FAILURES.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFacts:
    """What was found, and what could be asked.

    Attributes:
        days: KST dates whose runs were asked about.
        asked: Queues that answered, and the state machine and the schedules if they did.
        named: Queues that are set, the state machine, and the schedules if they are.
    """

    problems: Sequence[Problem]
    days: Collection[date]
    asked: Collection[str]
    named: Collection[str]

    def covers(self, problem: Problem) -> bool:
        """Return whether a problem would be among the answers if it were still there."""
        if problem.kind in _OF_QUEUES:
            return problem.subject in self.asked
        if problem.kind is ProblemKind.RUN_UNWATCHED:
            return _STATE_MACHINE in self.asked
        if problem.kind in OF_SCHEDULES:
            return _SCHEDULES in self.asked
        if problem.kind is ProblemKind.NOT_ASKED:
            return problem.subject in self.named
        return problem.day is None or problem.day in self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherFacts:
    """Ask everything, and judge it.

    Attributes:
        hour, minute: KST, of the daily schedule.
        schedules: None where no group of schedules is set: nothing is asked of them then.
        backed_up: Name of the PostgreSQL database that is to have backups; None where nobody expects any.
    """

    store: Store
    state_machine: StateMachine
    messages: MessageCounts
    hour: int
    minute: int
    schedules: CheckSchedules | None = None
    backed_up: str | None = None

    def facts(self, days: Collection[date], *, now: datetime) -> WatchFacts:
        """Gather the facts of the scheduled runs of some days, every open run, and the queues; changes nothing.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        problems: list[Problem] = []
        with self.store.read() as tx:
            for day in sorted(days):
                problems += assess_day(self._day_facts(tx, day), now=now)
            open_runs = tx.watch.open_runs(_OPEN_RUNS)
            stuck = tx.watch.stuck(now - STUCK_AFTER)
            problems += find_job_problems(tx, now)
            nights = tx.watch.unevaluated(_watched_nights(now), closed_before=now - EVALUATION_GRACE)
            if self.backed_up is not None:
                problems += _assess_backups(tx, self.backed_up, now)
        problems += assess_evaluations(nights)
        if stuck.count:
            problems.append(
                Problem(kind=ProblemKind.TASK_STUCK, subject="tasks", extent=stuck.count, detail=stuck.detail)
            )
        watched, unreachable = self._watched(open_runs)
        problems += assess_open_runs(watched, now=now)
        counted = self.messages.counted()
        problems += _assess_queues(counted)
        of_schedules, schedules_unreachable = self._assess_schedules(now)
        problems += of_schedules
        asked = {name for name, count in counted.items() if count is not None}
        named = {*counted, _STATE_MACHINE, *((_SCHEDULES,) if self.schedules else ())}
        reasons = {_STATE_MACHINE: unreachable, _SCHEDULES: schedules_unreachable}
        for name in sorted(named & reasons.keys()):
            if reasons[name]:
                problems.append(Problem(kind=ProblemKind.NOT_ASKED, subject=name, detail=reasons[name]))
            else:
                asked.add(name)
        return WatchFacts(problems=problems, days=days, asked=asked, named=named)

    def _assess_schedules(self, now: datetime) -> tuple[list[Problem], str]:
        """Judge Sunwi's own schedules; say why where they cannot be asked for."""
        if self.schedules is None:
            return [], ""
        try:
            return assess_schedule_faults(self.schedules.faults(), now=now), ""
        except Retryable as error:
            return [], str(error)

    def _day_facts(self, tx: Transaction, day: date) -> DayFacts:
        start = planned_start(day, hour=self.hour, minute=self.minute)
        run = tx.runs.get(scheduled_run_id(day))
        return DayFacts(
            day=day,
            planned_start=start,
            awaited=tx.watch.count_awaited(start) if run is None else 0,
            run=None if run is None else _run_facts(tx, run),
        )

    def _watched(self, runs: Sequence[Run]) -> tuple[list[OpenRun], str]:
        """Ask whether each run's execution is running; one that cannot be asked about counts as watched."""
        watched, unreachable = [], ""
        for run in runs:
            try:
                has_execution = self.state_machine.is_running(run)
            except Retryable as error:
                has_execution, unreachable = True, str(error)
            watched.append(OpenRun(run, has_execution))
        return watched, unreachable


def _watched_nights(now: datetime) -> list[str]:
    """Return the ids of the scheduled runs of the days that are watched, whether there were any or not."""
    today = business_date(now)
    return [scheduled_run_id(today - timedelta(days=ago)) for ago in range(DAYS_WATCHED.days)]


def _run_facts(tx: Transaction, run: Run) -> RunFacts:
    states = tx.tasks.count_states(run.id)
    return RunFacts(
        run=run,
        counts=RunCounts.from_states(run.expected, states),
        tasks=sum(states.values()),
        summary=tx.runs.summary(run.id),
        failure=tx.runs.failure(run.id),
        without_task=tx.watch.without_task(run),
        without_row=tx.watch.without_row(run),
        expired=tx.watch.expired(run),
        failed=tx.watch.failed(run),
    )


def _assess_backups(tx: Transaction, database: str, now: datetime) -> list[Problem]:
    last = tx.backups.latest(Backend.POSTGRESQL, database)
    taken_at = None if last is None or last.facts is None else last.facts.taken_at
    found = BackupWatch(database=database, taken_at=taken_at, first_job_at=tx.job_history.first_at())
    return assess_backup_watch(found, now=now)


def _assess_queues(counted: Mapping[str, int | None]) -> list[Problem]:
    problems = []
    for name, count in counted.items():
        kind = _OF_FAILURES.get(name, ProblemKind.DEAD_LETTERS)
        if count is None:
            problems.append(Problem(kind=ProblemKind.NOT_ASKED, subject=name, detail=NO_ANSWER))
        elif count:
            problems.append(Problem(kind=kind, subject=name, extent=count))
    return problems
