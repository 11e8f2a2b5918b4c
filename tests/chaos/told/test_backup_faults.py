"""Backups of a PostgreSQL database on the deployed stack: killed at each point, refused, and without the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event

import psutil
import pytest

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack, wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from tests.backup.fill_database import fill, fill_with
from tests.chaos.audit import Row
from tests.chaos.jobs_night import WAIT_SCALE, Held, JobsNight, jobs_night
from tests.chaos.overlay.held.points import ANY
from tests.chaos.told.backup_audit import audit_backups
from tests.stack.jobs_stack import ADMIN, without_permission

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Points of a backup, in the order in which it comes by.
POINTS = ("half_stored", "stored", "written_down")
#: Three parts of 5 MB: hashes in hex are halved by a dump.
MEGABYTES = 28


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to stop and to start."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def module_night(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    url = server.create_database("sunwi")
    engine = create_store_engine(url)
    upgrade_schema(engine)
    fill(engine)
    fill_with(engine, MEGABYTES)
    engine.dispose()
    folder = tmp_path_factory.mktemp("backups")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "backups", folder, url) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


def back_up(night: JobsNight) -> str:
    job_id = night.jobs.submit_job.submit(ADMIN, JobOrder(work="backup", params={})).job.id
    night.own.append(job_id)
    return job_id


def hold(night: JobsNight, point: str) -> Held:
    """Bring a new backup to a point, and hold its worker there."""
    back_up(night)
    file = night.arm(point, ANY)
    night.nudge()
    return night.wait_held(file)


def audit(night: JobsNight, fault: str) -> Row:
    healed_at = datetime.now(UTC)
    night.settle()
    return audit_backups(night.books, fault, night.own, healed_at=healed_at)


def abort_uploads(night: JobsNight) -> int:
    """Do what the bucket's rule does after a day; return how many uploads there were."""
    books = night.books
    found = books.s3.list_multipart_uploads(Bucket=books.bucket).get("Uploads", [])
    for upload in found:
        books.s3.abort_multipart_upload(Bucket=books.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    return len(found)


def no_dump_runs() -> bool:
    return not [process for process in psutil.process_iter(["name"]) if process.info["name"] == "pg_dump"]


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_is_killed_at_a_point_of_a_backup_leaves_nothing_that_counts_and_is_made_up_for(
    night: JobsNight, tell: Tell, point: str
) -> None:
    for _ in range(2):
        night.kill(hold(night, point))
    wait_for("end of the orphaned dumps", no_dump_runs)
    # Nobody is left to take back what a killed worker had stored: the bucket's own rule does, within a day.
    assert abort_uploads(night) == (2 if point == "half_stored" else 0)
    row = audit(night, f"worker of a backup killed {point.replace('_', ' ')}, twice")
    tell(row)
    assert row.happened == "2 succeeded"


def test_a_bucket_that_refuses_backups_for_two_tries_has_the_third(night: JobsNight, tell: Tell) -> None:
    worker = night.outputs.worker_core_function_name
    with without_permission(night, worker, "worker-core", "KeepBackups"):
        job_id = back_up(night)
        for attempts in (1, 2):
            night.nudge()
            wait_for(f"try {attempts}", lambda: night.job(job_id).attempts == attempts, timeout_seconds=60)  # noqa: B023 - called at once
            assert night.job(job_id).state is JobState.PENDING
            night.let_minutes_pass()
    row = audit(night, "S3 refuses two tries of a backup (its permission is gone)")
    tell(row)
    assert row.happened == "1 succeeded"
    assert night.job(job_id).attempts == 3


def test_a_bucket_that_refuses_for_good_fails_clearly_and_is_recorded(night: JobsNight, tell: Tell) -> None:
    worker = night.outputs.worker_core_function_name
    with without_permission(night, worker, "worker-core", "KeepBackups"):
        job_id = back_up(night)
        row = audit(night, "S3 refuses every try of a backup")
    night.tick()
    tell(row)
    assert row.happened == "1 failed"
    failure = night.job(job_id).failure
    assert failure is not None
    assert failure.code == "backup_not_stored"
    assert night.rows("SELECT state, failure_code FROM backup WHERE job_id = :id", id=job_id) == [
        ("failed", "backup_not_stored")
    ]


def test_a_database_that_goes_away_half_way_costs_a_try(night: JobsNight, tell: Tell, server: PostgresServer) -> None:
    held = hold(night, "half_stored")
    server.stop()
    held.let_go()
    Event().wait(2)
    server.start()
    night.adapters.engine.dispose()
    row = audit(night, "PostgreSQL away for 2 s in the middle of a dump")
    tell(row)
    assert row.happened == "1 succeeded"
    assert no_dump_runs()


def test_a_cancel_in_the_middle_ends_the_dump_and_leaves_nothing(night: JobsNight, tell: Tell) -> None:
    held = hold(night, "half_stored")
    night.jobs.cancel_job.cancel(ADMIN, night.own[0])
    held.let_go()
    row = audit(night, "backup cancelled half stored")
    tell(row)
    assert row.happened == "1 cancelled"
    assert no_dump_runs()
