"""A worker that archives, killed at each point at which a row is on its way."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from infra.local.stack import LocalStack
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import AttemptOutcome
from sunwi.domain.job_order import JobOrder
from tests.archive.archive_world import ArchiveWorld
from tests.chaos.audit import Row
from tests.chaos.jobs_night import WAIT_SCALE, JobsNight, jobs_night
from tests.chaos.overlay.held.archive_files import NOBODY
from tests.chaos.told.archive_audit import ArchiveBooks, audit_archive
from tests.examples import NIGHT
from tests.job_world import JobWorld
from tests.stack.jobs_stack import ADMIN, kill

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
DAY = timedelta(days=1)
OTHER = Actor(owner="cli:other", role=Role.ADMIN)
#: Point → what happens there.
POINTS = {
    "behind_part": "behind a part, before its manifest",
    "behind_manifest": "behind a manifest, before the deletion",
    "in_deletes": "in the middle of deletions",
    "behind_content": "behind a reading's file, before its NULL",
}


@pytest.fixture(scope="module")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "archive", folder) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


@pytest.fixture(scope="module")
def books(module_night: JobsNight) -> ArchiveBooks:
    engine = module_night.adapters.engine
    old = ArchiveWorld(engine, JobWorld(SqlStore(engine)))
    return ArchiveBooks(old, module_night.stack.client("s3"), module_night.outputs.files_bucket_name)


#: Each row has months of its own.
_ROWS = count()


def add_old_nights(books: ArchiveBooks) -> None:
    """Store nights of two months that are old, and then one that is not."""
    number = next(_ROWS)
    first = NIGHT - 100 * number * DAY
    books.old.add_night(first, job=f"job-old-{number}")
    books.old.add_night(first + 40 * DAY)
    books.old.add_night(datetime.now(UTC).replace(microsecond=0) - (10 + number) * DAY, job=f"job-young-{number}")


def submit(night: JobsNight, actor: Actor = ADMIN) -> str:
    order = JobOrder(work="archive", params={"from_start": True})
    job_id = night.jobs.submit_job.submit(actor, order).job.id
    night.own.append(job_id)
    return job_id


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_is_killed_while_it_archives_loses_and_doubles_nothing(
    night: JobsNight, books: ArchiveBooks, tell: Tell, point: str
) -> None:
    add_old_nights(books)
    before, billed = books.rows(), books.billed()
    job_id = submit(night)
    for _ in range(2):
        file = night.arm(point, NOBODY)
        night.let_minutes_pass()
        night.tick()
        held = night.wait_held(file)
        kill(held.pid)
        night.kills[job_id] += 1
        night.wait_until_execution_ended(job_id, night.job(job_id).generation)
    night.settle()
    states = night.states()
    row = audit_archive(books, f"worker killed {POINTS[point]}, twice", before=before, billed=billed, states=states)
    tell(row)
    assert row.happened == "1 succeeded"
    assert night.job(job_id).attempts == 3


def test_two_archive_jobs_at_once_come_one_after_the_other(night: JobsNight, books: ArchiveBooks, tell: Tell) -> None:
    add_old_nights(books)
    before, billed = books.rows(), books.billed()
    submit(night)
    file = night.arm("behind_part", NOBODY)
    night.nudge()
    held = night.wait_held(file)
    submit(night, OTHER)
    night.nudge()
    night.tick_until("refusal", lambda: night.attempts(night.own[1])[-1].outcome is AttemptOutcome.NOT_STARTED)
    held.let_go()
    night.settle()
    row = audit_archive(books, "two archive jobs at once", before=before, billed=billed, states=night.states())
    tell(row)
    assert row.happened == "2 succeeded"
