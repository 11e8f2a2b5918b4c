"""A dump taken while jobs run, restored on another machine and adopted: each job ends once."""

from collections import Counter
from io import BytesIO

from sqlalchemy import Engine

from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobState
from tests.backup.adoption_world import LATER, WORKERS, adoption_of, busy_world, on_new_machine, run_to_the_end


def test_each_of_five_jobs_that_ran_while_the_dump_was_taken_ends_once_where_it_is_restored(
    dumps: PostgresDumps, postgres_engine: Engine, empty_database: str, restored_engine: Engine
) -> None:
    old, ids = busy_world(SqlStore(postgres_engine))
    with dumps.dump(lambda _done: None) as stream:
        data = b"".join(iter(lambda: stream.read(1 << 16), b""))
    # The old machine goes on, and ends them before it is lost.
    old.clock.at += LATER
    for job_id in ids:
        with old.store.begin() as tx:
            tx.jobs.request_cancel(job_id, at=old.clock.now())
    dumps.restore(BytesIO(data), empty_database, lambda _done: None, approve=lambda: None)
    new = on_new_machine(SqlStore(restored_engine), old)
    assert {new.job(job_id).state for job_id in ids[:5]} == {JobState.RUNNING}
    for _ in range(2):
        adoption = adoption_of(new).adopt()
    assert adoption.jobs == []
    new.set_pool(workers=WORKERS, least=1, most=WORKERS)
    run_to_the_end(new, ids)
    assert {new.job(job_id).state for job_id in ids} == {JobState.SUCCEEDED}
    assert Counter(new.chunks_done) == {(job_id, chunk): 1 for job_id in ids for chunk in (1, 2)}
    with new.store.read() as tx:
        ends = [attempt.outcome for job_id in ids for attempt in tx.jobs.attempts_of(job_id)]
        counted = sum(counts.count for counts in tx.job_history.counts(new.clock.now().replace(year=2025)))
    assert None not in ends
    assert counted == len(ids), "each is counted once"
