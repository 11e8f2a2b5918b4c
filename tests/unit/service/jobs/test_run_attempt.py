from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sunwi.adapters.sql.jobs.jobs import SqlJobs
from sunwi.domain.job import HEARTBEAT, JobEnd, JobFailure, JobKey, JobState
from sunwi.domain.work import Place, Work
from sunwi.errors import AttemptTaken, InvalidInput, StoreUnavailable
from sunwi.service.jobs.end_attempt import UNCLAIMED
from sunwi.service.jobs.run_attempt import LOST
from sunwi.service.jobs.running_job import RunningJob
from tests.job_world import JobWorld


def _only(world: JobWorld, work: str = "no_op", **params: Any) -> str:
    job_id = world.submit(work, params=params)
    world.tick.tick()
    return job_id


def test_work_that_is_done_ends_the_job_with_its_result(world: JobWorld) -> None:
    job_id = _only(world, name="첫 작업")
    assert world.run(job_id) == "succeeded"
    job = world.job(job_id)
    assert (job.state, job.result, job.progress, job.failure) == (JobState.SUCCEEDED, {"name": "첫 작업"}, 100, None)
    assert world.outcomes(job_id) == ["succeeded"]


def test_an_attempt_runs_once_whoever_starts_it_again(world: JobWorld) -> None:
    job_id = _only(world)
    key = world.key(job_id)
    assert world.run(job_id) == "succeeded"
    assert world.worker("w2").run(key, remaining_seconds=900) == UNCLAIMED
    assert world.outcomes(job_id) == ["succeeded"]


def test_a_second_invocation_of_a_running_attempt_is_sent_away(world: JobWorld) -> None:
    job_id = _only(world, "counted", chunks=1)
    world.in_chunk = lambda running, _number: _is_sent_away(world, running.key)
    assert world.run(job_id) == "succeeded"
    assert world.chunks_done == [(job_id, 1)]


def _is_sent_away(world: JobWorld, key: JobKey) -> None:
    with pytest.raises(AttemptTaken):
        world.worker("w2").run(key, remaining_seconds=900)


def test_a_retryable_error_waits_and_is_tried_as_often_as_its_kind_says(world: JobWorld) -> None:
    job_id = _only(world, "failing", fail="retryable")
    for attempt in (1, 2):
        assert world.run(job_id) == "backed_off"
        job = world.job(job_id)
        assert (job.state, job.attempts) == (JobState.PENDING, attempt)
        assert job.failure is not None
        assert job.failure.code == "layout_unknown"
        assert world.clock.now() <= job.not_before <= world.clock.now() + timedelta(seconds=60 * 2 ** (attempt - 1))
        world.clock.advance(seconds=121)
        world.tick.tick()
    assert world.run(job_id) == "failed"
    assert (world.job(job_id).state, world.job(job_id).attempts) == (JobState.FAILED, 3)
    assert world.outcomes(job_id) == ["backed_off", "backed_off", "failed"]


def test_a_job_that_backs_off_keeps_its_place_in_the_line(world: JobWorld) -> None:
    first = _only(world, "failing", fail="retryable")
    before = world.job(first).ready_since
    world.run(first)
    assert world.job(first).ready_since == before


def test_a_permanent_error_fails_at_once_with_its_code_and_fields(world: JobWorld) -> None:
    job_id = _only(world, "failing", fail="permanent")
    assert world.run(job_id) == "failed"
    failure = world.job(job_id).failure
    assert failure == JobFailure("never_done", {"number": 7}, "Permanent: it can never be done")


def test_a_mistake_of_a_kind_is_tried_again_and_named(world: JobWorld) -> None:
    job_id = _only(world, "failing", fail="mistake")
    assert world.run(job_id) == "backed_off"
    failure = world.job(job_id).failure
    assert failure is not None
    assert (failure.code, failure.fields) == ("unexpected", {"error": "ZeroDivisionError"})


def test_a_kind_with_checkpoints_pauses_at_one_and_goes_on_from_there(world: JobWorld) -> None:
    job_id = _only(world, "counted", chunks=15)
    assert world.run(job_id) == "paused"
    job = world.job(job_id)
    assert (job.state, job.attempts, job.checkpoint) == (JobState.QUEUED, 0, {"done": 10})
    assert world.run(job_id) == "succeeded"
    assert world.chunks_done == [(job_id, number) for number in range(1, 16)]
    assert world.outcomes(job_id) == ["paused", "succeeded"]


def test_an_attempt_that_comes_no_further_is_used_up(world: JobWorld) -> None:
    def stands_still(running: RunningJob, _number: int) -> None:
        world.clock.advance(seconds=200)
        running.save({"done": 0})

    job_id = _only(world, "counted", chunks=2)
    world.in_chunk = stands_still
    assert world.run(job_id) == "paused"
    assert world.run(job_id) == "backed_off"
    job = world.job(job_id)
    assert job.failure is not None
    assert (job.failure.code, job.attempts) == ("no_progress", 1)


