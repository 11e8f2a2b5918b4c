"""Jobs on the real local stack: submitted, admitted, run by real functions through the real state machine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.stack import LocalStack, wait_for
from sunwi.domain.actor import SYSTEM, SYSTEM_OWNER
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_answers import CancelAnswer
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from tests.stack.jobs_stack import ADMIN, JobsStack, jobs_stack, kill, never_invoked, run_by, without_permission

pytestmark = pytest.mark.timeout(300)

#: Longer ago than an execution has to start, and than a worker may be silent.
LONG = timedelta(minutes=10)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsStack]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=0.1) as stack, jobs_stack(stack, "jobs", folder) as place:
        yield place


@pytest.fixture(autouse=True)
def _ten_workers(place: JobsStack) -> None:
    place.jobs.manage_pool.set_limits(ADMIN, least=10, most=10)


def test_jobs_of_both_places_run_to_their_end_and_leave_nothing_but_names_in_a_history(place: JobsStack) -> None:
    core = [place.submit("answer", say=f"secret {number}") for number in range(3)]
    browser = place.submit("answer_in_browser", say="secret of the browser")
    for number, job_id in enumerate(core):
        job = place.wait_until_ended(job_id)
        assert (job.state, job.progress, job.attempts) == (JobState.SUCCEEDED, 100, 1)
        assert job.result == {"said": f"secret {number}", "place": "core"}
    assert place.wait_until_ended(browser).result == {"said": "secret of the browser", "place": "browser"}
    for job_id in (*core, browser):
        assert place.wait_until_execution_ended(job_id) == "SUCCEEDED"
        history = place.history(job_id)
        assert job_id in history
        assert "secret" not in history
        (attempt,) = place.attempts(job_id)
        assert (attempt.outcome, attempt.generation) == (AttemptOutcome.SUCCEEDED, 1)
        assert attempt.worker_id is not None


def test_as_many_jobs_run_side_by_side_as_there_are_workers_each_in_an_environment_of_its_own(
    place: JobsStack,
) -> None:
    names = [f"side-{number}" for number in range(11)]
    ids = [place.submit_gate(name) for name in names]
    pids = {place.wait_at_gate(name) for name in names[:10]}
    assert len(pids) == 10
    place.tick()
    assert place.job(ids[10]).state is JobState.PENDING
    for name in names:
        place.open_gate(name)
    assert {place.wait_until_ended(job_id).state for job_id in ids} == {JobState.SUCCEEDED}


def test_a_critical_job_behind_ten_thousand_low_ones_is_admitted_next_and_then_by_priority(place: JobsStack) -> None:
    pool = place.jobs.manage_pool
    pool.set_limits(ADMIN, least=1, most=1)
    first = place.submit_gate("first")
    place.wait_at_gate("first")
    orders = [JobOrder(work="answer", params={"say": number}) for number in range(10_000)]
    batch = place.jobs.submit_bulk.submit(SYSTEM, orders).batch_id
    waiting = {
        priority: place.submit_gate(priority.name, priority=priority)
        for priority in (Priority.NORMAL, Priority.CRITICAL, Priority.HIGH)
    }
    place.open_gate("first")
    for priority in (Priority.CRITICAL, Priority.HIGH, Priority.NORMAL):
        place.wait_at_gate(priority.name)
        admitted = "SELECT count(*) FROM job WHERE batch_id = :batch AND admitted_at IS NOT NULL"
        assert place.rows(admitted, batch=batch) == [(0,)]
        busy = place.rows("SELECT id FROM job WHERE state IN ('QUEUED', 'RUNNING')")
        assert busy == [(waiting[priority],)], "one worker, one job"
        if priority is Priority.NORMAL:
            pool.pause(ADMIN, everything=True)
        place.open_gate(priority.name)
        assert place.wait_until_ended(waiting[priority]).state is JobState.SUCCEEDED
    assert place.job(first).state is JobState.SUCCEEDED
    assert place.rows("SELECT count(*) FROM job WHERE batch_id = :batch AND state = 'PENDING'", batch=batch) == [
        (10_000,)
    ]
    pool.resume(ADMIN)
    wait_for("one of the rest", lambda: place.rows(admitted, batch=batch)[0][0] > 0)
    pool.pause(ADMIN, everything=True)
    with place.adapters.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE job SET state = 'CANCELLED' WHERE state = 'PENDING'")
    pool.resume(ADMIN)


def test_a_worker_that_is_killed_has_crashed_and_the_next_attempt_goes_on_from_the_checkpoint(
    place: JobsStack,
) -> None:
    job_id = place.submit_gate("killed")
    kill(place.wait_at_gate("killed"))
    wait_for("end of the attempt", lambda: place.attempts(job_id)[0].outcome)
    (attempt,) = [one for one in place.attempts(job_id) if one.generation == 1]
    assert (attempt.outcome, attempt.code) == (AttemptOutcome.CRASHED, "crash")
    place.tick_until("next attempt", lambda: place.job(job_id).generation == 2)
    place.wait_at_gate("killed", generation=2)
    place.open_gate("killed", generation=2)
    job = place.wait_until_ended(job_id)
    assert (job.state, job.attempts, job.result) == (JobState.SUCCEEDED, 2, {"went_on_from": {"generation": 1}})


def test_a_crash_that_could_not_be_told_is_found_by_a_tick_once_the_worker_has_been_silent(place: JobsStack) -> None:
    job_id = place.submit_gate("untold")
    pid = place.wait_at_gate("untold")
    with never_invoked(place, place.outputs.tender_function_name):
        kill(pid)
        assert place.wait_until_execution_ended(job_id) == "SUCCEEDED"
    place.let_time_pass(job_id, admitted_at=LONG)
    place.tick()
    assert place.job(job_id).state is JobState.RUNNING, "it was heard of a moment ago"
    place.let_worker_fall_silent(job_id, LONG)
    place.tick()
    assert place.attempts(job_id)[0].outcome is AttemptOutcome.CRASHED
    place.tick_until("next attempt", lambda: place.job(job_id).generation == 2)
    place.open_gate("untold", generation=2)
    assert place.wait_until_ended(job_id).state is JobState.SUCCEEDED


def test_an_execution_that_is_aborted_cancels_its_job(place: JobsStack) -> None:
    job_id = place.submit_gate("aborted")
    place.wait_at_gate("aborted")
    place.stack.client("stepfunctions").stop_execution(executionArn=place.execution_arn(job_id))
    place.let_time_pass(job_id, admitted_at=LONG)
    place.tick()
    job = place.wait_until_ended(job_id)
    assert job.state is JobState.CANCELLED
    assert job.cancel_requested_at is not None
    (attempt,) = place.attempts(job_id)
    assert attempt.outcome is AttemptOutcome.CANCELLED


def test_a_running_job_that_is_cancelled_ends_at_its_next_step_and_its_execution_with_it(place: JobsStack) -> None:
    job_id = place.submit_gate("cancelled")
    place.wait_at_gate("cancelled")
    assert place.jobs.cancel_job.cancel(ADMIN, job_id) is CancelAnswer.REQUESTED
    job = place.wait_until_ended(job_id)
    assert (job.state, job.checkpoint) == (JobState.CANCELLED, {"generation": 1})
    assert place.wait_until_execution_ended(job_id) == "SUCCEEDED"


def test_a_worker_that_cannot_start_uses_up_an_attempt_and_says_so(place: JobsStack) -> None:
    with run_by(place, place.outputs.worker_core_function_name, "gone.handler"):
        job_id = place.submit("answer", say="at last")
        wait_for("end of the attempt", lambda: place.attempts(job_id) and place.attempts(job_id)[0].outcome)
    attempt = place.attempts(job_id)[0]
    assert (attempt.outcome, attempt.code, attempt.worker_id) == (AttemptOutcome.NOT_STARTED, "cannot_start", None)
    place.tick_until("next attempt", lambda: place.job(job_id).generation > 1)
    job = place.wait_until_ended(job_id)
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, len(place.attempts(job_id)))


def test_an_execution_that_could_not_be_started_is_started_by_a_tick_under_the_same_name(place: JobsStack) -> None:
    tender = place.outputs.tender_function_name
    with without_permission(place, tender, "tender", "StartAttempts"):
        job_id = place.submit("answer", say="late")
        place.wait_until(job_id, JobState.QUEUED)
        wait_for("refused start", lambda: any("execution_left_to_tick" in line for line in tender_lines(place)))
    place.let_time_pass(job_id, admitted_at=LONG)
    place.tick()
    job = place.wait_until_ended(job_id)
    assert (job.state, job.generation, job.attempts) == (JobState.SUCCEEDED, 1, 1)


def tender_lines(place: JobsStack) -> list[str]:
    return place.stack.function_logs("Tender")


def test_what_fails_is_tried_again_as_often_as_its_kind_says_and_then_has_failed(place: JobsStack) -> None:
    once, always = place.submit("fail", times=1), place.submit("fail", times=9)
    place.tick_until("both ends", lambda: all(place.job(job_id).state.is_ended for job_id in (once, always)))
    assert (place.job(once).state, place.job(once).attempts) == (JobState.SUCCEEDED, 2)
    failed = place.job(always)
    assert (failed.state, failed.attempts) == (JobState.FAILED, 3)
    outcomes = [attempt.outcome for attempt in place.attempts(always)]
    assert outcomes == [AttemptOutcome.BACKED_OFF, AttemptOutcome.BACKED_OFF, AttemptOutcome.FAILED]


def test_a_file_that_a_job_leaves_is_in_the_bucket_under_its_attempt(place: JobsStack) -> None:
    job_id = place.submit("leave_file")
    job = place.wait_until_ended(job_id)
    assert job.result == {"file": f"results/{job_id}/1/answer.txt"}
    kept = place.stack.client("s3").get_object(Bucket=place.outputs.files_bucket_name, Key=job.result["file"])
    assert kept["Body"].read().decode() == "답"


def test_what_a_schedule_submits_twice_for_one_due_time_is_one_job_of_the_system(place: JobsStack) -> None:
    due = datetime.now(UTC).replace(microsecond=0).isoformat()
    body = json.dumps({"submit": {"work": "answer", "params": {"say": "scheduled"}}, "due": due})
    sqs, url = place.stack.client("sqs"), place.outputs.schedules_queue_url
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=body)

    def taken() -> bool:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return attributes["ApproximateNumberOfMessages"] == attributes["ApproximateNumberOfMessagesNotVisible"] == "0"

    mine = f"SELECT id FROM job WHERE owner = '{SYSTEM_OWNER}' AND batch_id IS NULL"  # noqa: S608 - our own word
    wait_for("job", lambda: place.rows(mine), timeout_seconds=60)
    wait_for("both messages", taken, timeout_seconds=60)
    ((job_id,),) = place.rows(mine)
    place.tick()
    assert place.wait_until_ended(job_id).result == {"said": "scheduled", "place": "core"}
