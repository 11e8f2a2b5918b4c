"""The kind `bulk_action`: one action on all trackings, or failed jobs, that match a filter (일괄 처리).

Source: docs/adr/0053-bulk-actions-are-jobs.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from sunwi.domain.actor import Actor, Role
from sunwi.domain.bulk_action import BULK_ACTION_WORK, MOST_ROWS, Action
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_list import JobFilter
from sunwi.domain.tracking import Kind, Surface, TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.domain.tracking_state import Standing
from sunwi.domain.work import Place, Work
from sunwi.errors import InvalidInput
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.trackings.parse_terms import parse_tags

#: Trackings that one bulk action may name by their ids.
MOST_NAMED = 10_000

_WITH_TAGS = (Action.TAG, Action.UNTAG)


class BulkParams(BaseModel):
    """What is to be done to what.

    Attributes:
        filter: Fields of a `TrackingFilter`; of a `JobFilter` for `retry`.
        expected_count: Rows that matched when somebody decided; another number by now ends the job unchanged.
        tags: For `tag` and `untag`.
        note: Why, for whoever looks at the job.
        job_id: For `undo`: the bulk action that is taken back.
        fresh: For `retry`: without checkpoints.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    filter: dict[str, Any] = Field(default_factory=dict)
    expected_count: Annotated[StrictInt, Field(ge=1, le=MOST_ROWS)] | None = None
    tags: list[StrictStr] = Field(default_factory=list)
    note: Annotated[StrictStr, Field(max_length=500)] = ""
    job_id: StrictStr | None = None
    fresh: StrictBool = False


class _TrackingWords(BaseModel):
    """Fields of a `TrackingFilter`, as JSON has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: TrackingStatus | None = None
    standing: Standing | None = None
    kind: Kind | None = None
    surface: Surface | None = None
    keyword: StrictStr = ""
    client: StrictStr = ""
    agency: StrictStr = ""
    client_id: StrictInt | None = None
    agency_id: StrictInt | None = None
    area: StrictStr = ""
    tag: StrictStr = ""
    text: StrictStr = ""
    ids: Annotated[tuple[StrictInt, ...], Field(max_length=MOST_NAMED)] = ()


class _JobWords(BaseModel):
    """Fields of a `JobFilter`, as JSON has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    states: list[JobState] = Field(default_factory=list)
    work: StrictStr = ""
    code: StrictStr = ""
    owner: StrictStr = ""
    batch_id: StrictStr = ""
    since: AwareDatetime | None = None


def parse_bulk_action(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of a bulk action.

    Raises:
        InvalidInput: Something cannot be used, the filter lets everything through, or what the action needs is missing.
    """
    parsed = parse_params(BulkParams, params)
    if parsed.action is Action.UNDO:
        _require(parsed.job_id, "job_id")
    else:
        _require(parsed.expected_count, "expected_count")
        if parsed.action is Action.RETRY:
            job_filter(parsed)
        else:
            tracking_filter(parsed)
    if parsed.action in _WITH_TAGS:
        _require(tags_of(parsed), "tags")
    return parsed.model_dump(mode="json", exclude_defaults=True)


def _require(value: object, name: str) -> None:
    if not value:
        raise InvalidInput(f"the param {name} is missing", code="param_missing", param=name)


def tags_of(params: BulkParams) -> frozenset[str]:
    """Return the tags as they are stored.

    Raises:
        InvalidInput: One cannot be used, or there are too many.
    """
    return parse_tags("\n".join(params.tags))


def tracking_filter(params: BulkParams) -> TrackingFilter:
    """Return which trackings are meant.

    Raises:
        InvalidInput: A field is unknown or unusable, or it lets all trackings through.
    """
    return TrackingFilter(**_chosen(_TrackingWords, params))


def job_filter(params: BulkParams) -> JobFilter:
    """Return which jobs are meant.

    Raises:
        InvalidInput: A field is unknown or unusable, or it lets all jobs through.
    """
    return JobFilter(**_chosen(_JobWords, params))


def _chosen(words: type[BaseModel], params: BulkParams) -> dict[str, Any]:
    chosen = {name: value for name, value in parse_params(words, params.filter) if _says_something(value)}
    if not chosen:
        raise InvalidInput(
            "the filter lets everything through: name a client, an agency, a tag or anything else", code="filter_empty"
        )
    return chosen


def _says_something(value: object) -> bool:
    return (
        bool(value.strip())
        if isinstance(value, str) and not isinstance(value, StrEnum)
        else value not in (None, [], ())
    )


def actor_of(job: Job) -> Actor:
    """Return whose rights a bulk action has: an agency's, or those of who may do everything.

    Source: `BULK_ACTION.submitted_by`, and that admins belong to no agency.
    """
    if job.agency_id is not None:
        return Actor(owner=job.owner, role=Role.AGENCY, agency_id=job.agency_id)
    return Actor(owner=job.owner, role=Role.SYSTEM if job.is_of_system else Role.ADMIN)


BULK_ACTION = Work(
    name=BULK_ACTION_WORK,
    parse=parse_bulk_action,
    place=Place.CORE,
    steps=("select", "apply", "write"),
    soft_seconds=600,
    limit_seconds=3_600,
    expires_after=timedelta(days=1),
    can_checkpoint=True,
    submitted_by=frozenset({Role.ADMIN, Role.AGENCY, Role.SYSTEM}),
)
