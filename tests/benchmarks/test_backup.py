"""A backup of 200 MB, read back and restored: seconds, MB, and memory and disk that do not grow with the database."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack
from infra.local.stack.session import REGION
from sunwi.adapters.aws.backup_files import PART_BYTES, S3BackupFiles
from sunwi.adapters.sql.connection.database_access import DatabaseAccess
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.dumps.client_programs import ClientPrograms
from sunwi.adapters.sql.dumps.postgres_dumps import PostgresDumps
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.backup import BACKUP, RESTORE, VERIFY
from sunwi.domain.job import Job, JobState
from tests.backup.backup_world import BackupWorld
from tests.backup.database_sums import sums_of
from tests.backup.fill_database import fill, fill_with

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

FEW_MEGABYTES, MANY_MEGABYTES = 20, 200
BUCKET = "files"
#: A part on its way, its copy in the client, and what Python keeps of it.
MAX_GROWTH = 6 * PART_BYTES
#: Peak memory may grow by so much from the few to the many.
MAX_MEMORY_RATIO = 1.25
CLIENT_PROGRAMS = {"pg_dump", "pg_restore", "psql"}
SAMPLE_SECONDS = 0.05
#: What lives on while a job runs.
LIVE = frozenset({"job", "job_attempt", "worker", "backup", "worker_pool", "pool_change", "job_hour"})


@dataclass
class Usage:
    """Peaks over a block: of this process and of the client programs, and of the temporary folder."""

    memory: int = 0
    programs: int = 0
    disk: int = 0
    seconds: float = 0
    _is_over: threading.Event = field(default_factory=threading.Event)

    def sample(self, folder: Path) -> None:
        here = psutil.Process()
        while not self._is_over.wait(SAMPLE_SECONDS):
            self.memory = max(self.memory, here.memory_info().rss)
            rss = 0
            for child in here.children():
                try:
                    rss += child.memory_info().rss if child.name() in CLIENT_PROGRAMS else 0
                except psutil.NoSuchProcess:
                    continue
            self.programs = max(self.programs, rss)
            self.disk = max(self.disk, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))


@contextmanager
def measured(folder: Path) -> Iterator[Usage]:
    usage = Usage()
    before, started = psutil.Process().memory_info().rss, time.monotonic()
    sampler = threading.Thread(target=usage.sample, args=[folder], daemon=True)
    sampler.start()
    try:
        yield usage
    finally:
        usage.seconds = time.monotonic() - started
        usage._is_over.set()  # noqa: SLF001 - of this module
        sampler.join()
        usage.memory = max(0, usage.memory - before)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def require(job: Job) -> Job:
    assert job.state is JobState.SUCCEEDED, job.failure
    assert job.result is not None
    return job


def measure(server: PostgresServer, stack: LocalStack, megabytes: int, folder: Path) -> dict[str, Usage]:
    """Back a database of that size up, read it again and restore it; return what each took."""
    name = f"sunwi_{megabytes}"
    url = server.create_database(name)
    engine = create_store_engine(url)
    upgrade_schema(engine)
    fill(engine)
    fill_with(engine, megabytes)
    access = DatabaseAccess(read_url=lambda: url, options=PostgresOptions())
    dumps = PostgresDumps(engine=engine, access=access, find_programs=lambda: ClientPrograms(server.programs))
    backups = BackupWorld.on(SqlStore(engine), dumps=dumps, files=S3BackupFiles(stack.client("s3"), BUCKET))
    found: dict[str, Usage] = {}
    with measured(folder) as found["backup"]:
        done = require(backups.do(BACKUP))
    assert done.result is not None
    key = done.result["key"]
    with measured(folder) as found["verify"]:
        require(backups.do(VERIFY, key=key))
    server.create_database(f"{name}_copy")
    with measured(folder) as found["restore"]:
        require(backups.do(RESTORE, key=key, into=f"{name}_copy"))
    copy = create_store_engine(server.url(f"{name}_copy"))
    assert sums_of(copy, without=LIVE) == sums_of(engine, without=LIVE)
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    print(f"\ndatabase {size / 1e6:.0f} MB, backup {done.result['size_bytes'] / 1e6:.0f} MB, {done.result['counts']}")
    for what, usage in found.items():
        print(
            f"{what:8} {usage.seconds:5.1f} s, {size / 1e6 / usage.seconds:4.0f} MB/s, memory "
            f"+{usage.memory / 1e6:.0f} MB, programs {usage.programs / 1e6:.0f} MB, temporary files "
            f"{usage.disk / 1e6:.1f} MB"
        )
    copy.dispose()
    engine.dispose()
    return found


def test_memory_and_disk_stay_flat_from_twenty_to_two_hundred_megabytes(
    server: PostgresServer, stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stack.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    few = measure(server, stack, FEW_MEGABYTES, tmp_path)
    many = measure(server, stack, MANY_MEGABYTES, tmp_path)
    for what, usage in many.items():
        assert usage.disk == few[what].disk == 0, what
        assert usage.memory <= MAX_GROWTH, what
        assert usage.programs <= MAX_MEMORY_RATIO * few[what].programs + PART_BYTES, what
