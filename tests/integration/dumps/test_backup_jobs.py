"""Backups as jobs, by PostgreSQL's own programs into the local stack's bucket, under faults."""

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from sunwi.adapters.aws.backup_files import S3BackupFiles
from sunwi.adapters.process.process_tree import kill_trees
from sunwi.adapters.process.worker_process import OwnProcess
from sunwi.adapters.sql.dumps import postgres_dumps
from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps
from sunwi.adapters.sql.dumps.sqlite_dumps import SqliteDumps
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.backup import BACKUP, RESTORE, VERIFY, BackupState
from sunwi.domain.job import JobState
from sunwi.service.ports.kept.backups import ByteStream
from tests.backup.backup_world import BackupWorld
from tests.backup.database_sums import sums_of
from tests.backup.fill_database import fill, fill_with
from tests.integration.dumps.conftest import BUCKET, SMALL_PART, access_to, client_programs
from tests.integration.dumps.test_backup_files import keys, uploads

#: What lives on while a job runs.
LIVE = frozenset({"job", "job_attempt", "worker", "backup", "worker_pool", "pool_change", "job_hour"})


@pytest.fixture
def backups(postgres_engine: Engine, dumps: PostgresDumps, files: S3BackupFiles) -> BackupWorld:
    """A filled database, with 12 MB that do not compress: three parts."""
    fill(postgres_engine)
    fill_with(postgres_engine, 24)
    return BackupWorld.on(SqlStore(postgres_engine), dumps=dumps, files=files)


def test_a_night_s_backup_is_stored_verified_and_restored(
    backups: BackupWorld, postgres_engine: Engine, empty_database: str, restored_engine: Engine, s3: Any
) -> None:
    done = backups.do(BACKUP)
    assert done.state is JobState.SUCCEEDED, done.failure
    assert done.result is not None
    key = done.result["key"]
    assert keys(s3) == [key, f"{key}.json"]
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] == done.result["size_bytes"] > 2 * SMALL_PART
    assert backups.do(VERIFY, key=key).state is JobState.SUCCEEDED
    restored = backups.do(RESTORE, key=key, into=empty_database)
    assert restored.state is JobState.SUCCEEDED, restored.failure
    assert sums_of(restored_engine, without=LIVE) == sums_of(postgres_engine, without=LIVE)
    assert backups.outbox.ends == [("backup", "good"), ("verify", "good"), ("restore", "good")]
    again = backups.do(RESTORE, key=key, into=empty_database)
    assert again.failure is not None
    assert again.failure.code == "restore_not_empty"


def test_sqlite_is_backed_up_by_the_same_job(sqlite_engine: Engine, files: S3BackupFiles, s3: Any) -> None:
    fill(sqlite_engine)
    backups = BackupWorld.on(SqlStore(sqlite_engine), dumps=SqliteDumps(sqlite_engine), files=files)
    done = backups.do(BACKUP)
    assert done.state is JobState.SUCCEEDED, done.failure
    assert done.result is not None
    assert keys(s3)[0] == done.result["key"] == "backups/monthly/sunwi_prod_20260102_030000.db.gz"
    assert backups.do(RESTORE, key=done.result["key"], into="copy").state is JobState.SUCCEEDED


