"""Check what somebody asks for, and make the job of it that is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import Job
from sunwi.domain.job_notify import parse_notify
from sunwi.domain.job_order import LONGEST_WAIT, MAX_PARAMS_BYTES, JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Work, Works
from sunwi.errors import Forbidden, InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlace:
    """Where a job stands among those that are submitted with it.

    Attributes:
        at: When it is submitted; aware UTC.
        position: Its row, from 1; 0 of a single one.
    """

    id: str
    at: datetime
    batch_id: str | None = None
    position: int = 0


def make_job(order: JobOrder, place: JobPlace, *, actor: Actor, works: Works) -> Job:
    """Check an order by itself; what else its owner has is not asked.

    Raises:
        InvalidInput: The kind is unknown, or something of the order is no use; names everything that is.
        Forbidden: The actor's role does not reach so far.
    """
    work = works.require(order.work)
    priority = _default_priority(work, place, actor) if order.priority is None else order.priority
    _check_rights(work, priority, actor)
    found: list[InvalidInput] = []
    params = _collect(found, lambda: _params(work, order.params)) or {}
    _collect(found, lambda: _check_times(order, work, place.at))
    _collect(found, lambda: _check_notify(order.notify))
    if found:
        raise InvalidInput.of_all(found)
    not_before = max(place.at, order.not_before or place.at)
    return Job(
        id=place.id,
        work=work.name,
        params=params,
        owner=actor.owner,
        agency_id=actor.agency_id,
        batch_id=place.batch_id,
        position=place.position,
        priority=priority,
        not_before=not_before,
        ready_since=place.at,
        limit_seconds=order.limit_seconds or work.limit_seconds,
        expires_at=not_before + work.expires_after,
        created_at=place.at,
        lane=work.lane_of(params),
        notify=order.notify,
        undoes=order.undoes,
    )


def _default_priority(work: Work, place: JobPlace, actor: Actor) -> Priority:
    own = work.priority if place.batch_id is None else Priority.LOW
    return min(own, actor.highest_priority)


def _collect(found: list[InvalidInput], check: Any) -> Any:  # noqa: ANN401 - whatever it returns
    try:
        return check()
    except InvalidInput as error:
        found += error.problems or [error]
        return None


def _check_rights(work: Work, priority: Priority, actor: Actor) -> None:
    is_homeless = actor.role is Role.AGENCY and actor.agency_id is None
    if actor.role not in work.submitted_by or is_homeless:
        raise Forbidden(
            f"the role {actor.role.value} may not ask for {work.name}",
            code="work_forbidden",
            work=work.name,
            role=actor.role.value,
        )
    if priority > actor.highest_priority:
        highest = actor.highest_priority.name.lower()
        raise Forbidden(
            f"the role {actor.role.value} may not ask for priority {priority.name.lower()}: use {highest} or lower",
            code="priority_forbidden",
            priority=priority.name.lower(),
            role=actor.role.value,
            highest=highest,
        )


def _params(work: Work, params: Mapping[str, Any]) -> dict[str, Any]:
    _check_json(params, "params")
    return work.parse(params)


def _check_json(value: Mapping[str, Any], what: str) -> None:
    """Require what both databases keep as JSON: no NaN, no halves of characters, no NUL."""
    try:
        data = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"the {what} are no JSON ({error})", code="params_no_json", what=what) from error
    if b"\\u0000" in data:
        raise InvalidInput(f"the {what} have a character NUL in them: remove it", code="params_have_nul", what=what)
    if len(data) > MAX_PARAMS_BYTES:
        raise InvalidInput(
            f"the {what} have {len(data)} bytes: use at most {MAX_PARAMS_BYTES}",
            code="params_too_large",
            what=what,
            bytes=len(data),
            most=MAX_PARAMS_BYTES,
        )


def _check_notify(notify: Mapping[str, Any] | None) -> None:
    """Require the form; whether there is such a channel is asked where the job is stored."""
    if notify is not None:
        _check_json(notify, "notify")
        parse_notify(notify)


def _check_times(order: JobOrder, work: Work, now: datetime) -> None:
    limit = order.limit_seconds
    if limit is not None and not 1 <= limit <= work.limit_seconds:
        raise InvalidInput(
            f"{limit} s are no running time for {work.name}: use 1 to {work.limit_seconds}",
            code="limit_unusable",
            seconds=limit,
            work=work.name,
            most=work.limit_seconds,
        )
    if order.not_before is not None and order.not_before > now + LONGEST_WAIT:
        raise InvalidInput(
            f"{order.not_before.isoformat()} is too far away: use a time within {LONGEST_WAIT.days} days",
            code="not_before_too_far",
            not_before=order.not_before,
            days=LONGEST_WAIT.days,
        )
