"""Rows of worker environments."""

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobKey
from tests.examples import NIGHT
from tests.jobs.job_examples import SECOND, worker_of


def test_a_worker_is_found_by_the_attempt_that_it_has_until_it_has_another(store: SqlStore) -> None:
    first, second = JobKey("job-1", 1), JobKey("job-2", 1)
    with store.begin() as tx:
        tx.job_attempts.hear(first, worker_of(first))
        assert tx.workers.of_attempt(first) == worker_of(first)
        assert tx.workers.of_attempt(JobKey("job-1", 2)) is None
        tx.job_attempts.hear(second, worker_of(second))
        assert tx.workers.of_attempt(first) is None
        assert tx.workers.of_attempt(second) == worker_of(second)


def test_of_two_that_have_one_attempt_the_latest_heard_of_counts(store: SqlStore) -> None:
    key = JobKey("job-1", 1)
    with store.begin() as tx:
        for name, after in {"old": 0, "new": 2, "middle": 1}.items():
            tx.job_attempts.hear(key, worker_of(key, name, seen_at=NIGHT + after * SECOND))
        found = tx.workers.of_attempt(key)
        assert found is not None
        assert found.id == "new"
        assert [worker.id for worker in tx.workers.list_all()] == ["new", "middle", "old"]


def test_workers_that_were_long_not_heard_of_are_deleted(store: SqlStore) -> None:
    key = JobKey("job-1", 1)
    with store.begin() as tx:
        for number in range(3):
            tx.job_attempts.hear(key, worker_of(key, str(number), seen_at=NIGHT + number * SECOND))
        assert tx.workers.delete_silent(NIGHT + 2 * SECOND, 1) == 1
        assert tx.workers.delete_silent(NIGHT + 2 * SECOND, 10) == 1
        assert tx.workers.delete_silent(NIGHT + 2 * SECOND, 10) == 0
        assert [worker.id for worker in tx.workers.list_all()] == ["2"]
