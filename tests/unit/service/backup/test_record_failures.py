"""A backup that failed is told by the alarm, too, which needs neither a channel nor the notifier."""

from sunwi.domain.backup import BACKUP, VERIFY
from sunwi.domain.job import JobState
from sunwi.service.jobs.cancel_job import CancelJob
from tests.backup.backup_examples import KEY
from tests.backup.backup_world import BackupWorld
from tests.job_world import ADMIN


def test_a_failure_is_told_and_raised_once(backups: BackupWorld) -> None:
    backups.files.refuses = True
    job = backups.do()
    backups.tick.tick()
    assert backups.outbox.ends == [("backup", "failed")]
    [alarm] = backups.alarms.raised
    assert (alarm.kind, alarm.subject) == ("BACKUP_FAILED", job.id)
    assert alarm.title == "[Sunwi 순위] [prod] 백업 실패"
    assert "사유: " in alarm.text
    assert "할 일: sunwi backup list" in alarm.text


def test_an_alarm_that_could_not_be_raised_is_raised_by_a_later_minute_and_told_once(backups: BackupWorld) -> None:
    backups.files.refuses = backups.alarms.is_away = True
    backups.do()
    assert (backups.alarms.raised, backups.records()) == ([], [])
    assert backups.outbox.ends == [("backup", "failed")]
    backups.alarms.is_away = False
    backups.tick.tick()
    backups.tick.tick()
    assert len(backups.alarms.raised) == 1
    assert [record.failure_code for record in backups.records()] == ["retryable"]
    assert backups.outbox.ends == [("backup", "failed")]


def test_a_good_backup_raises_nothing(backups: BackupWorld) -> None:
    backups.do()
    assert backups.alarms.raised == []


def test_a_backup_that_was_cancelled_before_it_began_is_told_and_raised(backups: BackupWorld) -> None:
    cancel(backups, backups.submit(BACKUP))
    assert backups.outbox.ends == [("backup", "failed")]
    [alarm] = backups.alarms.raised
    assert "사유: 끝나기 전에 취소되었습니다" in alarm.text


def test_a_verification_that_was_cancelled_is_nobody_s_loss(backups: BackupWorld) -> None:
    cancel(backups, backups.submit(VERIFY, key=KEY))
    assert (backups.outbox.ends, backups.alarms.raised) == ([], [])


def cancel(backups: BackupWorld, job_id: str) -> None:
    """Cancel a job that waits, and let a minute go by."""
    world = backups.world
    CancelJob(store=world.store, tender=world.tender, clock=world.clock).cancel(ADMIN, job_id)
    assert backups.world.job(job_id).state is JobState.CANCELLED
    backups.tick.tick()
