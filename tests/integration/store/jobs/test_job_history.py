"""What is counted as jobs end, and what is taken away once it is old."""

from dataclasses import replace
from datetime import timedelta

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobFailure, JobKey, JobState
from sunwi.domain.job_list import DURATION_BOUNDS, JobCounts
from sunwi.domain.job_priority import Priority
from sunwi.domain.job_request import JobRequest
from tests.examples import HOUR, NIGHT
from tests.jobs.job_examples import SECOND, ended, ending, new_job, read_job, running, stored

LAST = len(DURATION_BOUNDS) - 1


def counted(store: SqlStore) -> list[JobCounts]:
    with store.read() as tx:
        return list(tx.job_history.counts(NIGHT - HOUR))


def test_jobs_are_counted_by_hour_kind_end_cause_and_running_time(store: SqlStore) -> None:
    later = NIGHT + HOUR + 59 * SECOND
    stored(store, *(new_job(name) for name in "123456"), new_job("7", work="backup"))
    crash = JobFailure("crash")
    ended(store, ending(JobState.SUCCEEDED, seconds=0.0625), "1")
    ended(store, ending(JobState.SUCCEEDED, seconds=0.125), "2")
    ended(store, ending(JobState.SUCCEEDED, seconds=5000), "3")
    ended(store, ending(JobState.FAILED, failure=crash), "4")
    ended(store, ending(JobState.CANCELLED, failure=crash, at=later), "5")
    ended(store, ending(JobState.EXPIRED, at=later), "6")
    ended(store, ending(JobState.SUCCEEDED, at=later, seconds=0.05), "7")
    found = {(one.hour, one.work, one.state.value, one.code): one for one in counted(store)}
    assert found[NIGHT, "export", "SUCCEEDED", ""] == JobCounts(
        hour=NIGHT,
        work="export",
        state=JobState.SUCCEEDED,
        code="",
        count=3,
        seconds=5000.1875,
        by_duration={0: 1, 1: 1, LAST: 1},
    )
    assert {key: one.count for key, one in found.items()} == {
        (NIGHT, "export", "SUCCEEDED", ""): 3,
        (NIGHT, "export", "FAILED", "crash"): 1,
        (NIGHT + HOUR, "export", "CANCELLED", ""): 1,
        (NIGHT + HOUR, "export", "EXPIRED", "page_timed_out"): 1,
        (NIGHT + HOUR, "backup", "SUCCEEDED", ""): 1,
    }
    with store.read() as tx:
        assert {one.hour for one in tx.job_history.counts(NIGHT + SECOND)} == {NIGHT + HOUR}


def test_a_job_counts_once_with_the_running_time_of_all_its_attempts(store: SqlStore) -> None:
    stored(store, new_job())
    ended(store, ending(JobState.PENDING, not_before=NIGHT, seconds=4.0))
    assert counted(store) == []
    key = running(store)
    with store.begin() as tx:
        for _ in range(2):
            tx.jobs.end(key, ending(JobState.SUCCEEDED, seconds=6.0), expected=JobState.RUNNING)
    [one] = counted(store)
    assert (one.count, one.seconds) == (1, 10.0)
    [index] = one.by_duration
    assert DURATION_BOUNDS[index - 1] < 10 <= DURATION_BOUNDS[index]


def test_what_has_not_ended_is_counted_by_kind_and_state(store: SqlStore) -> None:
    states = [*JobState, JobState.PENDING, JobState.PENDING]
    stored(
        store, *(new_job(str(number), state=state) for number, state in enumerate(states)), new_job("b", work="backup")
    )
    with store.read() as tx:
        assert tx.job_history.waiting() == {
            ("export", JobState.PENDING): 3,
            ("export", JobState.QUEUED): 1,
            ("export", JobState.RUNNING): 1,
            ("backup", JobState.PENDING): 1,
        }


def test_the_longest_wait_is_known_of_each_priority(store: SqlStore) -> None:
    stored(
        store,
        new_job("1", ready_since=NIGHT + 2 * SECOND),
        new_job("2", ready_since=NIGHT + 1 * SECOND),
        new_job("3", ready_since=NIGHT, state=JobState.QUEUED),
        new_job("4", ready_since=NIGHT, priority=Priority.CRITICAL),
    )
    with store.read() as tx:
        assert tx.job_history.oldest_waiting(NIGHT + 9 * SECOND) == {0: NIGHT + SECOND, 2: NIGHT}


def request(key: str, **named: str) -> JobRequest:
    return JobRequest(owner="kim", key=key, fingerprint="f", created_at=NIGHT, **named)  # type: ignore[arg-type]  # by name


def test_requests_go_once_they_are_old_and_their_jobs_are_gone_the_oldest_first(store: SqlStore) -> None:
    stored(store, *(new_job(name, batch_id="half" if name == "4" else None) for name in "45"))
    requests = [
        request("single", job_id="1"),
        request("kept", job_id="5"),
        request("half a batch", batch_id="half"),
        request("nothing stored", batch_id="none"),
        replace(request("new", batch_id="none"), created_at=NIGHT + 9 * SECOND),
    ]
    with store.begin() as tx:
        assert all(tx.jobs.add_request(one) for one in requests)
        assert tx.job_history.delete_requests(NIGHT + 9 * SECOND, 1) == 1
        assert tx.job_history.delete_requests(NIGHT + 9 * SECOND, 10) == 1
        assert tx.job_history.delete_requests(NIGHT + 9 * SECOND, 10) == 0
        left = [one.key for one in requests if tx.jobs.find_request("kim", one.key) is not None]
    assert left == ["kept", "half a batch", "new"]


def test_counts_of_old_hours_are_deleted(store: SqlStore) -> None:
    stored(store, *(new_job(name) for name in "1234"))
    for number in range(4):
        ended(store, ending(JobState.SUCCEEDED, at=NIGHT + number * HOUR), "1234"[number])
    with store.begin() as tx:
        assert tx.job_history.delete_hours(NIGHT + 3 * HOUR, 2) == 2
        assert tx.job_history.delete_hours(NIGHT + 3 * HOUR, 2) == 1
        assert tx.job_history.delete_hours(NIGHT + 3 * HOUR, 2) == 0
    assert [one.hour for one in counted(store)] == [NIGHT + 3 * HOUR]


def test_results_go_earlier_than_jobs_and_only_once(store: SqlStore) -> None:
    stored(store, *(new_job(name) for name in "1234"))
    for number in (1, 2, 3):
        ended(store, ending(JobState.SUCCEEDED, at=NIGHT + number * SECOND, result={"rank": number}), str(number))
    ended(store, ending(JobState.FAILED, at=NIGHT), "4")
    before = read_job(store, "1")
    with store.begin() as tx:
        assert tx.job_history.drop_results(NIGHT + 3 * SECOND, 1) == 1
        assert tx.job_history.drop_results(NIGHT + 3 * SECOND, 10) == 1
        assert tx.job_history.drop_results(NIGHT + 3 * SECOND, 10) == 0
    assert read_job(store, "1") == replace(before, result=None, version=before.version + 1)
    assert [read_job(store, name).result for name in "23"] == [None, {"rank": 3}]


def test_a_counter_is_right_however_many_jobs_end_at_once(store: SqlStore) -> None:
    stored(store, *(new_job(f"{number:02}", not_before=NIGHT - timedelta(days=1)) for number in range(30)))
    with store.begin() as tx:
        for number in range(30):
            key = JobKey(f"{number:02}", 0)
            assert tx.jobs.end(key, ending(JobState.CANCELLED, seconds=0), expected=JobState.PENDING)
    assert [one.count for one in counted(store)] == [30]
