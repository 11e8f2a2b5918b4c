"""What the counts of ended jobs come to: shares, times, hours and causes.

Nothing counts over history: the counts are kept by hour when jobs end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.job import JobState
from sunwi.domain.job_list import DURATION_BOUNDS, JobCounts

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFigures:
    """How jobs that ended did.

    Attributes:
        succeeded, failed, cancelled, expired: Jobs that ended so.
        mean_seconds: Running time of those that succeeded, over all their attempts; None when there are none.
        median_seconds: By the steps of `DURATION_BOUNDS`, each 1.25 times the one before.
        p95_seconds: By the same steps: 19 of 20 took no longer.
    """

    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    expired: int = 0
    mean_seconds: float | None = None
    median_seconds: float | None = None
    p95_seconds: float | None = None

    @property
    def ended(self) -> int:
        """All of them."""
        return self.succeeded + self.failed + self.cancelled + self.expired

    @property
    def judged(self) -> int:
        """Those that show how well jobs do: all but the cancelled ones, which somebody stopped."""
        return self.succeeded + self.failed + self.expired

    @property
    def success_share(self) -> float | None:
        """The share that succeeded, 0 to 1, of all but the cancelled ones; None when there are none."""
        return self.succeeded / self.judged if self.judged else None

    @property
    def failure_share(self) -> float | None:
        """The share that failed or expired, 0 to 1, of all but the cancelled ones; None when there are none."""
        return (self.failed + self.expired) / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour; `hour` is its start, aware UTC."""

    hour: datetime
    figures: JobFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCause:
    """Why jobs of one kind failed, and how many.

    Attributes:
        code: Of their failure.
    """

    work: str
    code: str
    count: int


def start_of_hour(at: datetime) -> datetime:
    """Return the start of an instant's hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def sum_counts(counts: Iterable[JobCounts]) -> JobFigures:
    """Sum counts of any hours and kinds."""
    states: Counter[JobState] = Counter()
    buckets: Counter[int] = Counter()
    seconds = 0.0
    for one in counts:
        states[one.state] += one.count
        if one.state is JobState.SUCCEEDED:
            buckets.update(one.by_duration)
            seconds += one.seconds
    succeeded = states[JobState.SUCCEEDED]
    return JobFigures(
        succeeded=succeeded,
        failed=states[JobState.FAILED],
        cancelled=states[JobState.CANCELLED],
        expired=states[JobState.EXPIRED],
        mean_seconds=seconds / succeeded if succeeded else None,
        median_seconds=quantile(buckets, 0.5),
        p95_seconds=quantile(buckets, 0.95),
    )


def quantile(by_duration: Mapping[int, int], share: float) -> float | None:
    """Estimate the seconds that a share of jobs took at most; None when there are none.

    Args:
        by_duration: Number of jobs by index into `DURATION_BOUNDS`.
        share: From 0 to 1.

    Returns:
        A point within the step that the job in question is counted in, as if its jobs were spread evenly: off by that
        step's width at most, a fifth of its upper bound. What was longer than the last bound counts as the last bound.
    """
    total = sum(by_duration.values())
    if not total:
        return None
    wanted, below = share * total, 0
    for index in sorted(by_duration):
        here = by_duration[index]
        if below + here >= wanted:
            lower = DURATION_BOUNDS[index - 1] if index else 0.0
            within = lower + (DURATION_BOUNDS[index] - lower) * (wanted - below) / here
            return min(within, DURATION_BOUNDS[index])
        below += here
    return DURATION_BOUNDS[max(by_duration)]


def list_hours(counts: Sequence[JobCounts], *, now: datetime, hours: int) -> list[HourFigures]:
    """List the last hours, the oldest first and the one that runs last; hours in which nothing ended, too."""
    last = start_of_hour(now)
    by_hour: dict[datetime, list[JobCounts]] = {last - _HOUR * back: [] for back in reversed(range(hours))}
    for one in counts:
        if one.hour in by_hour:
            by_hour[one.hour].append(one)
    return [HourFigures(hour, sum_counts(found)) for hour, found in by_hour.items()]


def list_works(counts: Sequence[JobCounts]) -> dict[str, JobFigures]:
    """Sum counts by kind, in the order of the kinds' names."""
    works = sorted({one.work for one in counts})
    return {work: sum_counts(one for one in counts if one.work == work) for work in works}


def list_causes(counts: Iterable[JobCounts]) -> list[JobCause]:
    """List why jobs failed or expired, the most frequent first."""
    causes: Counter[tuple[str, str]] = Counter()
    for one in counts:
        if one.state in (JobState.FAILED, JobState.EXPIRED):
            causes[one.work, one.code] += one.count
    ordered = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    return [JobCause(work=work, code=code, count=count) for (work, code), count in ordered]
