"""What the tender and the workers ask again and again is answered by an index, however much has ended."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, event, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.job import Job, JobFailure, JobKey, JobProgress, JobState
from sunwi.domain.job_admission import PassedOver
from sunwi.domain.job_list import FailedJobs, JobFilter, JobQuery
from sunwi.domain.job_priority import Priority
from sunwi.domain.job_request import JobRequest
from sunwi.service.ports.outside import Transaction
from tests.examples import NIGHT
from tests.jobs.job_examples import SECOND, ending, new_job, stored

KIM = Actor(owner="kim-7", role=Role.ADVERTISER)
AGENCY = Actor(owner="kim-7", role=Role.AGENCY, agency_id=1)
PASSED = PassedOver(works=frozenset({"report"}), lanes=frozenset({("lookup", "pc")}))
KEY = JobKey("00001", 1)
ENDED, WAITING = 20_000, 2_000

#: Indexes of which a planner may choose one → what is asked.
ASKED: list[tuple[set[str], Callable[[Transaction], object]]] = [
    ({"ix_job_waiting"}, lambda tx: tx.job_queue.best(NIGHT, 10, PassedOver())),
    ({"ix_job_waiting"}, lambda tx: tx.job_queue.best(NIGHT, 10, PASSED)),
    ({"ix_job_waiting", "ix_job_active"}, lambda tx: tx.job_queue.best(NIGHT, 10, PassedOver(people=True))),
    ({"ix_job_waiting"}, lambda tx: tx.job_queue.line(NIGHT, 10, PassedOver())),
    ({"ix_job_busy"}, lambda tx: tx.job_queue.line(NIGHT, 10, PassedOver())),
    ({"ix_job_waiting"}, lambda tx: tx.job_queue.lock_pool_if_any_waits(NIGHT)),
    ({"ix_job_waiting"}, lambda tx: tx.job_queue.has_urgent(NIGHT, since=NIGHT)),
    ({"ix_job_waiting", "ix_job_overdue", "ix_job_active"}, lambda tx: tx.job_queue.count_waiting(NIGHT)),
    ({"ix_job_busy"}, lambda tx: tx.job_queue.busy()),
    ({"ix_job_busy"}, lambda tx: tx.job_queue.admitted_before(NIGHT)),
    ({"ix_job_busy"}, lambda tx: tx.job_queue.list_overdue(NIGHT)),
    ({"ix_job_overdue"}, lambda tx: tx.job_queue.expire_waiting(NIGHT, 100)),
    ({"pk_job"}, lambda tx: tx.job_queue.admit(["00001"], at=NIGHT)),
    ({"pk_job"}, lambda tx: tx.job_attempts.record_progress(KEY, JobProgress(percent=1))),
    ({"pk_job"}, lambda tx: tx.jobs.end(KEY, ending(JobState.FAILED), expected=JobState.RUNNING)),
    ({"ix_job_active"}, lambda tx: tx.jobs.find_active_of([("kim-7", "export"), ("kim-8", "backup")])),
    ({"ix_job_waiting", "ix_job_active", "ix_job_overdue"}, lambda tx: tx.jobs.count_waiting_of([KIM])),
    (
        {"ix_job_failed", "ix_job_owner"},
        lambda tx: tx.jobs.list_retryable(FailedJobs(wanted=JobFilter(), actor=KIM), 50),
    ),
    ({"ix_job_waiting", "ix_job_active", "ix_job_overdue"}, lambda tx: tx.jobs.count_waiting_of([AGENCY, KIM])),
    ({"ix_job_active", "ix_job_waiting"}, lambda tx: tx.job_history.waiting()),
    ({"ix_job_waiting", "ix_job_active", "ix_job_overdue"}, lambda tx: tx.job_history.oldest_waiting(NIGHT)),
    ({"pk_job"}, lambda tx: tx.jobs.page(JobQuery(wanted=JobFilter(), actor=SYSTEM, limit=50))),
    ({"ix_job_owner"}, lambda tx: tx.jobs.page(JobQuery(wanted=JobFilter(), actor=KIM, limit=50))),
    ({"ix_job_batch"}, lambda tx: tx.jobs.ids_of_batch("batch-3")),
    ({"ix_job_failed"}, lambda tx: tx.jobs.list_retryable(FailedJobs(wanted=JobFilter(), actor=SYSTEM), 50)),
    ({"ix_job_request_created"}, lambda tx: tx.job_history.delete_requests(NIGHT - timedelta(days=90), 100)),
    ({"pk_job"}, lambda tx: tx.jobs.lock(["00001", "00002"])),
    ({"pk_job"}, lambda tx: tx.jobs.seen_by(SYSTEM, ["00001", "00002"])),
    (
        {"pk_job"},
        lambda tx: tx.jobs.retry(["00001", "00002"], at=NIGHT, expires_at={"export": NIGHT}, fresh=False),
    ),
    ({"ix_job_result", "ix_job_finished"}, lambda tx: tx.job_history.drop_results(NIGHT - timedelta(days=30), 100)),
]
SQLITE_NAMES = {"pk_job": "sqlite_autoindex_job_1"}


def past(number: int) -> Job:
    """One of the many that have ended, every fiftieth badly."""
    has_failed = number % 50 == 0
    return new_job(
        f"{number:05}",
        owner=f"kim-{number % 200}",
        batch_id=f"batch-{number // 100}",
        state=JobState.FAILED if has_failed else JobState.SUCCEEDED,
        failure=JobFailure("crash") if has_failed else None,
        result=None if has_failed else {"rank": 1},
        finished_at=NIGHT - number * timedelta(minutes=10),
    )


def present(number: int) -> Job:
    """One of those that wait, a handful of which are admitted."""
    return new_job(
        f"w{number:04}",
        owner=f"kim-{number % 200}",
        priority=Priority(number % 4 - 1),
        ready_since=NIGHT - number * SECOND,
        state=JobState.QUEUED if number < 5 else JobState.PENDING,
        admitted_at=NIGHT if number < 5 else None,
    )


def plans_of(engine: Engine, ask: Callable[[Transaction], object]) -> str:
    asked: list[tuple[str, object]] = []

    def keep(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    event.listen(engine, "before_cursor_execute", keep)
    with SqlStore(engine).begin() as tx:
        ask(tx)
    event.remove(engine, "before_cursor_execute", keep)
    prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        planned = [(sql, values) for sql, values in asked if not sql.startswith(("BEGIN", "SET"))]
        rows = [row for sql, values in planned for row in connection.exec_driver_sql(prefix + sql, values)]  # type: ignore[arg-type]  # as they came
    return "\n".join(str(row) for row in rows)


def gather_statistics(engine: Engine) -> None:
    """PostgreSQL does by itself after so many rows; nobody does on SQLite."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def keyed(number: int) -> JobRequest:
    """The idempotency key of one of the many that have ended."""
    job = past(number)
    assert job.finished_at is not None
    return JobRequest(owner=job.owner, key=f"{number}", fingerprint="f", job_id=job.id, created_at=job.finished_at)


