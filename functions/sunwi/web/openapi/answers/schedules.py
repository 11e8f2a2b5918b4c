"""What routes of schedules answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from sunwi.domain.job_schedule import ScheduleState
from sunwi.web.openapi.answered import Answered, Document
from sunwi.web.openapi.answers.jobs import Job


class Schedule(Document):
    """What is submitted when."""

    name: str
    korean_name: str
    submit: dict[str, Any] | None = Field(description="A job as `submit_job` takes it; null of the daily run.")
    when: dict[str, Any] = Field(description="`form`, and what is set of it.")
    when_in_korean: str
    next: datetime | None
    state: ScheduleState
    is_editable: bool


class Schedules(Document):
    """All schedules."""

    schedules: list[Schedule]


class RemovedSchedule(Document):
    """A schedule that was removed."""

    name: str
    is_removed: Literal[True]


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_schedules": Schedules,
    "get_schedule": Schedule,
    "set_schedule": Schedule,
    "pause_schedule": Schedule,
    "resume_schedule": Schedule,
    "remove_schedule": RemovedSchedule,
    "run_schedule": Job,
}
