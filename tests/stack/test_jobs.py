"""Jobs on the real local stack: submitted, admitted, run by real functions through the real state machine."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra.local.stack import LocalStack, wait_for
from sunwi.domain.job import AttemptOutcome, JobState
from tests.stack.jobs_stack import JobsStack, jobs_stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

LONG_AGO = timedelta(minutes=10)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsStack]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=0.1) as stack, jobs_stack(stack, "jobs", folder) as place:
        yield place


def test_jobs_of_both_places_run_to_their_end_and_leave_nothing_but_names_in_a_history(place: JobsStack) -> None:
    core = [place.submit("answer", say=f"비밀 {number}") for number in range(3)]
    browser = place.submit("answer_in_browser", say="비밀 브라우저")
    for number, job_id in enumerate(core):
        job = place.wait_until_ended(job_id)
        assert (job.state, job.progress, job.attempts) == (JobState.SUCCEEDED, 100, 1)
        assert job.result == {"said": f"비밀 {number}", "place": "core"}
    job = place.wait_until_ended(browser)
    assert job.result == {"said": "비밀 브라우저", "place": "browser"}
    for job_id in (*core, browser):
        execution = wait_for("end of the execution", lambda: ended_execution(place, job_id))
        assert execution == "SUCCEEDED"
        history = place.history(job_id)
        assert job_id in history
        assert "비밀" not in json.loads(json.dumps(history, ensure_ascii=False))
        assert "said" not in history
        (attempt,) = place.attempts(job_id)
        assert (attempt.outcome, attempt.generation) == (AttemptOutcome.SUCCEEDED, 1)
        assert attempt.worker_id is not None


def ended_execution(place: JobsStack, job_id: str, generation: int = 1) -> str | None:
    status = str(place.execution(job_id, generation)["status"])
    return None if status == "RUNNING" else status
