"""What became of backups, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.backup import RESTORE, VERIFY, WORKS, Backend, BackupState, BackupWarning
from sunwi.domain.job import JobState
from tests.backup.backup_examples import AT, KEY, facts_of, record_of
from tests.examples import NIGHT
from tests.jobs.job_examples import ended, ending, new_job, stored
from tests.statement_counts import counting

DAY = timedelta(days=1)


def test_a_backup_comes_back_as_it_was_recorded(store: SqlStore) -> None:
    record = record_of(warnings=(BackupWarning.SHRUNK, BackupWarning.SLOW))
    with store.begin() as tx:
        tx.backups.record(record)
        assert tx.backups.find(KEY) == record
        assert list(tx.backups.list(10)) == [record]


def test_a_failure_has_no_facts(store: SqlStore) -> None:
    record = record_of(
        facts=None, key=None, state=BackupState.FAILED, checked_at=None, failure_code="backup_not_stored"
    )
    with store.begin() as tx:
        tx.backups.record(record)
        assert list(tx.backups.list(10)) == [record]
        assert tx.backups.latest(Backend.POSTGRESQL, "sunwi") is None


def test_what_a_second_try_came_to_takes_the_place_of_the_first(store: SqlStore) -> None:
    failed = record_of(facts=None, key=None, state=BackupState.FAILED, failure_code="crash", checked_at=None)
    with store.begin() as tx:
        tx.backups.record(failed)
        tx.backups.record(record_of())
        assert list(tx.backups.list(10)) == [record_of()]


def test_the_latest_is_the_newest_good_one_of_that_database(store: SqlStore) -> None:
    good = record_of("job-2", facts=facts_of(key="backups/daily/2.dump"), ended_at=AT + DAY)
    others = [
        record_of("job-1"),
        record_of("job-3", facts=facts_of(key="backups/daily/3.dump", database="other"), ended_at=AT + 2 * DAY),
        record_of("job-4", state=BackupState.BROKEN, ended_at=AT + 3 * DAY),
        record_of("job-5", work=VERIFY, ended_at=AT + 4 * DAY),
        record_of("job-6", facts=facts_of(backend=Backend.SQLITE, server_major=None), ended_at=AT + 5 * DAY),
    ]
    with store.begin() as tx:
        for record in (good, *others):
            tx.backups.record(record)
        assert tx.backups.latest(Backend.POSTGRESQL, "sunwi") == good
        assert [record.job_id for record in tx.backups.list(3)] == ["job-6", "job-4", "job-3"]


def test_a_month_has_its_own_once_a_good_one_is_kept_for_longer(store: SqlStore) -> None:
    others = [
        record_of("job-1", facts=facts_of(key="backups/daily/1.dump")),
        record_of("job-2", state=BackupState.BROKEN),
        record_of("job-3", facts=facts_of(taken_at=AT - DAY)),
        record_of("job-4", facts=facts_of(database="other")),
        record_of("job-5", work=VERIFY),
    ]
    with store.begin() as tx:
        for record in others:
            tx.backups.record(record)
        assert not tx.backups.has_monthly(Backend.POSTGRESQL, "sunwi", since=AT)
        tx.backups.record(record_of("job-6"))
        assert tx.backups.has_monthly(Backend.POSTGRESQL, "sunwi", since=AT)


def test_what_is_read_again_is_marked_and_nothing_else(store: SqlStore) -> None:
    at = AT + DAY
    with store.begin() as tx:
        tx.backups.record(record_of())
        tx.backups.record(record_of("job-2", work=RESTORE, into="copy"))
        tx.backups.set_state(KEY, BackupState.BROKEN, at=at)
        broken = tx.backups.find(KEY)
        assert broken is not None
        assert (broken.state, broken.checked_at) == (BackupState.BROKEN, record_of().checked_at)
        tx.backups.set_state(KEY, BackupState.GOOD, at=at)
        found = tx.backups.find(KEY)
        assert found is not None
        assert (found.state, found.checked_at) == (BackupState.GOOD, at)
        tx.backups.set_state("backups/daily/unknown.dump", BackupState.GOOD, at=at)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.EXPIRED, JobState.CANCELLED, JobState.SUCCEEDED])
def test_jobs_that_failed_are_found_until_their_end_is_recorded(store: SqlStore, state: JobState) -> None:
    stored(store, new_job(work="backup", params={}))
    ended(store, ending(state))
    with store.begin() as tx:
        found = tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)
        assert len(found) == (state is not JobState.SUCCEEDED)
        for job in found:
            assert job.finished_at is not None
            tx.backups.record(record_of(job.id, facts=None, state=BackupState.FAILED, ended_at=job.finished_at))
        assert tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10) == []


def test_only_jobs_of_backups_that_ended_since_then_are_looked_for(store: SqlStore) -> None:
    stored(store, new_job(work="export"), new_job("job-2", work="restore", params={}))
    ended(store, ending(JobState.FAILED))
    ended(store, ending(JobState.FAILED), "job-2")
    with store.begin() as tx:
        assert [job.id for job in tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)] == ["job-2"]
        assert tx.backups.unrecorded_failures(WORKS, since=NIGHT + DAY, limit=10) == []


def test_of_what_was_cancelled_only_a_backup_is_a_failure(store: SqlStore) -> None:
    stored(store, new_job(work="verify", params={}), new_job("job-2", work="backup", params={}))
    ended(store, ending(JobState.CANCELLED))
    ended(store, ending(JobState.CANCELLED), "job-2")
    with store.begin() as tx:
        assert [job.id for job in tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)] == ["job-2"]


def test_a_failure_after_a_retry_is_another_one(store: SqlStore) -> None:
    stored(store, new_job(work="backup", params={}))
    ended(store, ending(JobState.FAILED))
    with store.begin() as tx:
        [job] = tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)
        assert job.finished_at is not None
        tx.backups.record(record_of(job.id, facts=None, state=BackupState.FAILED, ended_at=job.finished_at))
        tx.jobs.retry([job.id], at=NIGHT, expires_at={"backup": NIGHT + DAY}, fresh=False)
    ended(store, ending(JobState.FAILED, at=NIGHT + timedelta(hours=1)))
    with store.begin() as tx:
        assert len(tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)) == 1


def test_the_minute_s_question_takes_one_statement(engine: Engine, store: SqlStore) -> None:
    with counting(engine) as counts, store.read() as tx:
        tx.backups.unrecorded_failures(WORKS, since=NIGHT, limit=10)
    assert counts.statements.total() == 1
