"""Schedules in a group of EventBridge Scheduler."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.adapters.aws.schedules.schedule_expressions import ZONE, read_expression, write_expression
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.domain.schedule_time import Interval, When, next_times
from sunwi.domain.typed_text import quote
from sunwi.errors import BadMessage, InvalidInput, Retryable, SunwiError
from sunwi.service.jobs.submitting.due_message import read_due_message, write_due_message
from sunwi.service.ports.schedules import Schedules

if TYPE_CHECKING:
    from types_boto3_scheduler import EventBridgeSchedulerClient

_ON, _OFF = "ENABLED", "DISABLED"

#: For how long, and how often, the scheduler tries to reach the queue: a backup that is a day late is still one.
_RETRY_POLICY = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTarget:
    """Where schedules send, by which role, and where goes what cannot be delivered; ARNs."""

    queue_arn: str
    role_arn: str
    dead_letter_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridgeSchedules(Schedules):
    """One group's schedules.

    Attributes:
        group: Its name.
        find_target: Of new schedules; asked for when one is created, and no sooner.
    """

    client: "EventBridgeSchedulerClient"
    group: str
    find_target: Callable[[], ScheduleTarget]

    @override
    def list(self) -> Sequence[JobSchedule]:
        try:
            pages = self.client.get_paginator("list_schedules").paginate(GroupName=self.group)
            names = sorted(item["Name"] for page in pages for item in page["Schedules"])
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error
        # One that is deleted meanwhile is left out.
        return [schedule for name in names if (schedule := self.find(name)) is not None]

    @override
    def find(self, name: str) -> JobSchedule | None:
        found = self._describe(name)
        return None if found is None else _schedule_of(found)

    @override
    def create(self, name: str, when: When, order: JobOrder) -> bool:
        target = self.find_target()
        fields: dict[str, Any] = {
            "ActionAfterCompletion": "NONE",
            "Description": f"Sunwi: submits {order.work}.",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": _ON,
            "Target": {
                "Arn": target.queue_arn,
                "RoleArn": target.role_arn,
                "Input": _input(name, order),
                "RetryPolicy": _RETRY_POLICY,
                "DeadLetterConfig": {"Arn": target.dead_letter_arn},
            },
            **_time_fields(when),
        }
        try:
            self.client.create_schedule(Name=name, GroupName=self.group, **fields)
        except self.client.exceptions.ConflictException:
            return False
        except (BotoCoreError, ClientError) as error:
            raise _translated(error, name) from error
        return True

    @override
    def change(
        self,
        name: str,
        *,
        at: datetime,
        when: When | None = None,
        order: JobOrder | None = None,
        is_paused: bool | None = None,
    ) -> None:
        found = self._describe(name)
        if found is None:
            raise InvalidInput(f"there is no schedule {quote(name)}", code="schedule_unknown", name=name)
        fields = {field: found[field] for field in self._kept_fields() if found.get(field) is not None}
        _drop_past(fields, _schedule_of(found).when, at=at)
        if when is not None:
            fields.pop("StartDate", None)
            fields.pop("EndDate", None)
            fields |= _time_fields(when)
        if order is not None:
            fields["Target"] = {**fields["Target"], "Input": _input(name, order)}
        if is_paused is not None:
            fields["State"] = _OFF if is_paused else _ON
        try:
            self.client.update_schedule(**{**fields, "Name": name, "GroupName": self.group})
        except (BotoCoreError, ClientError) as error:
            raise _translated(error, name) from error

    @override
    def remove(self, name: str) -> None:
        try:
            self.client.delete_schedule(Name=name, GroupName=self.group)
        except self.client.exceptions.ResourceNotFoundException:
            return
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        try:
            return dict(self.client.get_schedule(Name=name, GroupName=self.group))
        except self.client.exceptions.ResourceNotFoundException:
            return None
        except (BotoCoreError, ClientError) as error:
            raise _unreachable(error) from error

    def _kept_fields(self) -> Sequence[str]:
        """Name everything that an update takes: what it is not given goes back to its default.

        Source: docs/aws.md, schedules.
        """
        shape = self.client.meta.service_model.operation_model("UpdateSchedule").input_shape
        return [name for name in (shape.members if shape else ()) if name != "ClientToken"]


def _schedule_of(found: Mapping[str, Any]) -> JobSchedule:
    begins = _utc(found.get("StartDate"))
    zone = found.get("ScheduleExpressionTimezone") or "UTC"
    when = read_expression(found["ScheduleExpression"], zone, since=begins)
    return JobSchedule(
        name=found["Name"],
        when=when,
        order=_order_of(found["Target"].get("Input")),
        is_paused=found.get("State") == _OFF,
        not_before=begins,
        until=_utc(found.get("EndDate")),
        changed_at=_utc(found.get("LastModificationDate")),
    )


def _order_of(text: str | None) -> JobOrder | None:
    """Read what a schedule submits; None of one that a person has set to something else."""
    try:
        return read_due_message(json.loads(text or "")).order
    except (BadMessage, TypeError, ValueError):
        return None


def _input(name: str, order: JobOrder) -> str:
    return json.dumps(write_due_message(name, order), ensure_ascii=False)


def _time_fields(when: When) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "ScheduleExpression": write_expression(when),
        "ScheduleExpressionTimezone": ZONE,
    }
    if isinstance(when, Interval) and when.since is not None:
        fields["StartDate"] = when.since
    return fields


def _drop_past(fields: dict[str, Any], when: When, *, at: datetime) -> None:
    """Take away a beginning that has gone by, which an update refuses; of an interval it moves to the next turn."""
    begins = _utc(fields.get("StartDate"))
    if begins is None or begins > at:
        return
    del fields["StartDate"]
    if isinstance(when, Interval):
        (fields["StartDate"],) = next_times(when, after=at)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _translated(error: BotoCoreError | ClientError, name: str) -> SunwiError:
    """Tell what the scheduler refuses for good from what may be different later."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    # A role that was made a moment ago is not known everywhere: that is a refusal, too, and passes.
    if code != "ValidationException" or "role" in str(error):
        return _unreachable(error)
    return InvalidInput(
        f"the scheduler refuses the schedule {name}: {error}", code="schedule_refused", name=name, cause=str(error)
    )


def _unreachable(error: BotoCoreError | ClientError) -> Retryable:
    return Retryable(f"the scheduler cannot be reached: {error}", code="scheduler_unreachable", cause=str(error))