def test_running_time_counts_over_all_attempts(world: JobWorld) -> None:
    job_id = world.submit("counted", params={"chunks": 100}, limit_seconds=150)
    world.tick.tick()
    assert world.run(job_id) == "paused"
    assert world.run(job_id) == "paused"
    assert world.run(job_id) == "failed"
    job = world.job(job_id)
    assert job.failure is not None
    assert job.failure.code == "time_used_up"
    assert job.ran_seconds == pytest.approx(150, abs=1)


def test_the_invocation_s_own_time_ends_an_attempt_at_a_checkpoint(world: JobWorld) -> None:
    job_id = _only(world, "counted", chunks=15)
    assert world.run(job_id, remaining_seconds=55) == "paused"
    assert world.job(job_id).checkpoint == {"done": 3}


def test_a_cancel_is_heard_at_a_checkpoint_whose_rows_stay(world: JobWorld) -> None:
    def cancel(running: RunningJob, number: int) -> None:
        if number == 3:
            with world.store.begin() as tx:
                assert tx.jobs.request_cancel(running.job.id, at=world.clock.now())

    job_id = _only(world, "counted", chunks=9)
    world.in_chunk = cancel
    assert world.run(job_id) == "cancelled"
    job = world.job(job_id)
    assert (job.state, job.checkpoint) == (JobState.CANCELLED, {"done": 3})


def test_work_that_is_done_before_it_hears_of_a_cancel_has_succeeded(world: JobWorld) -> None:
    job_id = _only(world, "counted", chunks=1)
    worker = world.worker()

    def run(running: RunningJob) -> Mapping[str, Any]:
        with world.store.begin() as tx:
            tx.jobs.request_cancel(running.job.id, at=world.clock.now())
        return {"done": True}

    worker = replace(worker, runners={**worker.runners, "counted": lambda: run})
    assert world.run(job_id, worker=worker) == "succeeded"
    job = world.job(job_id)
    assert job.state is JobState.SUCCEEDED
    assert job.cancel_requested_at is not None


def test_an_attempt_that_was_taken_away_saves_nothing(world: JobWorld) -> None:
    def take_away(running: RunningJob, number: int) -> None:
        if number == 2:
            assert world.end_attempt.record_crash(world.job(running.job.id), error="Runtime.ExitError")

    job_id = _only(world, "counted", chunks=4)
    world.in_chunk = take_away
    assert world.run(job_id) == LOST
    assert world.chunks_done == [(job_id, 1)]
    assert world.job(job_id).checkpoint == {"done": 1}
    assert world.job(job_id).state is JobState.PENDING


def test_a_kind_that_is_gone_ends_the_job(world: JobWorld) -> None:
    job_id = _only(world)
    worker = world.worker()
    with_less = replace(worker, runners={})
    assert world.run(job_id, worker=with_less) == "failed"
    failure = world.job(job_id).failure
    assert failure is not None
    assert (failure.code, failure.fields) == ("unknown_work", {"work": "no_op"})


def test_params_that_are_no_longer_good_end_the_job(world: JobWorld) -> None:
    job_id = _only(world, name="옛 입력")

    def refuse(_params: Mapping[str, Any]) -> dict[str, Any]:
        raise InvalidInput("the param 'name' is not known", code="param_unknown", param="name", known="")

    world.kinds = (Work(name="no_op", parse=refuse, place=Place.CORE, steps=()),)
    assert world.run(job_id) == "failed"
    failure = world.job(job_id).failure
    assert failure is not None
    assert failure.code == "old_params"


def test_a_result_that_is_too_large_for_the_database_is_refused(world: JobWorld) -> None:
    job_id = _only(world)
    worker = world.worker()
    worker = replace(worker, runners={"no_op": lambda: lambda _running: {"text": "가" * 30_000}})
    assert world.run(job_id, worker=worker) == "failed"
    failure = world.job(job_id).failure
    assert failure is not None
    assert failure.code == "result_too_large"


