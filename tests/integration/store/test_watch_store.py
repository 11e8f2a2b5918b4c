from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Engine, event

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.outcome import Exposed
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.watch import Affected, Problem, ProblemKind
from sunwi.service.crawling.save_outcome import save_outcome
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.testing import InMemoryAlarmChannel, ManualClock
from sunwi.wording.watch_words import KoreanWatchWords
from tests.examples import HOUR, NIGHT, new_reading, new_run, place_tracking, receipt, recognised

RUN = "scheduled-20260102"
LATER = NIGHT + 2 * HOUR
OPEN = Problem(kind=ProblemKind.RUN_OPEN, subject=RUN, detail="RUNNING")
EXPOSED = Exposed(rank=1, area="nmb_rnk", page_rank=1, areas=("nmb_rnk",), depth=1)
DEAD = Problem(kind=ProblemKind.DEAD_LETTERS, subject="crawl", extent=2)


def fill(store: SqlStore, states: dict[int, TaskState], *, rows: Collection[int] = ()) -> None:
    """Store a run with a task in each state, by tracking id from 1; some have a ledger row of the run's date."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in states], at=NIGHT - HOUR)
        tx.runs.add(new_run(), None)
        for tracking_id, state in states.items():
            task = locked(tx, RUN, tracking_id)
            if tracking_id in rows:
                save_outcome(tx, task, tx.readings.add(new_reading(RUN, recognised("1"))), EXPOSED, at=NIGHT)
            tx.tasks.set_state(task, state)


def locked(tx: SqlTransaction, run_id: str, tracking_id: int) -> Task:
    task = tx.tasks.lock(run_id, tracking_id, message_id="m1")
    assert task is not None
    return task


def test_tasks_without_a_ledger_row_of_the_day_are_found_by_their_state(store: SqlStore) -> None:
    states = [TaskState.SUCCEEDED, TaskState.SUCCEEDED, TaskState.EXPIRED, TaskState.EXPIRED, TaskState.FAILED]
    fill(store, dict(enumerate(states, start=1)), rows={1, 3})
    with store.read() as tx:
        assert tx.watch.without_row(new_run()) == Affected(1, (2,))
        assert tx.watch.expired(new_run()) == Affected(1, (4,))
        assert tx.watch.failed(new_run()) == Affected(1, (5,))


def test_only_the_first_trackings_are_named_and_all_counted(store: SqlStore) -> None:
    fill(store, dict.fromkeys(range(1, 31), TaskState.EXPIRED))
    with store.read() as tx:
        found = tx.watch.expired(new_run())
        assert tx.watch.without_row(new_run()) == Affected(0)
    assert (found.count, found.first_ids, found.detail) == (30, tuple(range(1, 11)), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …")


def test_a_tracking_without_a_task_is_found_if_it_was_active_before_the_run_and_has_no_row(store: SqlStore) -> None:
    fill(store, {1: TaskState.SUCCEEDED})
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(10, 15)], at=NIGHT - HOUR)
        tx.trackings.add([place_tracking(20)], at=NIGHT)
        tx.trackings.set_status(3, TrackingStatus.PAUSED, at=NIGHT - HOUR)
        tx.trackings.set_status(4, TrackingStatus.ACTIVE, at=NIGHT + HOUR)
        tx.trackings.set_status(5, TrackingStatus.ACTIVE, at=NIGHT - timedelta(minutes=1))
        tx.runs.add(new_run("on-demand-1", RunKind.ON_DEMAND), [6])
        reading = tx.readings.add(new_reading("on-demand-1", recognised("1")))
        save_outcome(tx, locked(tx, "on-demand-1", 6), reading, EXPOSED, at=NIGHT)
    with store.read() as tx:
        assert tx.watch.without_task(new_run()) == Affected(2, (2, 5))
        assert tx.watch.count_awaited(NIGHT) == 4


def test_a_look_is_stuck_whose_task_runs_in_an_open_run_and_began_long_ago(store: SqlStore) -> None:
    fill(store, {1: TaskState.RUNNING, 2: TaskState.RUNNING, 3: TaskState.RETRYING})
    with store.begin() as tx:
        for tracking_id, minutes in ((1, 0), (2, 0), (2, 50)):
            message = CrawlMessage(RUN, tracking_id, receipt(f"m{tracking_id}-{minutes}"))
            tx.attempts.start(
                locked(tx, RUN, tracking_id), message, at=NIGHT + timedelta(minutes=minutes), page_loads=0
            )
        assert tx.watch.stuck(NIGHT + timedelta(minutes=30)) == Affected(1, (1,))
        tx.runs.close(RUN, at=LATER, status=RunStatus.CLOSED, summary={})
        assert tx.watch.stuck(NIGHT + timedelta(minutes=30)) == Affected(0)


def test_open_runs_are_given_newest_first(store: SqlStore) -> None:
    with store.begin() as tx:
        for hours, run_id in enumerate(("a", "b", "c", "d")):
            tx.runs.add(new_run(run_id, RunKind.MANUAL, NIGHT + hours * HOUR), None)
        tx.runs.close("c", at=LATER, status=RunStatus.CLOSED, summary={})
        assert [run.id for run in tx.watch.open_runs(2)] == ["d", "b"]


def test_a_problem_that_is_seen_again_is_the_same_finding_until_it_is_gone(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.watch.record([OPEN, DEAD], repairs={}, at=NIGHT)
        tx.watch.record([DEAD], repairs={DEAD.key: "비웠습니다"}, at=LATER)
        first, second = tx.watch.open_findings()
        assert (first.problem, first.first_seen_at, first.last_seen_at) == (OPEN, NIGHT, NIGHT)
        assert (second.problem, second.first_seen_at, second.last_seen_at) == (DEAD, NIGHT, LATER)
        assert second.repair == "비웠습니다"
        tx.watch.resolve({OPEN.key, "never seen"}, at=LATER)
        assert [found.problem for found in tx.watch.open_findings()] == [DEAD]
        tx.watch.record([OPEN], repairs={}, at=LATER + HOUR)
        assert [found.first_seen_at for found in tx.watch.open_findings()] == [NIGHT, LATER + HOUR]


def test_what_is_to_be_raised_is_new_or_has_grown_or_was_repaired(store: SqlStore) -> None:
    def due(*problems: Problem, repairs: dict[str, str] | None = None) -> list[Problem]:
        tx.watch.record(problems, repairs=repairs or {}, at=NIGHT)
        found = tx.watch.lock_unalarmed()
        for finding in found:
            tx.watch.mark_alarmed(finding, at=NIGHT)
        return [finding.problem for finding in found]

    grown = Problem(kind=DEAD.kind, subject=DEAD.subject, extent=3)
    with store.begin() as tx:
        assert due(OPEN, DEAD) == [OPEN, DEAD]
        assert due(OPEN, DEAD) == []
        assert due(grown) == [grown]
        assert due(DEAD) == []
        tx.watch.resolve({OPEN.key, DEAD.key}, at=NIGHT)
        tx.watch.record([OPEN, DEAD], repairs={OPEN.key: "마감했습니다"}, at=NIGHT)
        tx.watch.resolve({OPEN.key, DEAD.key}, at=NIGHT)
        assert [found.problem for found in tx.watch.lock_unalarmed()] == [OPEN]


def test_no_problem_is_no_statement(store: SqlStore, engine: Engine) -> None:
    with store.begin() as tx:
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        tx.watch.record([], repairs={}, at=NIGHT)
        tx.watch.resolve(set(), at=NIGHT)
    assert statements == []


def test_fifty_problems_are_one_statement(store: SqlStore, engine: Engine) -> None:
    problems = [Problem(kind=ProblemKind.RUN_OPEN, subject=f"run-{number}") for number in range(50)]
    with store.begin() as tx:
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        tx.watch.record(problems, repairs={}, at=NIGHT)
        tx.watch.resolve({problem.key for problem in problems}, at=NIGHT)
    assert len(statements) == 2


def test_two_watchdogs_at_once_raise_a_problem_once(store: SqlStore, engine: Engine) -> None:
    alarms = InMemoryAlarmChannel()
    ready = Barrier(2, timeout=20)

    def look() -> int:
        own = create_store_engine(engine.url.render_as_string(hide_password=False))
        findings = RaiseFindings(
            store=SqlStore(own),
            alarms=alarms,
            clock=ManualClock(NIGHT),
            words=KoreanWatchWords(remedies=ALARM_REMEDIES),
        )
        try:
            ready.wait()
            findings.remember([OPEN, DEAD], gone=set(), repairs={})
            return findings.raise_new()
        finally:
            own.dispose()

    with ThreadPoolExecutor(2) as pool:
        raised = [future.result(20) for future in [pool.submit(look), pool.submit(look)]]
    assert sum(raised) == 2
    assert sorted(alarm.kind for alarm in alarms.raised) == ["DEAD_LETTERS", "RUN_OPEN"]
    with store.read() as tx:
        assert len(tx.watch.open_findings()) == 2
