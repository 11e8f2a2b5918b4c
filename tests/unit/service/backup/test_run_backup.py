"""A backup counts once it was read back whole, and whatever ends it before leaves nothing that looks like one."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest

from sunwi.domain.backup import BackupState, BackupWarning
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.notice import SYSTEM_AUDIENCE, NoticeKind
from sunwi.errors import ConfigurationError, StoreUnavailable
from sunwi.service.backup.kinds import BACKUP_WORK
from tests.backup.backup_examples import AT, KEY
from tests.backup.backup_world import BackupWorld


def test_a_backup_is_stored_read_back_written_down_and_told(backups: BackupWorld) -> None:
    job = backups.do()
    data = backups.dumps.data
    assert job.state is JobState.SUCCEEDED
    assert job.priority is Priority.CRITICAL
    assert backups.files.files == {KEY: data}
    facts = backups.files.written_down[KEY]
    assert (facts.size_bytes, facts.sha256) == (len(data), sha256(data).hexdigest())
    assert (facts.database, facts.environment, facts.server_major, facts.schema_revision) == (
        "sunwi",
        "prod",
        17,
        "0020",
    )
    assert facts.counts == {"tables": 2, "entries": 7}
    assert facts.taken_at - AT < timedelta(seconds=1)
    [record] = backups.records()
    assert (record.job_id, record.state, record.facts, record.warnings) == (job.id, BackupState.GOOD, facts, ())
    assert record.checked_at == record.ended_at
    [notice] = backups.outbox.notices.values()
    assert (notice.kind, notice.audience, notice.is_urgent) == (NoticeKind.BACKUP, SYSTEM_AUDIENCE, False)
    assert notice.content["facts"] == facts.as_document()
    assert job.result == {**facts.as_document(), "warnings": []}


def test_the_kind_is_the_systems_own_with_ten_minutes_and_three_tries() -> None:
    assert BACKUP_WORK.hard_seconds == 600
    assert BACKUP_WORK.back_off.tries + 1 == 3
    assert BACKUP_WORK.place.value == "core"
    assert BACKUP_WORK.parse({}) == {}


def test_the_first_good_one_of_a_month_in_korea_is_kept_for_longer_whatever_its_day(backups: BackupWorld) -> None:
    backups.files.refuses = True
    backups.do()
    backups.files.refuses = False
    for days in (1, 2, 29, 30):
        backups.clock.at = AT + timedelta(days=days)
        backups.do()
    good = [record.key for record in reversed(backups.records()) if record.key is not None]
    assert [key.rpartition("/")[0] for key in good] == [
        "backups/monthly",
        "backups/daily",
        "backups/daily",
        "backups/monthly",
    ]


def test_each_night_is_compared_with_the_one_before(backups: BackupWorld) -> None:
    backups.do()
    backups.clock.at = AT + timedelta(days=1)
    backups.dumps.data = backups.dumps.data[:5000]
    backups.do()
    newest, oldest = backups.records()
    assert (oldest.warnings, newest.warnings) == ((), (BackupWarning.SHRUNK,))
    assert [notice.content["warnings"] for notice in backups.outbox.notices.values()] == [[], ["shrunk"]]


def test_a_slow_backup_is_good_and_warned_of(backups: BackupWorld) -> None:
    dumps = backups.dumps
    describe = dumps.describe

    def slowly() -> object:
        backups.clock.advance(seconds=310)
        return describe()

    dumps.describe = slowly
    backups.do()
    assert backups.records()[0].warnings == (BackupWarning.SLOW,)


#: What goes wrong, and the code that the failure has.
FAULTS: dict[str, tuple[Callable[[BackupWorld], None], str]] = {
    "the database breaks off half-way": (lambda world: setattr(world.dumps, "breaks_at", 5000), "retryable"),
    "the bucket refuses": (lambda world: setattr(world.files, "refuses", True), "retryable"),
    "the bucket breaks off while it is read back": (
        lambda world: setattr(world.files, "breaks_at", 5000),
        "retryable",
    ),
    "the login is refused": (
        lambda world: setattr(world.dumps, "error", StoreUnavailable("no", code="database_unreachable")),
        "database_unreachable",
    ),
    "what was stored is no dump": (lambda world: setattr(world.dumps, "data", b"x" * 9000), "backup_unreadable"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays_costs_three_tries_five_minutes_apart_and_is_told_once(
    backups: BackupWorld, fault: str
) -> None:
    inject, code = FAULTS[fault]
    inject(backups)
    job = backups.do()
    assert job.state is JobState.FAILED
    assert (job.attempts, job.failure.code) == (3, code)  # type: ignore[union-attr]  # it failed
    with backups.world.store.read() as tx:
        attempts = tx.jobs.attempts_of(job.id)
    ends = [attempt.finished_at for attempt in attempts]
    starts = [attempt.started_at for attempt in attempts]
    assert [later - earlier for earlier, later in zip(ends, starts[1:], strict=False)] == [timedelta(seconds=300)] * 2  # type: ignore[operator]
    assert backups.files.written_down == {}
    [record] = backups.records()
    assert (record.state, record.facts, record.failure_code) == (BackupState.FAILED, None, code)
    [notice] = backups.outbox.notices.values()
    assert (notice.is_urgent, notice.content["failure"]["code"]) == (True, code)
    backups.clock.advance(days=1)
    backups.tick.tick()
    assert len(backups.outbox.notices) == 1


@pytest.mark.parametrize("fault", ["the database breaks off half-way", "the bucket refuses"])
def test_nothing_of_a_dump_that_broke_off_is_in_the_bucket(backups: BackupWorld, fault: str) -> None:
    FAULTS[fault][0](backups)
    backups.do()
    assert backups.files.files == {}
    assert not backups.dumps.is_read


def test_what_was_read_back_otherwise_is_not_written_down(
    backups: BackupWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = backups.files
    put = files.put

    def spoil(key: str, stream: object) -> None:
        put(key, stream)
        files.files[key] = files.files[key][:-1] + b"!"

    monkeypatch.setattr(files, "put", spoil)
    job = backups.do()
    assert job.failure is not None
    assert job.failure.code == "backup_differs"
    assert files.written_down == {}


def test_a_newer_server_is_refused_at_once_and_told(backups: BackupWorld) -> None:
    backups.dumps.error = ConfigurationError("18", code="dump_client_too_old", server=18, client=17)
    job = backups.do()
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    [notice] = backups.outbox.notices.values()
    assert notice.content["failure"] == {"code": "dump_client_too_old", "fields": {"server": 18, "client": 17}}


def test_a_fault_that_passes_costs_one_try(backups: BackupWorld) -> None:
    backups.files.refuses = True
    job_id = backups.submit()
    assert backups.attempt(job_id) == "backed_off"
    backups.files.refuses = False
    backups.clock.advance(seconds=300)
    assert backups.attempt(job_id) == "succeeded"
    assert backups.outbox.ends == [("backup", "good")]
    assert len(backups.files.files) == 1


def test_after_ten_minutes_an_attempt_ends_by_itself_and_nothing_is_left(backups: BackupWorld) -> None:
    """The engine would end it, too, a moment later, and leave the parts that were stored to the bucket's rule."""
    original = backups.dumps.describe

    def at_601_seconds() -> object:
        found = original()
        backups.clock.advance(seconds=601)
        return found

    backups.dumps.describe = at_601_seconds
    job = backups.do()
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.code == "backup_out_of_time"
    assert backups.world.outcomes(job.id) == ["backed_off", "backed_off", "failed"]
    assert backups.files.files == {}
    assert backups.outbox.ends == [("backup", "failed")]


