"""`sunwi backup` and `sunwi db adopt`."""

from datetime import timedelta

import pytest

from sunwi.domain.backup import BackupState, BackupWarning
from sunwi.domain.job import JobState
from tests.backup.adoption_world import busy_world
from tests.backup.backup_examples import KEY, facts_of, record_of
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture
def _two_backups(container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.backups.record(record_of(warnings=(BackupWarning.SHRUNK,)))
        failed = record_of("job-2", facts=None, key=None, state=BackupState.FAILED, failure_code="timed_out")
        tx.backups.record(failed)


def test_a_backup_is_submitted_as_a_critical_job(sunwi: CommandLine, container: FakeContainer) -> None:
    output = sunwi("backup", "now", "--json")
    document = output.document()
    assert (output.code, document["work"], document["priority"], document["params"]) == (0, "backup", "critical", {})
    assert "백업" in sunwi("backup", "now").out
    with container.adapters.store.read() as tx:
        assert tx.jobs.get(document["job_id"]) is not None


@pytest.mark.usefixtures("_two_backups")
def test_backups_are_listed_newest_first_with_what_is_odd_about_them(sunwi: CommandLine) -> None:
    output = sunwi("backup", "list")
    assert output.code == 0
    for words in ("sunwi_prod_20260102_030000.dump", "정상", "12.3 MB", "절반 이하", "실패", "시간 초과"):
        assert words in output.out
    document = sunwi("backup", "list", "--json").document()
    assert [backup["job_id"] for backup in document["backups"]] == ["job-2", "job-1"]
    assert document["backups"][1]["facts"] == facts_of().as_document()
    assert document["backups"][1]["warnings"] == ["shrunk"]
    assert document["backups"][0]["facts"] is None


def test_where_there_is_none_it_says_how_to_make_one(sunwi: CommandLine) -> None:
    assert "sunwi backup now" in sunwi("backup", "list").out
    output = sunwi("backup", "verify", "latest")
    assert output.code == 2
    assert "sunwi backup list" in output.err


@pytest.mark.usefixtures("_two_backups")
@pytest.mark.parametrize("typed", ["latest", KEY, KEY.rpartition("/")[2]])
def test_a_backup_is_verified_and_restored_by_any_of_its_names(sunwi: CommandLine, typed: str) -> None:
    verified = sunwi("backup", "verify", typed, "--json").document()
    assert (verified["work"], verified["params"]) == ("verify", {"key": KEY})
    restored = sunwi("backup", "restore", typed, "--into", "copy", "--json").document()
    assert (restored["work"], restored["params"]) == ("restore", {"key": KEY, "into": "copy"})


@pytest.mark.usefixtures("_two_backups")
def test_what_is_no_name_of_a_database_is_refused(sunwi: CommandLine) -> None:
    output = sunwi("backup", "restore", "latest", "--into", "a b")
    assert (output.code, "into" in output.err) == (2, True)
    assert sunwi("backup", "restore", "latest").code == 2


def test_a_restored_database_is_adopted_and_again_nothing(sunwi: CommandLine, container: FakeContainer) -> None:
    world, ids = busy_world(container.adapters.store, running=2, queued=1, waiting=0)
    container.own_clock.at = world.clock.at + timedelta(minutes=10)
    tried = sunwi("db", "adopt", "--dry-run", "--json").document()
    assert (tried["dry_run"], len(tried["jobs"]), tried["workers"]) == (True, 3, 2)
    assert world.job(ids[0]).state is JobState.RUNNING
    output = sunwi("db", "adopt")
    assert output.code == 0
    assert "작업 3건 (대기 3)" in output.out
    assert {world.job(job_id).state for job_id in ids} == {JobState.PENDING}
    assert sunwi("db", "adopt", "--json").document() == {
        "dry_run": False,
        "jobs": [],
        "runs": [],
        "workers": 0,
        "notices": 0,
        "sessions": 0,
    }


def test_a_database_in_use_is_left_alone_unless_asked_twice(sunwi: CommandLine, container: FakeContainer) -> None:
    world, _ = busy_world(container.adapters.store, running=1, queued=0, waiting=0)
    with container.adapters.store.begin() as tx:
        tx.job_queue.record_tick(world.clock.now())
    container.own_clock.at = world.clock.at + timedelta(seconds=10)
    output = sunwi("db", "adopt")
    assert (output.code, "--in-use" in output.err) == (2, True)
    assert len(sunwi("db", "adopt", "--in-use", "--json").document()["jobs"]) == 1
