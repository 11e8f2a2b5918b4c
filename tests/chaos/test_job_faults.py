"""What Step Functions and Lambda do to jobs: throttle, abort, not start; and a retry that comes twice."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local.stack import LocalStack, wait_for
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_list import FailedJobs, JobFilter
from tests.chaos.audit import Row
from tests.chaos.jobs_night import WAIT_SCALE, Held, JobsNight, jobs_night
from tests.stack.aws_proxy import START, Answer, AwsProxy, Call, Fault, proxied
from tests.stack.jobs_stack import ADMIN, never_invoked, run_by

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Tries of the tender's own client; a call that meets as many faults has failed.
CLIENT_TRIES = 2
#: Attempts of the kind's back-off.
TRIES = 3
THROTTLED_RUN = "ThrottledRun"


@pytest.fixture(scope="module")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "job-faults", folder) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


def throttled(_proxy: AwsProxy, _call: Call) -> Answer:
    """Refuse a call of Step Functions for its rate."""
    return Answer(400, json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode())


def as_test_case(night: JobsNight, name: str) -> Fault:
    """Start an execution as one whose states answer as MiniStack was told."""

    def start(_proxy: AwsProxy, call: Call) -> Answer:
        asked = json.loads(call.body)
        started = night.stack.client("stepfunctions").start_execution(
            stateMachineArn=f"{asked['stateMachineArn']}#{name}", name=asked["name"], input=asked["input"]
        )
        told = {"executionArn": started["executionArn"], "startDate": started["startDate"].timestamp()}
        return Answer(200, json.dumps(told).encode())

    return start


@contextmanager
def mocked_states(night: JobsNight, config: dict[str, Any]) -> Iterator[None]:
    """Let MiniStack have what SFN_MOCK_CONFIG names, for as long as the block lasts."""
    place = urlsplit(night.stack.endpoint_url)

    def use(wanted: dict[str, Any]) -> None:
        connection = HTTPConnection(str(place.hostname), place.port, timeout=10)
        body = json.dumps({"stepfunctions._sfn_mock_config": wanted})
        connection.request("POST", "/_ministack/config", body=body, headers={"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert (answer.status, "_sfn_mock_config" in answer.read().decode()) == (200, True)
        connection.close()

    use(config)
    try:
        yield
    finally:
        use({})


def test_executions_that_cannot_be_started_or_asked_after_for_their_rate_are_started_by_a_later_minute(
    night: JobsNight, tell: Tell
) -> None:
    with proxied(night, night.outputs.tender_function_name) as proxy:
        jobs = [night.chunks() for _ in range(2)]
        proxy.meet(START, *[throttled] * CLIENT_TRIES * len(jobs))
        night.nudge()
        for job_id in jobs:
            night.wait_until(job_id, JobState.QUEUED)
        wait_for("refused starts", lambda: proxy.faults[START] == [])
        proxy.meet("DescribeExecution", *[throttled] * CLIENT_TRIES * len(jobs))
        night.let_minutes_pass()
        night.tick()
        assert proxy.faults["DescribeExecution"] == []
        assert night.states() == ["QUEUED", "QUEUED"]
        row = night.audit("StartExecution and DescribeExecution throttled, each for two jobs")
    tell(row)
    assert row.happened == "2 succeeded"


def test_workers_that_lambda_throttles_cost_no_attempt(night: JobsNight, tell: Tell) -> None:
    machine = night.outputs.job_state_machine_arn.rsplit(":", 1)[-1]
    error = {"Error": "Lambda.TooManyRequestsException", "Cause": "Rate exceeded"}
    config = {
        "StateMachines": {machine: {"TestCases": {THROTTLED_RUN: {"Run": "throttled"}}}},
        "MockedResponses": {"throttled": {"0": {"Throw": error}}},
    }
    with mocked_states(night, config), proxied(night, night.outputs.tender_function_name) as proxy:
        jobs = [night.chunks() for _ in range(2)]
        proxy.meet(START, *[as_test_case(night, THROTTLED_RUN)] * len(jobs))
        night.nudge()
        for job_id in jobs:
            wait_until_refused(night, job_id)
    with never_invoked(night, night.outputs.worker_core_function_name):
        refused = night.chunks()
        night.nudge()
        wait_until_refused(night, refused)
    assert night.states() == ["PENDING"] * 3
    row = night.audit("worker throttled by Lambda until the state machine gives up, three jobs")
    tell(row)
    assert row.happened == "3 succeeded"
    assert {night.attempts(job_id)[0].outcome for job_id in night.own} == {AttemptOutcome.NOT_STARTED}
    assert {night.job(job_id).attempts for job_id in night.own} == {1}


def wait_until_refused(night: JobsNight, job_id: str) -> None:
    wait_for("refusal", lambda: night.attempts(job_id) and night.attempts(job_id)[0].outcome, timeout_seconds=60)


def abort(night: JobsNight, held: Held) -> None:
    """Stop the execution of a job, as a person does in the console."""
    night.stack.client("stepfunctions").stop_execution(executionArn=night.execution_arn(held.job_id))


def test_an_execution_that_is_aborted_while_its_worker_goes_on_ends_once(night: JobsNight, tell: Tell) -> None:
    done, asked, given_up, killed = (night.hold("in_progress") for _ in range(4))
    for held in (done, asked, given_up, killed):
        abort(night, held)
    done.let_go()
    night.wait_until(done.job_id, JobState.SUCCEEDED)
    night.kill(killed)
    night.let_minutes_pass(silent=False)
    night.tick()
    assert night.states() == ["SUCCEEDED", "RUNNING", "RUNNING", "RUNNING"], "heard of a moment ago"
    asked.let_go()
    night.wait_until(asked.job_id, JobState.CANCELLED)
    night.let_minutes_pass()
    night.tick()
    assert night.states() == ["SUCCEEDED", "CANCELLED", "CANCELLED", "CANCELLED"]
    given_up.let_go()
    row = night.audit("execution aborted while its worker goes on, or is killed, four jobs")
    tell(row)
    assert row.happened == "1 succeeded, 3 cancelled"


def test_a_function_that_cannot_start_uses_up_attempts_and_a_retry_goes_on_when_it_can(
    night: JobsNight, tell: Tell
) -> None:
    with run_by(night, night.outputs.worker_core_function_name, "gone.handler"):
        jobs = [night.chunks() for _ in range(2)]
        night.tick_until("both ends", lambda: all(night.job(job_id).state.is_ended for job_id in jobs))
        for job_id in jobs:
            failed = night.job(job_id)
            assert (failed.state, failed.attempts) == (JobState.FAILED, TRIES)
            assert failed.failure is not None
            assert failed.failure.code == "cannot_start"
    retry(night, jobs)
    row = night.audit("worker that cannot start until every attempt is used up, then retried, two jobs")
    tell(row)
    assert row.happened == "2 succeeded"


def retry(night: JobsNight, jobs: list[str]) -> list[str]:
    """Retry jobs by their ids; return those that were not refused."""
    verdicts = night.jobs.retry_jobs.retry(ADMIN, FailedJobs(wanted=JobFilter(), job_ids=jobs, actor=ADMIN))
    return [verdict.job_id for verdict in verdicts if verdict.error is None]


def test_a_retry_that_comes_twice_at_once_and_once_more_later_is_one(night: JobsNight, tell: Tell) -> None:
    jobs = [night.chunks(fail_in=[1]) for _ in range(2)]
    night.nudge()
    for job_id in jobs:
        night.wait_until(job_id, JobState.FAILED)
    retried: list[str] = []
    together = Barrier(2)

    def run() -> None:
        together.wait()
        retried.extend(retry(night, jobs))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(retried) == sorted(jobs)
    row = night.audit("failed jobs retried twice at once, two jobs")
    assert retry(night, jobs) == []
    tell(row)
    assert row.happened == "2 succeeded"
    assert [len(night.attempts(job_id)) for job_id in jobs] == [2, 2]
