"""`sunwi trackings`: show, pause, resume, end, change, tag."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.terminal import show_json
from sunwi.cli.screens.tracking_screens import show_counting, show_history, show_status_change
from sunwi.cli.screens.tracking_table import show_tags
from sunwi.domain.session import MAX_SESSION_DAYS, MIN_SESSION_DAYS
from sunwi.domain.tracking import MAX_TARGET_RANK, TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.trackings.change_trackings import NO_TARGET_RANK, TrackingChanges
from sunwi.service.trackings.parse_areas import parse_areas
from sunwi.service.trackings.parse_terms import parse_tags
from sunwi.wording.documents import history_document, tracking_document

app = typer.Typer(no_args_is_help=True)

IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ID, help="Number of a tracking.")]
IdsArgument = Annotated[list[int], typer.Argument(metavar="ID…", min=1, max=MAX_ID, help="Numbers of trackings.")]


@app.command()
def show(ctx: typer.Context, tracking_id: IdArgument, *, as_json: JsonOption = False) -> None:
    """Show a tracking's sessions, day by day (회차 이력)."""
    history = open_container(ctx).trackings.show_tracking.show(actor_of_cli(), tracking_id)
    if as_json:
        show_json(history_document(history))
    else:
        show_history(history)


@app.command()
def pause(ctx: typer.Context, tracking_ids: IdsArgument, *, as_json: JsonOption = False) -> None:
    """Stop measuring trackings for a while; what waits in a queue is cancelled (일시 중지)."""
    _set_status(ctx, tracking_ids, TrackingStatus.PAUSED, as_json=as_json)


@app.command()
def resume(ctx: typer.Context, tracking_ids: IdsArgument, *, as_json: JsonOption = False) -> None:
    """Measure paused or ended trackings again, from the session they were in (재개)."""
    _set_status(ctx, tracking_ids, TrackingStatus.ACTIVE, as_json=as_json)


@app.command()
def end(ctx: typer.Context, tracking_ids: IdsArgument, *, as_json: JsonOption = False) -> None:
    """Stop measuring trackings; their history stays (종료)."""
    _set_status(ctx, tracking_ids, TrackingStatus.ENDED, as_json=as_json)


@app.command()
def change(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    tracking_ids: IdsArgument,
    *,
    areas: Annotated[
        str | None, typer.Option(help="Areas that count from now on; empty text: every organic area (영역).")
    ] = None,
    bundled: Annotated[
        bool | None, typer.Option("--bundled/--own-only", help="Whether a link in another post's card counts (묶음).")
    ] = None,
    session_days: Annotated[
        int | None,
        typer.Option(
            min=MIN_SESSION_DAYS, max=MAX_SESSION_DAYS, help="Days a session sells; until the first day (회차 일수)."
        ),
    ] = None,
    target_rank: Annotated[
        int | None,
        typer.Option(min=NO_TARGET_RANK, max=MAX_TARGET_RANK, help="Worst rank promised; 0: none (목표 순위)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what counts from the next observation on, and what is sold; history and sessions stay (집계 기준 변경)."""
    changes = TrackingChanges(
        areas=None if areas is None else parse_areas(areas),
        bundled=bundled,
        session_days=session_days,
        target_rank=target_rank,
    )
    if changes == TrackingChanges():
        message = "nothing is to be changed: give --areas, --bundled, --own-only, --session-days or --target-rank"
        raise InvalidInput(message, code="nothing_to_change")
    changed = open_container(ctx).trackings.change_trackings.change(actor_of_cli(), tracking_ids, changes)
    if as_json:
        show_json({"trackings": [tracking_document(tracking) for tracking in changed]})
    else:
        show_counting(changed)


@app.command()
def tag(
    ctx: typer.Context,
    tracking_ids: IdsArgument,
    *,
    add: Annotated[list[str] | None, typer.Option(help="Tag to add; may be repeated (태그 붙이기).")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="Tag to take away; may be repeated (태그 떼기).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Add tags to trackings, and remove tags (태그)."""
    given, taken = parse_tags("|".join(add or ())), parse_tags("|".join(remove or ()))
    if not given and not taken:
        message = "nothing is to be changed: give --add or --remove with a tag"
        raise InvalidInput(message, code="no_tag_given")
    tags = open_container(ctx).trackings.change_trackings.tag(actor_of_cli(), tracking_ids, add=given, remove=taken)
    if as_json:
        show_json({"trackings": [{"id": number, "tags": list(now)} for number, now in tags.items()]})
    else:
        show_tags(tags)


def _set_status(ctx: typer.Context, tracking_ids: list[int], status: TrackingStatus, *, as_json: bool) -> None:
    before = open_container(ctx).trackings.manage_trackings.set_status(actor_of_cli(), tracking_ids, status)
    if as_json:
        changed = [{**tracking_document(tracking), "status": status.value} for tracking in before]
        show_json({"trackings": changed})
    else:
        show_status_change(before, status)
