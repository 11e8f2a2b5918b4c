"""What routes of runs answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from sunwi.domain.failure import FailureCause
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.run_task import TaskOutcome
from sunwi.domain.tracking import Device, Surface
from sunwi.web.openapi.answered import Answered, Document


class RunDocument(Document):
    """A round over trackings."""

    run_id: str
    kind: RunKind
    status: RunStatus
    is_held: bool
    business_date: date
    started_at: datetime
    deadline: datetime
    closed_at: datetime | None
    blocked_since: datetime | None
    expected: int


class RunCountsDocument(RunDocument):
    """A run with its equation: expected = succeeded + failed + cancelled + expired + left."""

    succeeded: int
    failed: int
    cancelled: int
    expired: int
    left: int


class RunList(Document):
    """One page of runs."""

    runs: list[RunCountsDocument]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class OpenCircuit(Document):
    """A surface that refuses."""

    surface: Surface
    device: Device
    opened_at: datetime | None
    probe_at: datetime | None
    pauses: int
    reason: str | None


class RunSummary(RunCountsDocument):
    """All of a run but what became of each tracking."""

    exposed: int
    not_exposed: int
    is_balanced: bool
    is_mostly_unmeasured: bool
    failure: str | None
    circuits: list[OpenCircuit]
    pages: int
    page_loads: int
    surfaces: list[dict[str, Any]] = Field(description="What became of the pages that were opened, by surface.")
    canary: dict[str, Any] | None
    elapsed_seconds: float


class RunTaskDocument(Document):
    """What became of a tracking in a run."""

    tracking_id: int
    keyword: str
    surface: Surface
    device: Device
    state: TaskState
    outcome: TaskOutcome | None
    cause: FailureCause | None
    reason: str | None
    late_date: date | None


class RunTaskPage(Document):
    """One page of what became of a run's trackings."""

    run_id: str
    tasks: list[RunTaskDocument]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class StartedRun(RunDocument):
    """A run that was started."""

    capacity_warning: str | None = Field(description="That its pages cannot be read in time.")


class CancelledRunDocument(Document):
    """What a cancel did."""

    run_id: str
    cancelled: int
    running: int = Field(description="Being measured: the run closes once they have ended.")


class RetriedRun(Document):
    """What was queued again, and what was left."""

    run_id: str
    sent: int
    waiting: int
    inactive: int
    expired: int
    of_other_causes: int
    left: int = Field(description="More than one call sends: ask again.")


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_runs": RunList,
    "get_run": RunSummary,
    "list_run_tasks": RunTaskPage,
    "start_run": StartedRun,
    "cancel_run": CancelledRunDocument,
    "retry_failed_of_run": RetriedRun,
}
