"""How often the database is asked for a job, by everything that is done with each of them."""

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobKey, JobProgress, JobState
from sunwi.domain.job_admission import PassedOver
from sunwi.service.ports.outside import Transaction
from tests.examples import NIGHT
from tests.jobs.job_examples import admitted, ending, new_job, running, stored, worker_of
from tests.statement_counts import counting

FIRST = JobKey("job-1", 1)
PASSED = PassedOver(works=frozenset({"report"}), lanes=frozenset({("lookup", "pc")}), people=False)
SUCCESS, BACK_OFF = ending(JobState.SUCCEEDED), ending(JobState.PENDING, not_before=NIGHT)
CANCEL = ending(JobState.CANCELLED, seconds=0)

#: What is done with a job → its state then, what is done, and the statements of it.
PINNED: Mapping[str, tuple[JobState, Callable[[Transaction], object], int]] = {
    "add 1": (JobState.PENDING, lambda tx: tx.jobs.add([new_job("2")]), 1),
    "lock the pool": (JobState.PENDING, lambda tx: tx.job_queue.lock_pool(), 1),
    "lock the pool if any waits": (JobState.PENDING, lambda tx: tx.job_queue.lock_pool_if_any_waits(NIGHT), 1),
    "lock no pool": (JobState.RUNNING, lambda tx: tx.job_queue.lock_pool_if_any_waits(NIGHT), 1),
    "line": (JobState.PENDING, lambda tx: tx.job_queue.line(NIGHT, 10, PASSED), 1),
    "busy": (JobState.PENDING, lambda tx: tx.job_queue.busy(), 1),
    "best": (JobState.PENDING, lambda tx: tx.job_queue.best(NIGHT, 10, PASSED), 1),
    "admit": (JobState.PENDING, lambda tx: tx.job_queue.admit(["job-1"], at=NIGHT), 2),
    "admit nothing": (JobState.QUEUED, lambda tx: tx.job_queue.admit(["job-1"], at=NIGHT), 1),
    "claim": (JobState.QUEUED, lambda tx: tx.job_attempts.claim(FIRST, worker_of(FIRST), at=NIGHT), 3),
    "claim nothing": (JobState.RUNNING, lambda tx: tx.job_attempts.claim(FIRST, worker_of(FIRST), at=NIGHT), 1),
    "hear": (JobState.RUNNING, lambda tx: tx.job_attempts.hear(FIRST, worker_of(FIRST)), 1),
    "progress": (JobState.RUNNING, lambda tx: tx.job_attempts.record_progress(FIRST, JobProgress(percent=1)), 1),
    "checkpoint": (JobState.RUNNING, lambda tx: tx.job_attempts.save_checkpoint(FIRST, {"page": 1}), 1),
    "end": (JobState.RUNNING, lambda tx: tx.jobs.end(FIRST, SUCCESS, expected=JobState.RUNNING), 3),
    "back off": (JobState.RUNNING, lambda tx: tx.jobs.end(FIRST, BACK_OFF, expected=JobState.RUNNING), 2),
    "end what waits": (
        JobState.PENDING,
        lambda tx: tx.jobs.end(JobKey("job-1", 0), CANCEL, expected=JobState.PENDING),
        2,
    ),
    "end nothing": (JobState.QUEUED, lambda tx: tx.jobs.end(FIRST, SUCCESS, expected=JobState.RUNNING), 1),
    "ask to stop": (JobState.RUNNING, lambda tx: tx.jobs.request_cancel("job-1", at=NIGHT), 1),
}


@pytest.mark.parametrize("what", PINNED)
def test_what_is_done_with_a_job_costs_as_many_statements_as_it_must(engine: Engine, what: str) -> None:
    state, do, expected = PINNED[what]
    store = SqlStore(engine)
    stored(store, new_job())
    prepare = {JobState.QUEUED: admitted, JobState.RUNNING: running}.get(state)
    if prepare is not None:
        assert prepare(store) == FIRST
    with store.begin() as tx, counting(engine) as counts:
        do(tx)
    assert counts.statements.total() == expected, counts.show()
    is_timed = what.startswith("lock") and engine.dialect.name == "postgresql"
    assert counts.control.total() == int(is_timed), counts.show()


def test_ten_thousand_jobs_cost_no_more_statements_than_a_dozen(engine: Engine) -> None:
    jobs = [new_job(f"{number:05}", batch_id="b", position=number) for number in range(10_000)]
    with counting(engine) as counts:
        stored(SqlStore(engine), *jobs)
    expected = {"sqlite": 11, "postgresql": 5}
    assert counts.statements == {"INSERT": expected[engine.dialect.name]}
    wanted = [job.id for job in jobs[:1000]]
    with SqlStore(engine).begin() as tx, counting(engine) as counts:
        assert len(tx.job_queue.admit(wanted, at=NIGHT)) == 1000
    assert counts.statements == {"UPDATE": 1, "INSERT": 1}
