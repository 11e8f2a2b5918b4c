import json
from typing import Any

import pytest

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import JobState
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.errors import BadMessage, InvalidInput
from tender.handler import handler
from tests.job_world import ADMIN, NO_OP
from tests.unit.handlers.job_functions import CONTEXT, JobFunctions

TICK = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T16:00:00Z"}


@pytest.fixture
def functions(container: CommandContainer) -> JobFunctions:
    return JobFunctions(container)


@pytest.mark.parametrize("event", [TICK, {"action": "tick"}, {"action": "nudge"}, {"action": "nudge", "urgent": True}])
def test_a_minute_or_a_nudge_admits_who_is_next(functions: JobFunctions, event: dict[str, Any]) -> None:
    job_id = functions.submit()
    assert handler(event, CONTEXT) is None  # type: ignore[func-returns-value]  # the state machine keeps what it is told
    assert functions.job(job_id).state is JobState.QUEUED
    assert list(functions.executions.executions) == [f"{job_id}-1"]


def test_an_urgent_nudge_adds_a_worker_and_a_plain_one_does_not(functions: JobFunctions) -> None:
    first, second, third = (functions.submit() for _ in range(3))
    handler({"action": "nudge"}, CONTEXT)
    assert functions.job(second).state is JobState.PENDING
    handler({"action": "nudge", "urgent": True}, CONTEXT)
    states = [functions.job(job_id).state for job_id in (first, second, third)]
    assert states == [JobState.QUEUED, JobState.QUEUED, JobState.PENDING]


def test_a_worker_that_never_claimed_lets_its_job_wait(functions: JobFunctions) -> None:
    job_id = functions.submit()
    handler(TICK, CONTEXT)
    handler({"action": "ended", "job_id": job_id, "generation": 1, "outcome": "unclaimed"}, CONTEXT)
    assert (functions.job(job_id).state, functions.job(job_id).attempts) == (JobState.PENDING, 0)


def test_a_crash_counts_as_the_attempt_it_is_of(functions: JobFunctions) -> None:
    job_id = functions.submit()
    handler(TICK, CONTEXT)
    crashed = {"action": "crashed", "job_id": job_id, "error": "Runtime.ExitError", "error_type": "Runtime.ExitError"}
    handler({**crashed, "generation": 2}, CONTEXT)
    assert functions.job(job_id).attempts == 0
    handler({**crashed, "generation": 1}, CONTEXT)
    assert (functions.job(job_id).state, functions.job(job_id).attempts) == (JobState.PENDING, 1)


def messages(*bodies: object) -> dict[str, Any]:
    records = [{"messageId": str(number), "body": json.dumps(body)} for number, body in enumerate(bodies)]
    return {"Records": records}


def test_what_schedules_submit_is_one_job_of_the_system_for_each_due_time(functions: JobFunctions) -> None:
    first = {"submit": {"work": NO_OP.name, "params": {}}, "due": "2026-01-02T03:00:00+00:00"}
    handler(messages(first, first), CONTEXT)
    handler(messages({**first, "due": "2026-01-03T03:00:00+00:00"}), CONTEXT)
    with functions.container.adapters.store.read() as tx:
        jobs = tx.jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=10)).jobs
    assert [job.owner for job in jobs] == [SYSTEM_OWNER] * 2


def test_a_due_time_that_the_scheduler_leaves_out_is_the_minute_of_its_message(functions: JobFunctions) -> None:
    body = {"submit": {"work": NO_OP.name, "params": {}}, "schedule": "backup", "due": "<aws.scheduler.scheduled-time>"}
    for second in (1, 59):
        event = messages(body)
        event["Records"][0]["attributes"] = {"SentTimestamp": str(1_767_283_200_000 + second * 1000)}
        handler(event, CONTEXT)
    with functions.container.adapters.store.read() as tx:
        assert len(tx.jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=10)).jobs) == 1


@pytest.mark.usefixtures("functions")
def test_what_no_schedule_sends_is_raised_so_that_its_queue_moves_it_aside() -> None:
    with pytest.raises(BadMessage):
        handler(messages({"submit": {"work": "gone", "params": {}}, "due": "2026-01-02T03:00:00Z"}), CONTEXT)
    with pytest.raises(InvalidInput, match="is not known"):
        handler({"action": "dance"}, CONTEXT)
