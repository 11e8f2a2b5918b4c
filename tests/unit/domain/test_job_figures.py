from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.job import JobState
from sunwi.domain.job_figures import (
    JobCause,
    JobFigures,
    list_causes,
    list_hours,
    list_works,
    quantile,
    sum_counts,
)
from sunwi.domain.job_list import DURATION_BOUNDS, JobCounts

HOUR = datetime(2026, 1, 1, 16, tzinfo=UTC)


def counts(
    state: JobState = JobState.SUCCEEDED,
    count: int = 1,
    *,
    work: str = "lookup",
    hour: datetime = HOUR,
    code: str = "",
    seconds: float = 0,
    bucket: int = 0,
) -> JobCounts:
    return JobCounts(
        hour=hour, work=work, state=state, code=code, count=count, seconds=seconds, by_duration={bucket: count}
    )


def bucket_of(seconds: float) -> int:
    """The step that a running time is counted in, found the slow way."""
    fitting = [index for index, bound in enumerate(DURATION_BOUNDS) if seconds <= bound]
    return fitting[0] if fitting else len(DURATION_BOUNDS) - 1


def test_shares_leave_out_what_somebody_cancelled() -> None:
    found = sum_counts(
        [
            counts(JobState.SUCCEEDED, 6),
            counts(JobState.FAILED, 1, code="crash"),
            counts(JobState.EXPIRED, 1, code="expired"),
            counts(JobState.CANCELLED, 92),
        ]
    )
    assert (found.ended, found.judged) == (100, 8)
    assert (found.success_share, found.failure_share) == (0.75, 0.25)


def test_nothing_that_ended_has_no_shares_and_no_times() -> None:
    found = sum_counts([counts(JobState.CANCELLED, 3)])
    assert (found.success_share, found.failure_share) == (None, None)
    assert (found.mean_seconds, found.median_seconds, found.p95_seconds) == (None, None, None)


def test_times_are_those_of_jobs_that_succeeded() -> None:
    quick_failure = counts(JobState.FAILED, 50, code="bad_page", seconds=1, bucket=0)
    slow = counts(JobState.SUCCEEDED, 4, seconds=400, bucket=bucket_of(100))
    found = sum_counts([quick_failure, slow])
    assert found.mean_seconds == 100
    assert found.median_seconds is not None
    assert DURATION_BOUNDS[bucket_of(100) - 1] < found.median_seconds <= DURATION_BOUNDS[bucket_of(100)]


@given(
    st.lists(st.floats(min_value=0, max_value=DURATION_BOUNDS[-1]), min_size=1, max_size=60),
    st.sampled_from([0.5, 0.95, 1.0]),
)
def test_a_quantile_is_off_by_one_step_at_most(durations: list[float], share: float) -> None:
    by_duration: dict[int, int] = {}
    for seconds in durations:
        by_duration[bucket_of(seconds)] = by_duration.get(bucket_of(seconds), 0) + 1
    ordered = sorted(durations)
    exact = next(one for rank, one in enumerate(ordered, start=1) if rank >= share * len(ordered) - 1e-9)
    found = quantile(by_duration, share)
    assert found is not None
    step = bucket_of(exact)
    lower = DURATION_BOUNDS[step - 1] if step else 0
    assert lower <= found <= DURATION_BOUNDS[step]


def test_what_is_longer_than_the_last_bound_counts_as_the_last_bound() -> None:
    assert quantile({len(DURATION_BOUNDS) - 1: 5}, 1.0) == DURATION_BOUNDS[-1]


def test_every_hour_is_listed_whether_or_not_something_ended_in_it() -> None:
    last, older = HOUR, HOUR - timedelta(hours=3)
    too_old = counts(hour=HOUR - timedelta(hours=4))
    found = list_hours(
        [counts(hour=last), counts(JobState.FAILED, 2, hour=older, code="crash"), too_old],
        now=HOUR + timedelta(minutes=59),
        hours=4,
    )
    assert [one.hour for one in found] == [HOUR - timedelta(hours=back) for back in (3, 2, 1, 0)]
    assert [one.figures.ended for one in found] == [2, 0, 0, 1]


def test_kinds_are_summed_apart() -> None:
    found = list_works([counts(work="lookup"), counts(work="bulk_action", count=2), counts(work="lookup", count=4)])
    assert list(found) == ["bulk_action", "lookup"]
    assert [one.succeeded for one in found.values()] == [2, 5]


def test_causes_come_with_the_most_frequent_first() -> None:
    found = list_causes(
        [
            counts(JobState.FAILED, 1, code="crash"),
            counts(JobState.FAILED, 3, code="timed_out", hour=HOUR - timedelta(hours=1)),
            counts(JobState.FAILED, 2, code="timed_out"),
            counts(JobState.EXPIRED, 4, code="expired", work="bulk_action"),
            counts(JobState.SUCCEEDED, 9),
            counts(JobState.CANCELLED, 9),
        ]
    )
    assert found == [
        JobCause(work="lookup", code="timed_out", count=5),
        JobCause(work="bulk_action", code="expired", count=4),
        JobCause(work="lookup", code="crash", count=1),
    ]


@pytest.mark.parametrize("figures", [JobFigures(), sum_counts([])])
def test_no_counts_are_no_figures(figures: JobFigures) -> None:
    assert figures == JobFigures()
    assert figures.ended == 0
