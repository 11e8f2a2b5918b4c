"""What routes of jobs answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_answers import CancelAnswer
from sunwi.web.openapi.answered import Answered, Document

Priority = Literal["critical", "high", "normal", "low"]


class JobFailureDocument(Document):
    """Why a job failed."""

    code: str
    fields: dict[str, Any]
    reason: str


class Job(Document):
    """A job."""

    job_id: str
    work: str
    params: dict[str, Any]
    owner: str
    agency_id: int | None
    batch_id: str | None
    row: int | None = Field(description="Its row in a bulk submission, from 1.")
    priority: Priority
    state: JobState
    progress: float = Field(description="Percent.")
    step: str | None
    message: str | None
    attempts: int
    created_at: datetime
    ready_since: datetime
    not_before: datetime
    expires_at: datetime
    admitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    limit_seconds: int
    ran_seconds: float
    has_checkpoint: bool
    failure: JobFailureDocument | None
    undoes: str | None
    notify: dict[str, Any] | None
    version: int


class SubmittedJob(Job):
    """A job that was submitted."""

    is_repeat: bool = Field(description="Its idempotency key had been used before: nothing new was stored.")


class JobAttempt(Document):
    """One attempt of a job."""

    generation: int
    worker: str | None
    admitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    outcome: AttemptOutcome | None
    code: str | None


class ShownJob(Job):
    """A job with its attempts in time."""

    steps: list[str]
    attempts_made: list[JobAttempt]


class JobPage(Document):
    """One page of a list of jobs."""

    jobs: list[Job]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class SubmittedRow(Document):
    """A row that is a job now."""

    line: int = Field(description="From 1.")
    job_id: str


class RefusedRow(Document):
    """A row that is none."""

    line: int = Field(description="From 1.")
    code: str
    message: str


class BulkSubmission(Document):
    """What became of a bulk submission, row by row."""

    batch_id: str | None = Field(description="null: nothing was stored.")
    is_repeat: bool
    stored: int
    jobs: list[SubmittedRow]
    refused: list[RefusedRow]


class CancelledJob(Document):
    """What a cancel led to."""

    job_id: str
    answer: CancelAnswer
    code: None
    message: None


class RetriedJob(Document):
    """What became of one job that was to be retried."""

    job_id: str
    is_retried: bool
    code: str | None
    message: str | None


class RetriedJobs(Document):
    """Which jobs wait again, and why others do not."""

    retried: int
    refused: int
    jobs: list[RetriedJob]


class UndoneJob(Document):
    """How a bulk action is taken back."""

    job_id: str
    answer: Literal["cancelled", "submitted"]
    job: Job | None = Field(description="That takes it back; null: it had not begun, and was cancelled.")
    is_repeat: bool


class JobFileUrl(Document):
    """A file that a job left."""

    name: str
    url: str


class JobResult(Document):
    """What a job found."""

    job_id: str
    result: dict[str, Any]
    files: list[JobFileUrl]


class StartedTask(Document):
    """A task that was started."""

    success: Literal[True]
    task_id: str
    message: str


class TaskStatus(Document):
    """How far a task is."""

    task_id: str
    status: Literal["PENDING", "PROGRESS", "SUCCESS", "FAILURE", "REVOKED"]
    progress: float
    step: str | None
    message: str | None
    error: str | None


class CancelledTask(Document):
    """A task that was cancelled."""

    success: Literal[True]
    message: str


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "submit_job": SubmittedJob,
    "submit_jobs": Answered(model=BulkSubmission, also={200: BulkSubmission}),
    "list_jobs": JobPage,
    "list_active_jobs": JobPage,
    "get_job": ShownJob,
    "get_job_result": Answered(model=JobResult, problems=(409,)),
    "get_job_file": Answered(problems=(409,)),
    "cancel_job": CancelledJob,
    "retry_job": RetriedJob,
    "retry_jobs": RetriedJobs,
    "undo_job": UndoneJob,
    "start_baemin_crawling": StartedTask,
    "get_baemin_task": TaskStatus,
    "cancel_baemin_task": CancelledTask,
}
