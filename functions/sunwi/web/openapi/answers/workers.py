"""What the monitor and routes of the pool answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from sunwi.domain.job_health import HealthLevel
from sunwi.web.openapi.answered import Answered, Document

PausedWord = Literal["people", "all"]


class Pool(Document):
    """How many workers there may be, and for whom."""

    workers: int
    min: int
    max: int
    paused: PausedWord | None
    changed_at: datetime
    changed_by: str
    reason: str | None


class PoolChange(Document):
    """One change of the pool."""

    at: datetime
    before: int
    after: int
    paused: PausedWord | None
    reason: str
    changed_by: str


class PoolView(Pool):
    """The pool, what waits for it, and its last changes."""

    waiting: int
    busy: int
    busy_by_work: dict[str, int]
    changes: list[PoolChange]


class BusyPool(Pool):
    """The pool, and how much there is for it to do."""

    waiting: int
    busy: int


class JobHealthReason(Document):
    """Why jobs are not healthy."""

    code: str
    level: HealthLevel
    message: str


class WorkerDocument(Document):
    """A worker and what it does."""

    worker: str
    place: str
    environment: str
    since: datetime
    seen_at: datetime
    is_silent: bool
    job_id: str | None
    work: str | None
    progress: float | None
    job_seconds: float | None
    done: int
    failed: int
    busy_seconds: float
    memory_bytes: int | None
    pages: int


class QueueDocument(Document):
    """A queue."""

    name: str
    waiting: int | None
    in_flight: int | None
    dead: int | None
    oldest_seconds: float | None


class JobFiguresDocument(Document):
    """How jobs ended."""

    succeeded: int
    failed: int
    cancelled: int
    expired: int
    success_share: float | None
    mean_seconds: float | None
    median_seconds: float | None
    p95_seconds: float | None


class WorkFiguresDocument(JobFiguresDocument):
    """How jobs of a kind ended, and how many have not."""

    pending: int
    queued: int
    running: int


class HourFiguresDocument(JobFiguresDocument):
    """How jobs ended in an hour."""

    hour: datetime


class JobCauseDocument(Document):
    """Why jobs of a kind failed, and how often."""

    work: str
    code: str
    count: int


class Monitor(Document):
    """Everything that is seen of jobs at one instant."""

    at: datetime
    health: HealthLevel
    reasons: list[JobHealthReason]
    pool: BusyPool
    changes: list[PoolChange]
    workers: list[WorkerDocument]
    queues: list[QueueDocument]
    pending: int
    max_pending: int
    fill_percent: float
    waiting_seconds: dict[str, float] = Field(description="Of the longest waiting job, by priority.")
    total: JobFiguresDocument
    works: dict[str, WorkFiguresDocument]
    hours: list[HourFiguresDocument]
    causes: list[JobCauseDocument]


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "show_monitor": Monitor,
    "get_pool": PoolView,
    "pause_pool": Pool,
    "resume_pool": Pool,
    "set_pool_limits": Pool,
}
