"""Jobs on PostgreSQL: while it is away, across a due time, inside a commit, and with three tenders at its one row."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event

import pytest

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack, wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.domain.job import ENDED
from tests.chaos.audit import Row
from tests.chaos.jobs_night import WAIT_SCALE, JobsNight, jobs_night
from tests.stack.jobs_stack import ADMIN

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Receives of a message while the database is away: at six minutes each they are a quarter of an hour.
RECEIVES = 3
#: Jobs that wait for the one worker while two minutes and an end come at once.
WAITING = 4


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to stop and to start."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def module_night(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    url = server.create_database("jobs")
    engine = create_store_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "job-database", folder, url) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


def start_again(server: PostgresServer, night: JobsNight) -> None:
    server.start()
    night.adapters.engine.dispose()


def jobs_of_system(night: JobsNight) -> list[str]:
    return [row[0] for row in night.rows("SELECT id FROM job WHERE owner = 'system' ORDER BY id")]


def test_a_database_that_is_away_across_due_times_makes_each_schedules_job_late_and_once(
    night: JobsNight, tell: Tell, server: PostgresServer
) -> None:
    running = night.hold("in_progress")
    before = night.refused_messages()
    server.stop()
    due = datetime.now(UTC)
    night.send_due(due)
    night.send_due(due, chunks=1)
    night.send_due(due)
    wait_for("receives", lambda: night.refused_messages() - before >= 3 * RECEIVES, timeout_seconds=60)
    night.tick()
    assert night.waiting_messages() == 3
    start_again(server, night)
    wait_for("messages taken", lambda: night.waiting_messages() == 0, timeout_seconds=60)
    running.let_go()
    night.own += jobs_of_system(night)
    row = night.audit("PostgreSQL away across two due times, one message of which came twice")
    tell(row)
    assert row.happened == "3 succeeded"


def test_a_database_that_goes_away_at_three_points_of_jobs_loses_none(
    night: JobsNight, tell: Tell, server: PostgresServer
) -> None:
    held = [night.hold(point) for point in ("in_progress", "after_result", "in_tend") for _ in range(2)]
    server.stop()
    for one in held:
        one.let_go()
    Event().wait(3)
    start_again(server, night)
    # What cannot save its chunk has failed, and is tried again.
    night.kills.update(one.job_id for one in held[:2])
    row = night.audit("PostgreSQL away for 3 s in progress, after the result, and in Tend, two jobs each")
    tell(row)
    assert row.happened == "6 succeeded"


def test_a_worker_that_is_killed_inside_the_commit_of_its_end_has_ended_nothing(night: JobsNight, tell: Tell) -> None:
    for held in [night.hold("before_commit") for _ in range(2)]:
        night.kill(held)
    row = night.audit("worker of a job killed inside its last transaction (PostgreSQL), twice")
    tell(row)
    assert row.happened == "2 succeeded"


def test_two_minutes_and_an_end_at_once_admit_one_job_for_one_slot(night: JobsNight, tell: Tell) -> None:
    night.jobs.manage_pool.set_limits(ADMIN, least=1, most=1)
    busiest = 0
    for turn in range(2):
        first = night.hold("in_tend")
        jobs = [night.chunks(1) for _ in range(WAITING)]
        files = [night.arm("tick_begins", f"{turn}-{number}") for number in range(2)]
        for file in files:
            night.start_minute(file.name.partition("-")[2])
        for one in (first, *(night.wait_held(file) for file in files)):
            one.let_go()

        def is_over() -> bool:
            nonlocal busiest
            busiest = max(busiest, night.rows("SELECT count(*) FROM job WHERE state IN ('QUEUED', 'RUNNING')")[0][0])
            return all(night.job(job_id).state in ENDED for job_id in jobs)  # noqa: B023 - called at once

        wait_for("ends", is_over, timeout_seconds=60)
    row = night.audit("two minutes and an end at once for one slot, twice")
    night.jobs.manage_pool.set_limits(ADMIN, least=10, most=10)
    tell(row)
    assert row.happened == f"{2 * (WAITING + 1)} succeeded"
    assert busiest == 1
    assert {night.job(job_id).generation for job_id in night.own} == {1}