class Faults:
    """What can be done to a world."""

    def __init__(self, world: BackupWorld, s3: Any, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        self.world, self.s3, self.monkeypatch, self.url = world, s3, monkeypatch, url
        self.hooks: list[tuple[str, Any]] = []

    def newer_server(self) -> None:
        self.monkeypatch.setattr(postgres_dumps, "server_major", lambda _engine: 18)

    def wrong_password(self) -> None:
        wrong = make_url(self.url).set(password="of-yesterday")  # noqa: S106 - a made-up one
        access = access_to(wrong.render_as_string(hide_password=False))
        self.world.dumps = replace(self.world.dumps, access=access)

    def bucket_refuses(self) -> None:
        self.world.files = S3BackupFiles(self.s3, "somebody-elses")

    def bucket_breaks_off(self) -> None:
        parts = 0

        def break_off(**_named: Any) -> None:
            nonlocal parts
            parts += 1
            if parts >= 2:
                raise ConnectionClosedError(endpoint_url="https://files.s3.invalid")

        self.s3.meta.events.register("before-call.s3.UploadPart", break_off)
        self.hooks.append(("before-call.s3.UploadPart", break_off))

    def killed_half_way(self) -> None:
        put = self.world.files.put

        def kill(key: str, stream: ByteStream) -> None:
            put(key, _Killing(stream))

        self.world.files = _Files(self.world.files, kill)

    def at_601_seconds(self) -> None:
        describe = self.world.dumps.describe

        def slowly() -> object:
            self.world.clock.advance(seconds=601)
            return describe()

        self.world.dumps = _Dumps(self.world.dumps, slowly)


class _Killing:
    """Kills the program that is read from, in the second part."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream, self.passed = stream, 0

    def read(self, size: int, /) -> bytes:
        piece = self.stream.read(min(size, 1 << 20))
        self.passed += len(piece)
        if SMALL_PART < self.passed <= SMALL_PART + (1 << 20):
            [program] = client_programs()
            program.send_signal(signal.SIGKILL)
        return piece + (self.read(size - len(piece)) if piece and len(piece) < size else b"")


class _Files:
    """Files whose `put` is another."""

    def __init__(self, files: Any, put: Callable[[str, ByteStream], None]) -> None:
        self.files, self.put = files, put

    def __getattr__(self, name: str) -> Any:
        return getattr(self.files, name)


class _Dumps:
    """Dumps whose `describe` is another."""

    def __init__(self, dumps: Any, describe: Callable[[], object]) -> None:
        self.dumps, self.describe = dumps, describe

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dumps, name)


@pytest.fixture
def faults(backups: BackupWorld, s3: Any, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> Iterator[Faults]:
    made = Faults(backups, s3, monkeypatch, postgres_url)
    yield made
    for name, hook in made.hooks:
        s3.meta.events.unregister(name, hook)


@pytest.mark.parametrize(
    ("fault", "code", "tries"),
    [
        ("newer_server", "dump_client_too_old", 1),
        ("wrong_password", "dump_login_refused", 3),
        ("bucket_refuses", "backup_not_stored", 3),
        ("bucket_breaks_off", "backup_not_stored", 3),
        ("killed_half_way", "dump_program_killed", 3),
        ("at_601_seconds", "backup_out_of_time", 3),
    ],
)
def test_a_fault_ends_clearly_is_told_and_leaves_nothing_that_looks_whole(
    faults: Faults, fault: str, code: str, tries: int
) -> None:
    backups, s3 = faults.world, faults.s3
    getattr(faults, fault)()
    started = backups.clock.now()
    job = backups.do(BACKUP)
    assert (job.state, job.attempts) == (JobState.FAILED, tries)
    assert job.failure is not None
    assert job.failure.code == code
    assert "of-yesterday" not in f"{job.failure}"
    waited = backups.clock.now() - started
    assert waited.total_seconds() >= (tries - 1) * 300
    assert (keys(s3), uploads(s3)) == ([], [])
    [record] = backups.records()
    assert (record.state, record.failure_code) == (BackupState.FAILED, code)
    [notice] = backups.outbox.notices.values()
    assert notice.content["failure"]["code"] == code
    assert client_programs() == []


class ClientsAlone(OwnProcess):
    """A worker's process of whose children only PostgreSQL's programs are ended: the test has others."""

    def end_children(self) -> None:
        kill_trees([program.pid for program in client_programs()])


def test_a_cancel_kills_the_dump_and_takes_back_what_was_stored(
    backups: BackupWorld, s3: Any, postgres_engine: Engine
) -> None:
    """As the heartbeat hears it: children are ended from its thread."""
    job_id = backups.submit()
    worker = replace(
        backups.worker(), process=ClientsAlone(), heartbeat_seconds=0.2, clock=_real_seconds(backups), sleep=time.sleep
    )
    put = backups.files.put

    def cancel_half_way(key: str, stream: ByteStream) -> None:
        with SqlStore(postgres_engine).begin() as tx:
            tx.jobs.request_cancel(job_id, at=backups.clock.now())
        put(key, _Slow(stream))

    backups.files = _Files(backups.files, cancel_half_way)
    backups.tick.tick()
    assert (
        replace(worker, runners={BACKUP: lambda: backups.run_backup}).run(
            backups.world.key(job_id), remaining_seconds=900
        )
        == "cancelled"
    )
    assert backups.world.job(job_id).state is JobState.CANCELLED
    assert (keys(s3), uploads(s3)) == ([], [])


class _Slow:
    """A stream that takes its time."""

    def __init__(self, stream: ByteStream) -> None:
        self.stream = stream

    def read(self, size: int, /) -> bytes:
        time.sleep(0.05)
        return self.stream.read(size)


def _real_seconds(backups: BackupWorld) -> Any:
    class Clock:
        """The test's time, with seconds of its own."""

        now = staticmethod(backups.clock.now)
        monotonic = staticmethod(time.monotonic)

    return Clock()
