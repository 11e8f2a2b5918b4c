"""`sunwi trackings bulk`: one action on all trackings that match a filter, as a job."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.jobs.answer_submitted import WatchOption, answer_submitted
from sunwi.cli.commands.jobs.submit_once import submit_once
from sunwi.cli.commands.tracking_filter import (
    AgencyOption,
    AreaOption,
    ClientOption,
    KeywordOption,
    KindOption,
    StateOption,
    StatusOption,
    SurfaceOption,
    TagOption,
    TextOption,
    TypedFilter,
)
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.moments import parse_moment
from sunwi.cli.screens.jobs.submit_screens import show_matching, show_submitted, show_way_back
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.bulk_action import BULK_ACTION_WORK, FINAL, Action
from sunwi.domain.job_order import JobOrder
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.trackings.parse_terms import parse_tags
from sunwi.wording.jobs.submit_documents import bulk_action_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer


class TrackingAction(StrEnum):
    """What is done to trackings, as it is typed."""

    PAUSE = Action.PAUSE.value
    RESUME = Action.RESUME.value
    END = Action.END.value
    TAG = Action.TAG.value
    UNTAG = Action.UNTAG.value
    MEASURE = Action.MEASURE.value


ActionArgument = Annotated[
    TrackingAction,
    typer.Argument(
        case_sensitive=False,
        help="pause (일시 중지), resume (재개), end (종료), tag (태그 붙이기), untag (태그 떼기), measure (측정).",
    ),
]
AddOption = Annotated[list[str] | None, typer.Option(help="Of tag: what to add; may be repeated (붙일 태그).")]
RemoveOption = Annotated[list[str] | None, typer.Option(help="Of untag: what to take away; may be repeated (뗄 태그).")]
CountOption = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Do nothing unless just so many match (대상 건수).")
]
LaterOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="Not before 2026-01-02T03:00, Korean time (예약).")
]


def act_on_all(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    action: ActionArgument,
    *,
    status: StatusOption = None,
    state: StateOption = None,
    kind: KindOption = "",
    surface: SurfaceOption = "",
    area: AreaOption = "",
    keyword: KeywordOption = "",
    client: ClientOption = "",
    agency: AgencyOption = "",
    tag: TagOption = "",
    text: TextOption = "",
    add: AddOption = None,
    remove: RemoveOption = None,
    expected_count: CountOption = None,
    not_before: LaterOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what matches (건수만 보기).")] = False,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Act on all trackings that match, as a job that sunwi jobs undo takes back (일괄 처리).

    The filters are those of sunwi trackings list; at least one is needed. What matches is counted first, and nothing is
    done if another number matches when the job begins.
    """
    typed = TypedFilter(status, state, kind, surface, area, keyword, client, agency, tag, text)
    params = _params(Action(action.value), typed.read(), add=add, remove=remove)
    later = None if not_before is None else parse_moment(not_before)
    container = open_container(ctx)
    found = container.bulk_actions.count_matching.count(actor_of_cli(), params)
    if not as_json:
        show_matching(Action(action.value), found)
    if not dry_run:
        _require_count(found, expected_count)
        order = JobOrder(work=BULK_ACTION_WORK, params={**params, "expected_count": found}, not_before=later)
        _submit(container, order, watch=watch, as_json=as_json)
    elif as_json:
        show_json(bulk_action_document(action.value, found, None))


def _params(
    action: Action, wanted: TrackingFilter, *, add: list[str] | None, remove: list[str] | None
) -> dict[str, Any]:
    """Write the params of the job, but for the number of rows.

    Raises:
        InvalidInput: Tags are missing, or come with another action.
    """
    typed = {Action.TAG: add, Action.UNTAG: remove}
    tags = parse_tags("|".join(typed.pop(action, None) or ()))
    if any(typed.values()) or (action in (Action.TAG, Action.UNTAG) and not tags):
        raise InvalidInput("name tags by --add with tag, and by --remove with untag", code="bulk_tags_misplaced")
    chosen = {name: value for name, value in asdict(wanted).items() if value not in (None, "", ())}
    params: dict[str, Any] = {"action": action.value, "filter": chosen}
    return {**params, "tags": sorted(tags)} if tags else params


def _require_count(found: int, expected: int | None) -> None:
    if expected is not None and expected != found:
        raise Conflict(
            f"{found} trackings match, and not {expected}: nothing was submitted",
            code="bulk_count_other",
            expected=expected,
            found=found,
        )
    if not found:
        raise InvalidInput("no tracking matches: nothing was submitted", code="bulk_of_nothing")


def _submit(container: "CommandContainer", order: JobOrder, *, watch: bool, as_json: bool) -> None:
    actor, submit_job = actor_of_cli(), container.jobs.submit_job
    submitted = submit_once(lambda key: submit_job.submit(actor, order, idempotency_key=key), key=None)
    action, found = order.params["action"], order.params["expected_count"]
    if not as_json:
        show_submitted(submitted, now=container.adapters.clock.now(), follows=watch)
        if action not in {one.value for one in FINAL}:
            show_way_back(submitted.job)

    def write(job: Mapping[str, Any]) -> Mapping[str, Any]:
        return bulk_action_document(action, found, job)

    answer_submitted(container, submitted, watch=watch, write=write if as_json else None)
