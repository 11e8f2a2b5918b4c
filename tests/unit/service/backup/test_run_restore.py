from typing import Any

import pytest

from sunwi.domain.actor import Actor, Role
from sunwi.domain.backup import RESTORE, Backend
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.work import Works
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.backup.kinds import RESTORE_WORK
from sunwi.service.jobs.submitting.make_job import JobPlace, make_job
from sunwi.service.ports.kept.backups import DatabaseNow, RestoreTarget
from tests.backup.backup_examples import AT, KEY, facts_of
from tests.backup.backup_world import BackupWorld

EMPTY = RestoreTarget(is_empty=True, server_major=17, schema_revision=None)


def restore(backups: BackupWorld, target: RestoreTarget | None = EMPTY, **params: Any) -> Any:
    if target is not None:
        backups.dumps.targets["copy"] = target
    return backups.do(RESTORE, **{"key": KEY, "into": "copy", **params})


def test_a_backup_is_restored_into_an_empty_database_and_told(backups: BackupWorld) -> None:
    backups.do()
    job = restore(backups)
    assert job.state is JobState.SUCCEEDED
    assert job.result["into"] == "copy"
    assert backups.dumps.restored == {"copy": backups.dumps.data}
    assert backups.outbox.ends == [("backup", "good"), ("restore", "good")]
    assert len(backups.records()) == 1, "a restore is no backup"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (RestoreTarget(is_empty=False, server_major=17, schema_revision="0020"), "restore_not_empty"),
        (RestoreTarget(is_empty=True, server_major=16, schema_revision=None), "restore_of_other_major"),
        (RestoreTarget(is_empty=True, server_major=18, schema_revision=None), "restore_of_other_major"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_read(
    backups: BackupWorld, target: RestoreTarget, code: str
) -> None:
    backups.do()
    job = restore(backups, target)
    assert (job.state, job.failure.code, job.attempts) == (JobState.FAILED, code, 1)
    assert backups.dumps.restored == {}
    assert backups.outbox.ends[-1] == ("restore", "failed")


def test_a_schema_that_this_release_does_not_know_is_refused(backups: BackupWorld) -> None:
    backups.do()
    backups.files.written_down[KEY] = facts_of(schema_revision="9999")
    assert restore(backups).failure.code == "restore_of_later_schema"


def test_a_backup_of_the_other_database_is_refused(backups: BackupWorld) -> None:
    backups.do()
    backups.dumps.now = DatabaseNow(backend=Backend.SQLITE, database="sunwi", server_major=None, schema_revision="0020")
    assert restore(backups).failure.code == "restore_of_other_backend"


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data[:-1] + b"!"])
def test_nothing_is_kept_of_what_is_not_the_backup(backups: BackupWorld, spoil: Any) -> None:
    backups.do()
    backups.files.files[KEY] = spoil(backups.files.files[KEY])
    assert restore(backups).failure.code == "backup_broken"
    assert backups.dumps.restored == {}


def test_nothing_is_kept_of_what_broke_off(backups: BackupWorld) -> None:
    backups.do()
    backups.files.breaks_at = 5000
    job = restore(backups)
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert backups.dumps.restored == {}


def test_a_database_that_has_another_schema_afterwards_is_no_success(
    backups: BackupWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.do()
    monkeypatch.setattr(backups.dumps, "restore", lambda *_arguments, **_named: None)
    assert restore(backups).failure.code == "restore_differs"


def test_a_backup_or_database_that_is_not_there_ends_it(backups: BackupWorld) -> None:
    assert restore(backups).state is JobState.FAILED
    backups.do()
    assert restore(backups, into="nowhere").state is JobState.FAILED


@pytest.mark.parametrize("into", ["", "a b", "x'; DROP DATABASE sunwi; --", "x" * 64])
def test_only_plain_names_of_databases_are_taken(into: str) -> None:
    with pytest.raises(InvalidInput, match="into"):
        RESTORE_WORK.parse({"key": KEY, "into": into})


@pytest.mark.parametrize("role", [Role.AGENCY, Role.ADVERTISER])
def test_nobody_but_operators_may_restore(role: Role) -> None:
    actor = Actor(owner="account-1", role=role, agency_id=1)
    order = JobOrder(work=RESTORE, params={"key": KEY, "into": "copy"})
    with pytest.raises(Forbidden):
        make_job(order, JobPlace(id="1", at=AT), actor=actor, works=Works((RESTORE_WORK,)))
