from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sunwi.domain.job import WORKER_DEAD_AFTER, Job, JobState
from sunwi.domain.job_health import STUCK_AFTER
from sunwi.domain.job_monitor import find_stuck, list_workers
from sunwi.domain.work import LONGEST_ATTEMPT_SECONDS
from sunwi.domain.worker_pool import Worker

NOW = datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def job(number: int = 1, state: JobState = JobState.RUNNING, **given: object) -> Job:
    facts: dict[str, object] = {
        "id": f"job-{number}",
        "work": "lookup",
        "params": {},
        "owner": "cli:kim",
        "agency_id": None,
        "state": state,
        "generation": 2,
        "not_before": NOW,
        "ready_since": NOW,
        "limit_seconds": 600,
        "expires_at": NOW + timedelta(days=7),
        "created_at": NOW - timedelta(hours=2),
        "admitted_at": NOW - 2 * MINUTE,
        "started_at": None if state is JobState.QUEUED else NOW - MINUTE,
    }
    return Job(**(facts | given))  # type: ignore[arg-type]  # a test's own facts


def worker(number: int, job_id: str | None, *, seen: timedelta = SECOND, generation: int = 2) -> Worker:
    return Worker(
        id=f"worker-{number}",
        place="browser",
        environment="log",
        job_id=job_id,
        generation=generation,
        since=NOW - timedelta(hours=1),
        claimed_at=NOW - 90 * SECOND,
        seen_at=NOW - seen,
    )


def test_workers_are_matched_with_the_very_attempt_that_they_run_and_busy_ones_come_first() -> None:
    workers = [
        worker(1, "job-1", generation=1),
        worker(2, None),
        worker(3, "job-1", seen=20 * SECOND),
        worker(4, "job-2"),
        worker(5, "job-9", seen=WORKER_DEAD_AFTER + SECOND),
    ]
    views = list_workers(workers, [job(1), job(2, JobState.QUEUED)], now=NOW)
    assert [view.worker.id for view in views] == ["worker-3", "worker-1", "worker-2", "worker-4", "worker-5"]
    assert [view.job_seconds for view in views] == [90, None, None, None, None]
    assert [view.is_silent for view in views] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("busy", "seen", "is_stuck"),
    [
        (job(state=JobState.QUEUED, admitted_at=NOW - STUCK_AFTER), None, False),
        (job(state=JobState.QUEUED, admitted_at=NOW - STUCK_AFTER - SECOND), None, True),
        (job(started_at=NOW - 14 * MINUTE), WORKER_DEAD_AFTER + STUCK_AFTER, False),
        (job(started_at=NOW - 14 * MINUTE), WORKER_DEAD_AFTER + STUCK_AFTER + SECOND, True),
        (job(started_at=NOW - timedelta(seconds=LONGEST_ATTEMPT_SECONDS) - STUCK_AFTER), SECOND, False),
        (job(started_at=NOW - timedelta(seconds=LONGEST_ATTEMPT_SECONDS) - STUCK_AFTER - SECOND), SECOND, True),
        (job(started_at=NOW - timedelta(seconds=LONGEST_ATTEMPT_SECONDS) - STUCK_AFTER - SECOND), None, True),
    ],
)
def test_a_job_is_stuck_when_its_attempt_should_have_gone_on_or_ended_long_ago(
    *, busy: Job, seen: timedelta | None, is_stuck: bool
) -> None:
    workers = [] if seen is None else [worker(1, busy.id, seen=seen)]
    assert find_stuck([busy], workers, now=NOW) == ([busy.id] if is_stuck else [])


def test_a_worker_that_has_another_attempt_by_now_says_nothing_of_the_one_before() -> None:
    busy = replace(job(), started_at=NOW - MINUTE)
    gone_long_ago = worker(1, busy.id, generation=1, seen=timedelta(hours=1))
    assert find_stuck([busy], [gone_long_ago], now=NOW) == []
