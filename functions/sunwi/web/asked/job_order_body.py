"""A job as a body asks for it."""

from dataclasses import replace
from typing import Literal

from pydantic import Field, JsonValue
from typing_extensions import override

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import parse_priority
from sunwi.web.asked.fields import Asked, Moment

PriorityName = Literal["critical", "high", "normal", "low"]


class NotifyBody(Asked):
    """Who is told of a job's end: one of the two."""

    channel: str | None = Field(None, max_length=100, description="Name of a channel.")
    audience: str | None = Field(None, max_length=40, description="`system`, `agency:3` or `client:12`.")


class ScheduledOrderBody(Asked):
    """What a schedule submits."""

    work: str = Field(max_length=64, description="Kind of job, `lookup` for instance.")
    params: dict[str, JsonValue] = Field(default_factory=dict, description="As the kind takes them.")
    priority: PriorityName | None = None

    def order(self) -> JobOrder:
        """Return it as use cases know it."""
        priority = None if self.priority is None else parse_priority(self.priority)
        return JobOrder(work=self.work, params=self.params, priority=priority)


class JobOrderBody(ScheduledOrderBody):
    """A job that is asked for; what is left out is its kind's to say."""

    not_before: Moment | None = Field(None, description="It does not begin before that; Korean time without an offset.")
    limit_seconds: int | None = Field(None, ge=1, le=86_400, description="It may run for so long in all.")
    notify: NotifyBody | None = None

    @override
    def order(self) -> JobOrder:
        return replace(
            super().order(),
            not_before=self.not_before,
            limit_seconds=self.limit_seconds,
            notify=None if self.notify is None else self.notify.model_dump(exclude_none=True),
        )