def test_a_database_that_is_away_before_the_claim_costs_no_attempt(
    world: JobWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = _only(world)
    key = world.key(job_id)

    def away(*_args: object, **_named: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr("sunwi.adapters.sql.jobs.job_attempts.SqlJobAttempts.claim", away)
        assert world.worker().run(key, remaining_seconds=900) == UNCLAIMED
    world.end_attempt.ended(key, UNCLAIMED)
    job = world.job(job_id)
    assert (job.state, job.attempts) == (JobState.PENDING, 0)
    assert job.not_before == world.clock.now() + timedelta(minutes=5)


def test_the_end_is_stored_when_the_database_comes_back(world: JobWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = _only(world)
    end, tries = SqlJobs.end, iter([StoreUnavailable("away"), StoreUnavailable("away"), None])

    def away_twice(self: SqlJobs, key: JobKey, how: JobEnd, *, expected: JobState) -> bool:
        if error := next(tries):
            raise error
        return end(self, key, how, expected=expected)

    monkeypatch.setattr(SqlJobs, "end", away_twice)
    assert world.run(job_id) == "succeeded"
    assert world.job(job_id).state is JobState.SUCCEEDED
    assert next(tries, "used") == "used"


@pytest.mark.parametrize("fail", ["retryable", "permanent", "mistake"])
def test_a_job_that_fails_after_a_cancel_that_it_has_not_heard_of_is_cancelled(world: JobWorld, fail: str) -> None:
    job_id = _only(world, "failing", fail=fail)
    worker = world.worker()
    runner = worker.runners["failing"]()

    def cancel_and_fail(running: RunningJob) -> Mapping[str, Any]:
        with world.store.begin() as tx:
            assert tx.jobs.request_cancel(running.job.id, at=world.clock.now())
        return runner(running)

    worker = replace(worker, runners={**worker.runners, "failing": lambda: cancel_and_fail})
    assert world.run(job_id, worker=worker) == "cancelled"
    job = world.job(job_id)
    assert (job.state, job.attempts) == (JobState.CANCELLED, 0)


@pytest.mark.parametrize("result", [{"at": object()}, {"share": float("nan")}, {"text": "\ud800"}])
def test_a_result_that_is_no_json_is_the_kind_s_mistake(world: JobWorld, result: dict[str, Any]) -> None:
    job_id = _only(world)
    worker = replace(world.worker(), runners={"no_op": lambda: lambda _running: result})
    assert world.run(job_id, worker=worker) == "backed_off"
    failure = world.job(job_id).failure
    assert failure is not None
    assert failure.code == "unexpected"


def test_rows_of_the_end_that_cannot_be_written_are_the_kind_s_mistake(world: JobWorld) -> None:
    job_id = _only(world)

    def fail(_tx: object) -> None:
        raise KeyError("a row")

    def run(running: RunningJob) -> Mapping[str, Any]:
        running.save_at_end(fail)
        return {}

    worker = replace(world.worker(), runners={"no_op": lambda: run})
    assert world.run(job_id, worker=worker) == "backed_off"
    job = world.job(job_id)
    assert (job.state, job.result) == (JobState.PENDING, None)


def test_a_job_whose_time_is_over_at_its_claim_is_not_run(world: JobWorld) -> None:
    job_id = _only(world)
    world.clock.at = world.job(job_id).expires_at
    assert world.run(job_id) == "expired"
    assert (world.job(job_id).state, world.job(job_id).result) == (JobState.EXPIRED, None)


def test_a_failure_whose_next_try_would_come_too_late_ends_the_job_and_counts(world: JobWorld) -> None:
    job_id = _only(world, "failing", fail="retryable")
    world.clock.at = world.job(job_id).expires_at - timedelta(seconds=1)
    assert world.run(job_id) == "failed"
    job = world.job(job_id)
    assert (job.state, job.attempts) == (JobState.EXPIRED, 1)
    assert job.failure is not None
    assert job.failure.code == "layout_unknown"


def test_a_tuple_in_a_checkpoint_is_the_list_that_the_database_has(world: JobWorld) -> None:
    def stands_still(running: RunningJob, _number: int) -> None:
        world.clock.advance(seconds=200)
        running.save({"done": 0, "seen": (1, 2)})

    job_id = _only(world, "counted", chunks=2)
    world.in_chunk = stands_still
    assert world.run(job_id) == "paused"
    assert world.run(job_id) == "backed_off"


def test_a_new_step_is_shown_at_once_and_progress_once_a_second(world: JobWorld) -> None:
    seen: list[tuple[int, str | None]] = []

    def run(running: RunningJob) -> Mapping[str, Any]:
        for percent, step in ((10, "wait"), (20, "read"), (30, "read"), (25, "read")):
            running.progress(percent, step=step)
            seen.append((world.job(running.job.id).progress, world.job(running.job.id).step))
        world.clock.advance(seconds=1)
        running.progress(26, step="read")
        seen.append((world.job(running.job.id).progress, world.job(running.job.id).step))
        return {}

    job_id = _only(world)
    world.run(job_id, worker=replace(world.worker(), runners={"no_op": lambda: run}))
    assert seen == [(10, "wait"), (20, "read"), (20, "read"), (20, "read"), (30, "read")]


def test_memory_is_measured_once_in_a_heartbeat_however_many_jobs_follow_each_other(world: JobWorld) -> None:
    measured = iter([100, 200])
    world.process.memory_bytes = lambda: next(measured)  # type: ignore[method-assign]  # figures of a test's own
    worker = world.worker()
    for _ in range(3):
        assert world.run(_only(world), worker=worker) == "succeeded"
    assert worker.life.worker.memory_bytes == 100
    world.clock.advance(seconds=HEARTBEAT.total_seconds())
    assert world.run(_only(world), worker=worker) == "succeeded"
    assert worker.life.worker.memory_bytes == 200
