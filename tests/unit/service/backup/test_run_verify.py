from datetime import timedelta

import pytest

from sunwi.domain.backup import VERIFY, BackupState
from sunwi.domain.job import JobState
from sunwi.errors import InvalidInput
from sunwi.service.backup.kinds import VERIFY_WORK
from tests.backup.backup_examples import KEY
from tests.backup.backup_world import BackupWorld


def test_a_backup_that_is_what_was_stored_is_checked_anew(backups: BackupWorld) -> None:
    backups.do()
    backups.clock.advance(days=10)
    job = backups.do(VERIFY, key=KEY)
    assert job.state is JobState.SUCCEEDED
    [record] = backups.records()
    assert record.checked_at is not None
    assert record.checked_at - record.ended_at > timedelta(days=9)
    assert backups.outbox.ends == [("backup", "good"), ("verify", "good")]


@pytest.mark.parametrize("spoil", ["changed", "cut", "no dump"])
def test_a_backup_that_is_something_else_by_now_is_broken_and_told(backups: BackupWorld, spoil: str) -> None:
    backups.do()
    data = backups.files.files[KEY]
    spoilt = {"changed": data[:-1] + b"!", "cut": data[:-100], "no dump": b"<html>"}
    backups.files.files[KEY] = spoilt[spoil]
    job = backups.do(VERIFY, key=KEY)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert backups.records()[0].state is BackupState.BROKEN
    assert backups.outbox.ends == [("backup", "good"), ("verify", "failed")]


def test_a_backup_that_merely_cannot_be_read_keeps_its_state_and_the_failure_is_told(backups: BackupWorld) -> None:
    backups.do()
    del backups.files.files[KEY]
    job = backups.do(VERIFY, key=KEY)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert backups.records()[0].state is BackupState.GOOD
    assert backups.outbox.ends == [("backup", "good"), ("verify", "failed")]


def test_a_backup_of_which_nothing_is_written_down_cannot_be_verified(backups: BackupWorld) -> None:
    backups.files.files[KEY] = backups.dumps.data
    job = backups.do(VERIFY, key=KEY)
    assert job.state is JobState.FAILED


def test_a_bucket_that_breaks_off_says_nothing_of_the_backup(backups: BackupWorld) -> None:
    backups.do()
    backups.files.breaks_at = 100
    job_id = backups.submit(VERIFY, key=KEY)
    assert backups.attempt(job_id) == "backed_off"
    assert backups.records()[0].state is BackupState.GOOD


@pytest.mark.parametrize("key", ["", "results/1/rows.json", "backups/daily/../../x", "backups/daily/", 7])
def test_only_keys_of_backups_are_taken(key: object) -> None:
    with pytest.raises(InvalidInput, match="key"):
        VERIFY_WORK.parse({"key": key})
