"""What a list of jobs is asked for, and the counts that are kept of those that have ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.actor import Actor
from sunwi.domain.job import Job, JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs; None and "" let everything through.

    Attributes:
        code: Of their failure.
        owner: Whole.
        since: Submitted then or later; aware.
    """

    states: Sequence[JobState] = ()
    work: str = ""
    code: str = ""
    owner: str = ""
    batch_id: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuery:
    """One page of a list, newest first.

    Attributes:
        actor: Sees its own, its agency's, or everybody's.
        limit: Jobs at most, from 1.
        before: Id of the last job of the page before; None begins with the newest.
    """

    wanted: JobFilter
    actor: Actor
    limit: int
    before: str | None = None


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of a list.

    Attributes:
        next_before: What the next page is asked for with; None when nothing follows.
    """

    jobs: Sequence[Job]
    next_before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJobs:
    """Failed and expired jobs: by id, by cause, or by filter.

    Attributes:
        job_ids: None stands for all that the rest lets through.
    """

    wanted: JobFilter
    actor: Actor
    job_ids: Sequence[str] | None = None


#: Upper bounds of running times that are counted together, in seconds; what is longer goes with the last.
DURATION_BOUNDS = tuple(round(0.1 * 1.25**step, 4) for step in range(42))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """Jobs of one kind that ended in one hour in one way.

    Attributes:
        hour: Its start, aware UTC.
        code: Of their failure; empty where they did not fail.
        seconds: Their running times together.
        by_duration: Number of them by index into `DURATION_BOUNDS`.
    """

    hour: datetime
    work: str
    state: JobState
    code: str
    count: int
    seconds: float
    by_duration: Mapping[int, int]
