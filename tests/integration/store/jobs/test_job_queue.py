"""The line of jobs that wait, their admission, and the pool."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.jobs import job_queue
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobFailure, JobKey, JobState
from sunwi.domain.job_admission import AdmissibleJob, AdmittedJob, PassedOver
from sunwi.domain.job_priority import Priority
from sunwi.domain.run import RunKind, RunStatus
from sunwi.domain.worker_pool import Paused, PoolChange, WorkerPool
from sunwi.errors import StoreUnavailable
from tests.examples import NIGHT, new_run
from tests.jobs.job_examples import SECOND, admitted, ended, ending, new_job, read_job, running, stored

TICK = timedelta(microseconds=1)
NOBODY = PassedOver()


def best(store: SqlStore, passed_over: PassedOver = NOBODY, limit: int = 100) -> list[str]:
    with store.read() as tx:
        return [job.id for job in tx.job_queue.best(NIGHT, limit, passed_over)]


def test_the_highest_priority_goes_first_then_who_is_ready_longest_then_the_row(store: SqlStore) -> None:
    stored(
        store,
        new_job("e", priority=Priority.LOW, ready_since=NIGHT - 9 * SECOND),
        new_job("d", position=2, ready_since=NIGHT),
        new_job("c", position=1, ready_since=NIGHT),
        new_job("f", position=2, ready_since=NIGHT),
        new_job("b", priority=Priority.HIGH, ready_since=NIGHT + SECOND),
        new_job("a", priority=Priority.CRITICAL, ready_since=NIGHT + 2 * SECOND),
        new_job("z", position=9, ready_since=NIGHT - SECOND),
    )
    assert best(store) == ["a", "b", "z", "c", "d", "f", "e"]
    assert best(store, limit=2) == ["a", "b"]


def test_a_microsecond_decides_over_seconds_and_centuries_alike(store: SqlStore) -> None:
    """SQLite compares instants as texts: all of them must be of one form."""
    whole = NIGHT.replace(microsecond=0)
    instants = [
        whole - timedelta(days=365 * 100),
        whole - TICK,
        whole,
        whole + TICK,
        whole + 10 * TICK,
        whole + 100_000 * TICK,
        whole + 999_999 * TICK,
        whole + SECOND,
    ]
    names = [f"{9 - number}" for number in range(len(instants))]
    stored(store, *(new_job(name, ready_since=at) for name, at in reversed(list(zip(names, instants, strict=True)))))
    assert best(store) == names


def test_a_job_waits_until_its_very_time(store: SqlStore) -> None:
    stored(store, new_job("1", not_before=NIGHT + TICK), new_job("2", not_before=NIGHT), new_job("3"))
    assert best(store) == ["2", "3"]
    with store.read() as tx:
        assert [tx.job_queue.count_waiting(at) for at in (NIGHT - TICK, NIGHT, NIGHT + TICK)] == [0, 2, 3]


def test_what_is_passed_over_lets_everything_else_by(store: SqlStore) -> None:
    stored(
        store,
        new_job("1", work="lookup", lane="pc"),
        new_job("2", work="lookup", lane="mobile"),
        new_job("3", work="report", lane="pc"),
        new_job("4", work="backup", lane=None, owner="system"),
        new_job("5", work="lookup", lane=None),
    )
    assert best(store, PassedOver(works=frozenset({"lookup", "faculty"}))) == ["3", "4"]
    assert best(store, PassedOver(lanes=frozenset({("lookup", "pc"), ("report", "mobile")}))) == ["2", "3", "4", "5"]
    assert best(store, PassedOver(people=True)) == ["4"]
    everything = PassedOver(works=frozenset({"report"}), lanes=frozenset({("lookup", "pc")}), people=True)
    assert best(store, everything) == ["4"]


def test_what_waits_is_told_with_what_its_admission_needs(store: SqlStore) -> None:
    stored(store, new_job(work="lookup", lane="pc"))
    with store.read() as tx:
        assert tx.job_queue.best(NIGHT, 1, NOBODY) == [AdmissibleJob("job-1", "lookup", "pc")]


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.PENDING])
def test_only_what_is_pending_is_in_the_line(store: SqlStore, state: JobState) -> None:
    stored(store, new_job(state=state))
    assert best(store) == []
    with store.begin() as tx:
        assert tx.job_queue.count_waiting(NIGHT) == 0
        assert not tx.job_queue.has_urgent(NIGHT, since=NIGHT)
        assert tx.job_queue.admit(["job-1"], at=NIGHT) == []


def test_admission_numbers_the_attempt_and_writes_its_row_in_the_order_given(store: SqlStore) -> None:
    stored(store, new_job("1"), new_job("2", generation=4, work="backup"), new_job("3"))
    before = read_job(store, "2")
    with store.begin() as tx:
        found = tx.job_queue.admit(["3", "2", "9"], at=NIGHT + SECOND)
        assert tx.job_queue.admit(["3", "2"], at=NIGHT + SECOND) == []
        assert tx.job_queue.admit([], at=NIGHT) == []
    assert found == [AdmittedJob(JobKey("3", 1), "export"), AdmittedJob(JobKey("2", 5), "backup")]
    assert read_job(store, "2") == replace(
        before, state=JobState.QUEUED, generation=5, admitted_at=NIGHT + SECOND, version=before.version + 1
    )
    with store.read() as tx:
        [attempt] = tx.jobs.attempts_of("2")
    assert (attempt.generation, attempt.admitted_at, attempt.worker_id) == (5, NIGHT + SECOND, None)


def test_busy_are_the_admitted_and_the_running_by_kind(store: SqlStore) -> None:
    stored(store, new_job("1"), new_job("2"), new_job("3"), new_job("4", work="backup"), new_job("5"))
    admitted(store, "1")
    running(store, "2")
    ended(store, ending(JobState.SUCCEEDED), "3")
    running(store, "4")
    with store.read() as tx:
        assert tx.job_queue.busy() == {"export": 2, "backup": 1}


def test_the_line_is_what_is_busy_and_the_best_of_what_waits(store: SqlStore) -> None:
    waiting = [new_job(f"w{number:02}", priority=Priority(number % 4 - 1), position=9 - number) for number in range(9)]
    stored(store, *waiting, new_job("1"), new_job("2"), new_job("3", work="backup", lane="pc"), new_job("4"))
    admitted(store, "1")
    running(store, "3")
    ended(store, ending(JobState.SUCCEEDED), "4")
    for limit, passed in ((3, NOBODY), (100, NOBODY), (100, PassedOver(works=frozenset({"export"})))):
        with store.read() as tx:
            line = tx.job_queue.line(NIGHT, limit, passed)
            assert line.busy == tx.job_queue.busy() == {"export": 1, "backup": 1}
            assert line.head == tx.job_queue.best(NIGHT, limit, passed)
    with store.read() as tx:
        assert tx.job_queue.line(NIGHT - TICK, 100, NOBODY).head == []


def test_the_pool_is_locked_for_whoever_waits_and_for_nobody_else(store: SqlStore) -> None:
    stored(store, new_job(not_before=NIGHT))
    with store.begin() as tx:
        assert tx.job_queue.lock_pool_if_any_waits(NIGHT - TICK) is None
        assert tx.job_queue.lock_pool_if_any_waits(NIGHT) == tx.job_queue.pool()
    running(store)
    with store.begin() as tx:
        assert tx.job_queue.lock_pool_if_any_waits(NIGHT) is None


def test_urgent_is_what_is_normal_or_above_and_whose_time_has_come(store: SqlStore) -> None:
    stored(store, new_job("1", priority=Priority.LOW), new_job("2", not_before=NIGHT + SECOND))
    with store.read() as tx:
        assert [tx.job_queue.has_urgent(at, since=NIGHT) for at in (NIGHT, NIGHT + SECOND)] == [False, True]


def test_executions_are_asked_of_what_was_admitted_long_enough_ago(store: SqlStore) -> None:
    stored(store, *(new_job(name) for name in "1234"))
    for name, at in {"3": NIGHT - 3 * SECOND, "1": NIGHT - 2 * SECOND, "2": NIGHT}.items():
        with store.begin() as tx:
            tx.job_queue.admit([name], at=at)
    with store.read() as tx:
        assert [job.id for job in tx.job_queue.admitted_before(NIGHT)] == ["3", "1"]


def test_what_waits_or_is_queued_is_overdue_at_its_very_time(store: SqlStore) -> None:
    failure = JobFailure("page_timed_out", {"seconds": 30}, "the page took too long")
    stored(
        store,
        new_job("1", expires_at=NIGHT),
        new_job("2", expires_at=NIGHT - SECOND, state=JobState.QUEUED),
        new_job("3", expires_at=NIGHT - SECOND, state=JobState.RUNNING),
        new_job("4", expires_at=NIGHT + TICK),
        new_job("5", expires_at=NIGHT - SECOND, state=JobState.EXPIRED),
        new_job("6", expires_at=NIGHT - SECOND, failure=failure, ran_seconds=7.0),
    )
    with store.read() as tx:
        assert [job.id for job in tx.job_queue.list_overdue(NIGHT)] == ["2"]
    with store.begin() as tx:
        assert [tx.job_queue.expire_waiting(NIGHT, limit).number for limit in (1, 9, 9)] == [1, 1, 0]
    first, last = read_job(store, "1"), read_job(store, "6")
    assert (first.state, first.finished_at, first.version) == (JobState.EXPIRED, NIGHT, 2)
    assert first.failure is not None
    assert (first.failure.code, last.failure) == ("expired", failure)
    with store.read() as tx:
        counts = {(one.code, one.count, one.seconds) for one in tx.job_history.counts(NIGHT)}
    assert counts == {("expired", 1, 0.0), ("page_timed_out", 1, 7.0)}


@pytest.mark.parametrize("kind", RunKind)
def test_a_run_is_open_for_jobs_while_the_daily_one_is(store: SqlStore, kind: RunKind) -> None:
    with store.begin() as tx:
        assert not tx.job_queue.has_open_run()
        run = tx.runs.add(replace(new_run(), kind=kind), None)
        assert tx.job_queue.has_open_run() is (kind is RunKind.SCHEDULED)
        tx.runs.close(run.id, at=NIGHT, status=RunStatus.CLOSED, summary={})
        assert not tx.job_queue.has_open_run()


def test_the_pool_begins_with_one_worker_of_ten(store: SqlStore) -> None:
    with store.read() as tx:
        pool = tx.job_queue.pool()
        assert tx.job_queue.pool_changes(9) == []
        assert tx.job_queue.paused_at() is None
    assert replace(pool, changed_at=NIGHT) == WorkerPool(workers=1, least=1, most=10, changed_at=NIGHT)


def test_every_change_of_the_pool_is_kept_with_its_reason(store: SqlStore) -> None:
    with store.begin() as tx:
        first = tx.job_queue.lock_pool()
        grown = replace(first, workers=4, changed_at=NIGHT, reason="many_waiting")
        tx.job_queue.save_pool(grown, before=first)
        paused = replace(grown, paused=Paused.PEOPLE, changed_at=NIGHT, reason="paused", changed_by="cli:root", most=6)
        tx.job_queue.save_pool(paused, before=grown)
        resumed = replace(paused, paused=Paused.NOBODY, changed_at=NIGHT + SECOND, reason="resumed")
        tx.job_queue.save_pool(resumed, before=paused)
    with store.read() as tx:
        assert tx.job_queue.pool() == resumed
        changes = tx.job_queue.pool_changes(2)
        assert tx.job_queue.paused_at() == NIGHT
        assert len(tx.job_queue.pool_changes(9)) == 3
    assert changes == [
        PoolChange(at=NIGHT + SECOND, before=4, after=4, paused=Paused.NOBODY, reason="resumed", changed_by="cli:root"),
        PoolChange(at=NIGHT, before=4, after=4, paused=Paused.PEOPLE, reason="paused", changed_by="cli:root"),
    ]


def test_a_tick_is_stored_every_half_minute_and_changes_nothing_else(store: SqlStore) -> None:
    seen = []
    with store.begin() as tx:
        before = tx.job_queue.pool()
        for after in (0, 29, 30, 45, 90):
            tx.job_queue.record_tick(NIGHT + after * SECOND)
            seen.append(tx.job_queue.pool().ticked_at)
        assert replace(tx.job_queue.pool(), ticked_at=None) == before
    assert seen == [NIGHT + after * SECOND for after in (0, 0, 30, 30, 90)]


def test_nobody_waits_for_the_pool_for_long(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's writers wait for one another by its own busy timeout, shortened here."""
    monkeypatch.setattr(job_queue, "POOL_LOCK_SECONDS", 0.1)
    monkeypatch.setattr("sunwi.adapters.sql.connection.sqlite_engine.SQLITE_BUSY_SECONDS", 0.1)
    other = create_store_engine(engine.url.render_as_string(hide_password=False))
    with SqlStore(engine).begin() as tx:
        tx.job_queue.lock_pool()
        with pytest.raises(StoreUnavailable, match=re.compile("lock")), SqlStore(other).begin() as second:
            second.job_queue.lock_pool()
    other.dispose()


def test_three_who_admit_at_once_never_take_more_than_there_are_workers(engine: Engine) -> None:
    stored(SqlStore(engine), *(new_job(f"{number:03}") for number in range(12)))
    url = engine.url.render_as_string(hide_password=False)

    def admit(_: int) -> list[str]:
        own, taken = create_store_engine(url), []
        for _ in range(6):
            with SqlStore(own).begin() as tx:
                slots = tx.job_queue.lock_pool().workers + 3 - sum(tx.job_queue.busy().values())
                wanted = [job.id for job in tx.job_queue.best(NIGHT, min(slots, 1), NOBODY)]
                taken += [job.key.job_id for job in tx.job_queue.admit(wanted, at=NIGHT)]
        own.dispose()
        return taken

    with ThreadPoolExecutor(3) as pool:
        taken = sorted(job_id for ids in pool.map(admit, range(3)) for job_id in ids)
    assert taken == ["000", "001", "002", "003"]