def test_what_is_asked_again_and_again_is_answered_by_an_index(engine: Engine) -> None:
    stored(SqlStore(engine), *map(past, range(ENDED)), *map(present, range(WAITING)))
    with SqlStore(engine).begin() as tx:
        assert all(tx.jobs.add_request(keyed(number)) for number in range(0, ENDED, 4))
    gather_statistics(engine)
    for indexes, ask in ASKED:
        plans = plans_of(engine, ask)
        is_sqlite = engine.dialect.name == "sqlite"
        names = {SQLITE_NAMES.get(name, name) for name in indexes} if is_sqlite else indexes
        assert any(name in plans for name in names), f"none of {indexes} is used:\n{plans}"
        assert "Seq Scan on job " not in plans, plans
        assert "SCAN job'" not in plans, plans


def test_the_line_is_walked_in_its_order_and_not_sorted(engine: Engine) -> None:
    stored(SqlStore(engine), *map(present, range(WAITING)))
    gather_statistics(engine)
    for passed in (PassedOver(), PASSED):
        plans = plans_of(engine, lambda tx, passed=passed: tx.job_queue.best(NIGHT, 10, passed))  # type: ignore[misc]  # bound at once
        assert "ix_job_waiting" in plans
        assert "Sort" not in plans
        assert "TEMP B-TREE" not in plans
