"""Schedules on PostgreSQL, as EventBridge Scheduler sends what is due: the database away across a due time."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack, wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.domain.job_order import JobOrder
from sunwi.service.jobs.submitting.due_message import write_due_message
from tests.chaos.audit import Row
from tests.chaos.jobs_night import CHUNKS, WAIT_SCALE, JobsNight, jobs_night

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Receives of each message while the database is away: at six minutes from one to the next, ten minutes and more.
RECEIVES = 2


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to stop and to start."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def night(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    url = server.create_database("schedules")
    engine = create_store_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    folder = tmp_path_factory.mktemp("schedules")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "schedule-database", folder, url) as night:
        yield night


def fire(night: JobsNight, schedule: str, due: datetime | None) -> None:
    """Send what a schedule sends when it is due; None leaves the word that nobody has replaced."""
    body = write_due_message(schedule, JobOrder(work="chunks", params={"chunks": CHUNKS}))
    body |= {} if due is None else {"due": f"{due:%Y-%m-%dT%H:%M:%SZ}"}
    text = json.dumps(body)
    night.stack.client("sqs").send_message(QueueUrl=night.outputs.schedules_queue_url, MessageBody=text)


def test_a_database_that_is_away_for_ten_minutes_across_a_due_time_makes_each_schedules_job_late_and_once(
    night: JobsNight, tell: Tell, server: PostgresServer
) -> None:
    night.begin_row()
    before = night.refused_messages()
    server.stop()
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    for _ in range(3):
        fire(night, "backup", due)
    fire(night, "evaluation", due)
    fire(night, "archive", None)
    fire(night, "backup", due + timedelta(days=1))
    wait_for("receives", lambda: night.refused_messages() - before >= 6 * RECEIVES, timeout_seconds=90)
    assert night.waiting_messages() == 6
    server.start()
    night.adapters.engine.dispose()
    wait_for("messages taken", lambda: night.waiting_messages() == 0, timeout_seconds=60)
    night.own += [row[0] for row in night.rows("SELECT id FROM job WHERE owner = 'system' ORDER BY id")]
    keys = night.rows("SELECT key FROM job_request WHERE key LIKE 'schedule:%'")
    row = night.audit("PostgreSQL away across the due times of three schedules, one of which fired three times")
    tell(row)
    assert row.happened == "4 succeeded"
    assert sorted(key.split(":")[1] for (key,) in keys) == ["archive", "backup", "backup", "evaluation"]
