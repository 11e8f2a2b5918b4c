"""The watchdog notices that there is no young backup: whatever kept one from being made tells nobody by itself."""

from datetime import timedelta

from sunwi.domain.watch import ProblemKind
from tests.backup.backup_examples import facts_of, record_of
from tests.monitored_jobs import new_job
from tests.night import Night
from tests.unit.service.watchdog.test_watch_day import Watchdog


def test_a_backup_that_is_missing_is_raised_each_day_until_there_is_one(night: Night) -> None:
    watchdog = Watchdog(night, backed_up="sunwi")
    now = night.clock.now()
    with night.sql.begin() as tx:
        tx.backups.record(record_of(facts=facts_of(taken_at=now - timedelta(hours=26, minutes=1)), ended_at=now))
    for days in (1, 2):
        watchdog.check()
        watchdog.check()
        assert watchdog.raised().count(ProblemKind.BACKUP_OLD) == days
        night.clock.advance(hours=24)
    again = facts_of(key="backups/daily/2.dump", taken_at=night.clock.now())
    with night.sql.begin() as tx:
        tx.backups.record(record_of("job-2", facts=again, ended_at=again.taken_at))
    watchdog.check()
    assert ProblemKind.BACKUP_OLD not in {found.problem.kind for found in watchdog.open()}


def test_a_database_that_was_never_backed_up_is_raised_once_its_jobs_are_a_day_old(night: Night) -> None:
    watchdog = Watchdog(night, backed_up="sunwi")
    with night.sql.begin() as tx:
        tx.jobs.add([new_job(1, at=night.clock.now() - timedelta(hours=25))])
    watchdog.check()
    assert ProblemKind.BACKUP_OLD not in watchdog.raised()
    night.clock.advance(hours=2)
    watchdog.check()
    [alarm] = [one for one in watchdog.alarms.raised if one.kind == ProblemKind.BACKUP_OLD]
    assert "마지막 온전한 백업: 없음" in alarm.text


def test_nobody_expects_backups_of_a_machine_of_one_s_own(night: Night) -> None:
    watchdog = Watchdog(night)
    with night.sql.begin() as tx:
        tx.jobs.add([new_job(1, at=night.clock.now() - timedelta(hours=27))])
    watchdog.check()
    assert ProblemKind.BACKUP_OLD not in watchdog.raised()
