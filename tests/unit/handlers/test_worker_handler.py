import json

import pytest

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.tender import TenderContainer
from sunwi.domain.job import JobState
from sunwi.errors import AttemptTaken, InvalidInput
from sunwi.service.jobs.running_job import RunningJob
from tests.unit.handlers.job_functions import CONTEXT, JobFunctions
from worker.handler import handler


@pytest.fixture
def functions(container: CommandContainer) -> JobFunctions:
    return JobFunctions(container)


def admitted(functions: JobFunctions) -> dict[str, object]:
    """Return the event of a job that was admitted."""
    job_id = functions.submit()
    TenderContainer.bootstrap().admit_jobs.admit()
    return {"job_id": job_id, "generation": 1}


def test_an_attempt_is_run_and_answered_by_its_name_and_outcome_alone(
    functions: JobFunctions, capsys: pytest.CaptureFixture[str]
) -> None:
    event = admitted(functions)
    assert handler(event, CONTEXT) == {**event, "outcome": "succeeded"}
    job = functions.job(str(event["job_id"]))
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"secret": "of a customer"})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    of_worker = [line for line in lines if line.get("function") == "worker"]
    assert of_worker
    assert {line["job_id"] for line in of_worker} == {event["job_id"]}
    assert "customer" not in json.dumps(of_worker)


def test_a_mistake_of_a_kind_is_an_outcome_and_no_error_of_the_function(functions: JobFunctions) -> None:
    def fail(_running: RunningJob) -> dict[str, object]:
        raise ZeroDivisionError("of a customer")

    functions.run = fail
    event = admitted(functions)
    assert "customer" not in json.dumps(handler(event, CONTEXT))
    assert functions.job(str(event["job_id"])).failure is not None


def test_nothing_to_claim_is_answered_and_done(functions: JobFunctions) -> None:
    event = admitted(functions)
    handler(event, CONTEXT)
    assert handler(event, CONTEXT)["outcome"] == "unclaimed"


def test_a_second_invocation_of_a_running_attempt_is_refused(functions: JobFunctions) -> None:
    event = admitted(functions)
    met: list[Exception] = []

    def call_again(_running: RunningJob) -> dict[str, object]:
        with pytest.raises(AttemptTaken) as raised:
            handler(event, CONTEXT)
        met.append(raised.value)
        return {}

    functions.run = call_again
    assert handler(event, CONTEXT)["outcome"] == "succeeded"
    assert len(met) == 1


@pytest.mark.usefixtures("functions")
@pytest.mark.parametrize("event", [{}, {"job_id": "x"}, {"job_id": "", "generation": 1}])
def test_what_names_no_attempt_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        handler(event, CONTEXT)
