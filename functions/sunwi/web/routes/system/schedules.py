"""Schedules: what is submitted when."""

from typing import Self

from pydantic import Field, model_validator

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.service.accounts.permissions import Action
from sunwi.service.schedules.list_schedules import line_of
from sunwi.service.schedules.parse_when import parse_when
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.asked.job_order_body import ScheduledOrderBody
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.job_documents import job_document
from sunwi.wording.schedules.schedule_documents import list_document, schedule_document


class ScheduleBody(Asked):
    """What is to be another; what is left out stays."""

    when: str | None = Field(
        None, max_length=200, description="`daily 03:00`, `매주 월,수 09:00`, `15분마다`, …; in Korean time."
    )
    submit: ScheduledOrderBody | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.when is None and self.submit is None:
            raise ValueError("nothing is to be changed: use when or submit")
        return self

    def order(self) -> JobOrder | None:
        """Return what is to be submitted, as use cases know it."""
        return None if self.submit is None else self.submit.order()


def list_schedules(request: Request[None, None]) -> Answer:
    """Answer with all schedules; a deployment has a handful."""
    return Answer(document=list_document(request.house.schedules.list_schedules.list(request.actor)))


def get_schedule(request: Request[None, None]) -> Answer:
    """Answer with a schedule, and when it is due next."""
    line = request.house.schedules.list_schedules.show(request.actor, request.path["name"])
    return Answer(document=schedule_document(line))


def set_schedule(request: Request[None, ScheduleBody]) -> Answer:
    """Set when a schedule is due, or what it submits; a new name is a new schedule."""
    asked, now = request.body, request.house.adapters.clock.now()
    when = None if asked.when is None else parse_when(asked.when, now=now)
    set_one = request.house.schedules.set_schedule
    return _schedule(request, set_one.set(request.actor, request.path["name"], when=when, order=asked.order()))


def pause_schedule(request: Request[None, None]) -> Answer:
    """Let a schedule be due no more."""
    switch = request.house.schedules.switch_schedule
    return _schedule(request, switch.pause(request.actor, request.path["name"]))


def resume_schedule(request: Request[None, None]) -> Answer:
    """Let a schedule be due again."""
    switch = request.house.schedules.switch_schedule
    return _schedule(request, switch.resume(request.actor, request.path["name"]))


def remove_schedule(request: Request[None, None]) -> Answer:
    """Delete a schedule that somebody has made."""
    name = request.path["name"]
    request.house.schedules.switch_schedule.remove(request.actor, name)
    return Answer(document={"name": name, "is_removed": True})


def run_schedule(request: Request[None, None]) -> Answer:
    """Submit what a schedule submits, now, as the caller's own job."""
    run = request.house.schedules.run_schedule
    job = run.run(request.actor, request.path["name"], idempotency_key=request.idempotency_key).job
    return Answer(status=202, document=job_document(job), headers={"Location": f"/api/v1/jobs/{job.id}"})


def _schedule(request: Request[None, ScheduleBody] | Request[None, None], schedule: JobSchedule) -> Answer:
    return Answer(document=schedule_document(line_of(schedule, now=request.house.adapters.clock.now())))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_schedules",
        method="GET",
        path="/api/v1/schedules",
        action=Action.SCHEDULES_READ,
        handle=list_schedules,
        summary="List the schedules, the daily run among them, and when each is due next.",
    ),
    Route(
        name="get_schedule",
        method="GET",
        path="/api/v1/schedules/<name>",
        action=Action.SCHEDULES_READ,
        handle=get_schedule,
        summary="Show a schedule.",
    ),
    Route(
        name="set_schedule",
        method="PUT",
        path="/api/v1/schedules/<name>",
        action=Action.SCHEDULES_CHANGE,
        handle=set_schedule,
        summary="Set when a schedule is due, and what it submits.",
        body=ScheduleBody,
    ),
    Route(
        name="remove_schedule",
        method="DELETE",
        path="/api/v1/schedules/<name>",
        action=Action.SCHEDULES_CHANGE,
        handle=remove_schedule,
        summary="Delete a schedule that somebody has made; Sunwi's own are paused instead.",
    ),
    Route(
        name="pause_schedule",
        method="POST",
        path="/api/v1/schedules/<name>/pause",
        action=Action.SCHEDULES_CHANGE,
        handle=pause_schedule,
        summary="Let a schedule be due no more; what falls into the pause is left out.",
    ),
    Route(
        name="resume_schedule",
        method="POST",
        path="/api/v1/schedules/<name>/resume",
        action=Action.SCHEDULES_CHANGE,
        handle=resume_schedule,
        summary="Let a schedule be due again.",
    ),
    Route(
        name="run_schedule",
        method="POST",
        path="/api/v1/schedules/<name>/run",
        action=Action.SCHEDULES_CHANGE,
        handle=run_schedule,
        summary="Submit what a schedule submits, now; when it is due next stays.",
        success=202,
    ),
)