def test_an_end_by_the_engine_s_own_limit_is_told_as_well(backups: BackupWorld) -> None:
    job_id = backups.submit()
    for _ in range(3):
        backups.clock.at = max(backups.clock.at, backups.world.job(job_id).not_before)
        backups.tick.tick()
        backups.world.end_attempt.crashed(backups.world.key(job_id), error="Sandbox.Timedout", error_type="")
    assert backups.world.outcomes(job_id) == [AttemptOutcome.NOT_STARTED.value] * 3
    backups.tick.tick()
    assert backups.outbox.ends == [("backup", "failed")]
    [notice] = backups.outbox.notices.values()
    assert notice.content["failure"]["code"] == "cannot_start"


def test_a_cancel_in_the_middle_takes_back_what_was_stored(backups: BackupWorld) -> None:
    job_id = backups.submit()
    dump = backups.dumps.dump

    def cancelled(on_bytes: Callable[[int], None]) -> object:
        with backups.world.store.begin() as tx:
            tx.jobs.request_cancel(job_id, at=backups.clock.now())
        backups.clock.advance(seconds=2)
        return dump(on_bytes)

    backups.dumps.dump = cancelled
    assert backups.attempt(job_id) == "cancelled"
    assert (backups.files.files, backups.files.taken_back) == ({}, [KEY])
    assert backups.outbox.ends == [("backup", "failed")]
    assert backups.records()[0].failure_code == "backup_cancelled"


def test_a_backup_that_waits_for_more_than_a_day_expires_and_is_told(backups: BackupWorld) -> None:
    job_id = backups.submit()
    backups.clock.advance(hours=25)
    backups.tick.tick()
    assert backups.world.job(job_id).state is JobState.EXPIRED
    assert backups.outbox.ends == [("backup", "failed")]


def test_a_failed_one_that_is_retried_and_succeeds_is_told_again_and_counts(backups: BackupWorld) -> None:
    backups.files.refuses = True
    job = backups.do()
    backups.files.refuses = False
    with backups.world.store.begin() as tx:
        at = backups.clock.now()
        tx.jobs.retry([job.id], at=at, expires_at={"backup": at + timedelta(days=1)}, fresh=False)
    assert backups.attempt(job.id) == "succeeded"
    assert backups.outbox.ends == [("backup", "failed"), ("backup", "good")]
    [record] = backups.records()
    assert record.state is BackupState.GOOD


def test_of_two_at_once_the_later_one_comes_after_the_other_and_uses_no_try(backups: BackupWorld) -> None:
    backups.world.set_pool(workers=2, least=2, most=2)
    first, second = backups.submit(), backups.submit()
    backups.tick.tick()
    put, seen = backups.files.put, []

    def meanwhile(key: str, stream: object) -> None:
        backups.clock.advance(milliseconds=1)
        seen.append(backups.world.run(second, worker=backups.worker()))
        put(key, stream)

    backups.files.put = meanwhile
    assert backups.world.run(first, worker=backups.worker()) == "succeeded"
    assert seen == ["not_started"]
    waiting = backups.world.job(second)
    assert (waiting.state, waiting.attempts) == (JobState.PENDING, 0)
    backups.files.put = put
    backups.clock.at = waiting.not_before
    assert backups.attempt(second) == "succeeded"
    assert len(backups.files.written_down) == 2


def test_progress_names_its_steps(backups: BackupWorld) -> None:
    seen: list[tuple[str | None, int]] = []
    job_id = backups.submit()
    original = backups.files.put

    def put(key: str, stream: object) -> None:
        job = backups.world.job(job_id)
        seen.append((job.step, job.progress))
        original(key, stream)

    backups.files.put = put
    backups.attempt(job_id)
    job = backups.world.job(job_id)
    assert seen == [("dump", 3)]
    assert (job.step, job.progress) == ("verify", 100)
