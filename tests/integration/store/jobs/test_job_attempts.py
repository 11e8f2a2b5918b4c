"""What a worker writes of its job: each write guarded by id, generation and state."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import AttemptOutcome, JobAttempt, JobEnd, JobFailure, JobKey, JobProgress, JobState
from sunwi.domain.job_signs import Heard
from sunwi.domain.worker_pool import Worker
from tests.examples import NIGHT
from tests.hostile import REFUSED
from tests.jobs.job_examples import SECOND, admitted, ended, ending, new_job, read_job, running, stored, worker_of

GONE = Heard(is_mine=False)
MINE = Heard(is_mine=True)
STOP = Heard(is_mine=True, wants_cancel=True)


@pytest.fixture(autouse=True)
def _stored(store: SqlStore) -> None:
    stored(store, new_job())


def attempts(store: SqlStore) -> list[JobAttempt]:
    with store.read() as tx:
        return list(tx.jobs.attempts_of("job-1"))


def worker(store: SqlStore, key: JobKey) -> Worker | None:
    with store.read() as tx:
        return tx.workers.of_attempt(key)


def record(store: SqlStore, key: JobKey, percent: int, step: str | None = None, message: str | None = None) -> Heard:
    with store.begin() as tx:
        return tx.job_attempts.record_progress(key, JobProgress(percent=percent, step=step, message=message))


def end(store: SqlStore, key: JobKey, end: JobEnd, expected: JobState = JobState.RUNNING) -> bool:
    with store.begin() as tx:
        return tx.jobs.end(key, end, expected=expected)


def ask_to_stop(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.jobs.request_cancel("job-1", at=NIGHT)


def test_a_claim_makes_a_queued_job_running_and_writes_attempt_and_worker(store: SqlStore) -> None:
    key = admitted(store)
    before = read_job(store)
    with store.begin() as tx:
        claimed = tx.job_attempts.claim(key, worker_of(key), at=NIGHT + SECOND)
        assert tx.job_attempts.is_running(key)
    assert claimed == replace(before, state=JobState.RUNNING, started_at=NIGHT + SECOND, version=before.version + 1)
    assert claimed == read_job(store)
    [attempt] = attempts(store)
    assert (attempt.admitted_at, attempt.worker_id, attempt.started_at) == (NIGHT, "worker-1", NIGHT + SECOND)
    assert (attempt.finished_at, attempt.outcome, attempt.code, attempt.seconds) == (None, None, None, 0)
    assert worker(store, key) == worker_of(key)


def test_there_is_nothing_to_claim_twice_early_or_for_another_generation(store: SqlStore) -> None:
    wanted = [JobKey("job-1", 0), JobKey("job-1", 1), JobKey("job-9", 1)]
    with store.begin() as tx:
        assert [tx.job_attempts.claim(key, worker_of(key), at=NIGHT) for key in wanted] == [None] * 3
    running(store)
    before = read_job(store)
    with store.begin() as tx:
        for key in (*wanted, JobKey("job-1", 2)):
            assert tx.job_attempts.claim(key, worker_of(key, "other"), at=NIGHT) is None
        assert [one.id for one in tx.workers.list_all()] == ["worker-1"]
    assert read_job(store) == before


def test_the_progress_of_the_attempt_before_is_gone_with_the_claim(store: SqlStore) -> None:
    key = running(store)
    record(store, key, 80, "save", "저장 중")
    end(store, key, ending(JobState.PENDING, not_before=NIGHT))
    assert read_job(store).progress == 80
    running(store)
    job = read_job(store)
    assert (job.progress, job.step, job.message) == (0, None, None)


def test_progress_never_goes_backwards_and_what_is_left_out_stays(store: SqlStore) -> None:
    key = running(store)
    seen = []
    for told in [(40, "stores", "매장 목록을 읽는 중"), (30, None, None), (30, "details", None), (41, None, "세부")]:
        assert record(store, key, *told) == MINE
        job = read_job(store)
        seen.append((job.progress, job.step, job.message))
    assert seen == [
        (40, "stores", "매장 목록을 읽는 중"),
        (40, "stores", "매장 목록을 읽는 중"),
        (40, "details", "매장 목록을 읽는 중"),
        (41, "details", "세부"),
    ]
    assert read_job(store).version == 7


@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()])
def test_a_message_is_stored_whatever_letters_a_page_has_put_into_it(store: SqlStore, text: str) -> None:
    assert record(store, running(store), 1, message=text) == MINE


def test_a_checkpoint_is_kept_with_whatever_else_its_transaction_writes(store: SqlStore) -> None:
    key = running(store)
    with store.begin() as tx:
        assert tx.job_attempts.save_checkpoint(key, {"page": 2}) == MINE
    with suppress(KeyError), store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"page": 3})
        raise KeyError
    assert read_job(store).checkpoint == {"page": 2}


def test_a_wish_to_stop_is_heard_with_every_write(store: SqlStore) -> None:
    key = running(store)
    ask_to_stop(store)
    assert record(store, key, 10) == STOP
    with store.begin() as tx:
        assert tx.job_attempts.save_checkpoint(key, {}) == STOP
        assert tx.job_attempts.hear(key, worker_of(key)) == STOP


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.RUNNING])
def test_whoever_has_lost_a_job_writes_nothing_of_it(store: SqlStore, state: JobState) -> None:
    stored(store, new_job("job-2", state=state, generation=1, cancel_requested_at=NIGHT))
    running(store)
    before = [read_job(store), read_job(store, "job-2")]
    with store.begin() as tx:
        for key in (JobKey("job-1", 0), JobKey("job-1", 2), JobKey("job-2", 1), JobKey("job-9", 1)):
            assert not tx.job_attempts.is_running(key)
            assert tx.job_attempts.record_progress(key, JobProgress(percent=50)) == GONE
            assert tx.job_attempts.save_checkpoint(key, {"page": 1}) == GONE
            assert tx.job_attempts.hear(key, worker_of(key)) == GONE
            assert not tx.jobs.end(key, ending(JobState.SUCCEEDED), expected=JobState.RUNNING)
    assert [read_job(store), read_job(store, "job-2")] == before


def test_a_heartbeat_renews_the_workers_row_and_not_since_when_it_is_known(store: SqlStore) -> None:
    key = running(store)
    later = NIGHT + 30 * SECOND
    renewed = worker_of(
        key, since=later, seen_at=later, done=3, failed=1, busy_seconds=9.5, memory_bytes=2**40, pages=7
    )
    with store.begin() as tx:
        assert tx.job_attempts.hear(key, renewed) == MINE
    assert worker(store, key) == replace(renewed, since=NIGHT)


def test_a_heartbeat_writes_the_row_of_a_worker_that_was_taken_for_gone(store: SqlStore) -> None:
    key = running(store)
    with store.begin() as tx:
        assert tx.workers.delete_silent(NIGHT + SECOND, 10) == 1
        assert tx.job_attempts.hear(key, worker_of(key)) == MINE
    assert worker(store, key) == worker_of(key)


def test_a_success_is_whole_and_forgets_what_failed_before(store: SqlStore) -> None:
    key = running(store)
    end(store, key, ending(JobState.PENDING, not_before=NIGHT, seconds=1.5))
    key = running(store)
    record(store, key, 70, "save")
    before = read_job(store)
    assert before.failure is not None
    assert end(store, key, ending(JobState.SUCCEEDED, result={"rank": 3}, seconds=2.5))
    assert read_job(store) == replace(
        before,
        state=JobState.SUCCEEDED,
        attempts=2,
        ran_seconds=4.0,
        progress=100,
        result={"rank": 3},
        failure=None,
        finished_at=NIGHT + 9 * SECOND,
        version=before.version + 1,
    )
    assert [(one.generation, one.outcome, one.code, one.seconds) for one in attempts(store)] == [
        (1, AttemptOutcome.BACKED_OFF, "page_timed_out", 1.5),
        (2, AttemptOutcome.SUCCEEDED, None, 2.5),
    ]
    assert attempts(store)[1].finished_at == NIGHT + 9 * SECOND


def test_a_back_off_keeps_the_place_in_the_line_and_frees_the_worker(store: SqlStore) -> None:
    key = running(store)
    before = read_job(store)
    backed_off = ending(JobState.PENDING, not_before=NIGHT + 60 * SECOND)
    assert end(store, key, backed_off)
    assert read_job(store) == replace(
        before,
        state=JobState.PENDING,
        attempts=1,
        ran_seconds=2.0,
        not_before=NIGHT + 60 * SECOND,
        admitted_at=None,
        failure=backed_off.failure,
        version=before.version + 1,
    )
    with store.read() as tx:
        assert tx.job_queue.busy() == {}


def test_a_pause_at_a_checkpoint_uses_up_no_attempt_and_keeps_the_place(store: SqlStore) -> None:
    key = running(store)
    with store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"page": 2})
    assert end(store, key, ending(JobState.PENDING, outcome=AttemptOutcome.PAUSED, uses_attempt=False, failure=None))
    job = read_job(store)
    assert (job.attempts, job.ran_seconds, job.checkpoint, job.failure) == (0, 2.0, {"page": 2}, None)
    assert (job.ready_since, job.not_before, job.generation) == (NIGHT, NIGHT, 1)
    assert admitted(store) == JobKey("job-1", 2)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED])
def test_an_end_that_states_no_failure_keeps_the_one_before(store: SqlStore, state: JobState) -> None:
    key = running(store)
    end(store, key, ending(JobState.PENDING, not_before=NIGHT))
    key = running(store)
    assert end(store, key, ending(state, failure=None))
    job = read_job(store)
    assert (job.state, job.progress) == (state, 0)
    assert job.failure == JobFailure("page_timed_out", {"seconds": 30}, "the page took too long")


def test_what_json_does_not_know_of_a_failure_is_stored_as_text(store: SqlStore) -> None:
    failure = JobFailure("odd", {"at": NIGHT, "left": timedelta(seconds=5), "codes": {3: None}}, "\0\ud83d")
    ended(store, ending(JobState.FAILED, failure=failure))
    fields = {"at": "2026-01-01 16:00:00+00:00", "left": "0:00:05", "codes": {"3": None}}
    assert read_job(store).failure == JobFailure("odd", fields, "?")


@pytest.mark.parametrize("state", [JobState.PENDING, JobState.FAILED, JobState.EXPIRED])
def test_what_somebody_asked_to_stop_ends_as_a_success_or_a_cancel_alone(store: SqlStore, state: JobState) -> None:
    key = running(store)
    ask_to_stop(store)
    before = read_job(store)
    assert not end(store, key, ending(state, not_before=NIGHT))
    assert read_job(store) == before
    assert [one.finished_at for one in attempts(store)] == [None]
    assert end(store, key, ending(JobState.CANCELLED))
    assert read_job(store).state is JobState.CANCELLED


def test_a_wish_to_stop_that_comes_too_late_leaves_the_success(store: SqlStore) -> None:
    key = running(store)
    ask_to_stop(store)
    assert end(store, key, ending(JobState.SUCCEEDED, result={"rank": 3}))
    job = read_job(store)
    assert (job.state, job.result, job.cancel_requested_at) == (JobState.SUCCEEDED, {"rank": 3}, NIGHT)


def test_what_waits_ends_without_an_attempt(store: SqlStore) -> None:
    cancelled = ending(JobState.CANCELLED, seconds=0, uses_attempt=False)
    assert not end(store, JobKey("job-1", 1), cancelled, expected=JobState.PENDING)
    assert not end(store, JobKey("job-1", 0), cancelled, expected=JobState.QUEUED)
    assert end(store, JobKey("job-1", 0), cancelled, expected=JobState.PENDING)
    assert not end(store, JobKey("job-1", 0), cancelled, expected=JobState.PENDING)
    job = read_job(store)
    assert (job.state, job.attempts, job.finished_at) == (JobState.CANCELLED, 0, NIGHT + 9 * SECOND)
    assert attempts(store) == []


def test_what_was_admitted_and_never_claimed_ends_with_its_attempt(store: SqlStore) -> None:
    key = admitted(store)
    not_started = ending(JobState.PENDING, outcome=AttemptOutcome.NOT_STARTED, not_before=NIGHT, seconds=0)
    assert end(store, key, not_started, expected=JobState.QUEUED)
    [attempt] = attempts(store)
    assert (attempt.worker_id, attempt.outcome) == (None, AttemptOutcome.NOT_STARTED)
    assert read_job(store).state is JobState.PENDING


def test_a_late_worker_does_not_end_the_attempt_that_followed_its_own(store: SqlStore) -> None:
    first = running(store)
    assert end(store, first, ending(JobState.PENDING, outcome=AttemptOutcome.CRASHED, not_before=NIGHT))
    running(store)
    before = read_job(store)
    assert not end(store, first, ending(JobState.SUCCEEDED))
    assert read_job(store) == before
    assert [one.outcome for one in attempts(store)] == [AttemptOutcome.CRASHED, None]
