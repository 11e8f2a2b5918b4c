"""`sunwi trackings`: list, show, pause, resume, end."""

from typing import Annotated

import typer

from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.terminal import show_json
from sunwi.cli.screens.tracking_screens import show_counting, show_history, show_status_change
from sunwi.cli.screens.tracking_table import show_trackings
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.trackings.list_trackings import TrackingFilter
from sunwi.service.trackings.parse_areas import parse_areas
from sunwi.service.trackings.parse_tracking import parse_kind
from sunwi.wording.documents import history_document, line_document, tracking_document

app = typer.Typer(no_args_is_help=True)

IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ID, help="Number of a tracking.")]
IdsArgument = Annotated[list[int], typer.Argument(metavar="ID…", min=1, max=MAX_ID, help="Numbers of trackings.")]


@app.command(name="list")
def list_trackings(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    status: Annotated[
        TrackingStatus | None, typer.Option(case_sensitive=False, help="Only of this status (상태).")
    ] = None,
    kind: Annotated[str, typer.Option(help="Only of this kind (유형).")] = "",
    keyword: Annotated[str, typer.Option(help="Only with this in the keyword (키워드).")] = "",
    client: Annotated[str, typer.Option(help="Only with this in the client's name (광고주).")] = "",
    as_json: JsonOption = False,
) -> None:
    """List trackings with their session's progress (추적 목록)."""
    wanted = TrackingFilter(
        status=status, kind=parse_kind(kind) if kind.strip() else None, keyword=keyword, client=client
    )
    lines = open_container(ctx).trackings.list_trackings.list(wanted)
    if as_json:
        show_json({"trackings": [line_document(line) for line in lines]})
    else:
        show_trackings(lines)


@app.command()
def show(ctx: typer.Context, tracking_id: IdArgument, *, as_json: JsonOption = False) -> None:
    """Show a tracking's sessions, 25 exposed days each (회차 이력)."""
    history = open_container(ctx).trackings.show_tracking.show(tracking_id)
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
def change(
    ctx: typer.Context,
    tracking_ids: IdsArgument,
    *,
    areas: Annotated[
        str | None, typer.Option(help="Areas that count from now on; empty text: every organic area (영역).")
    ] = None,
    bundled: Annotated[
        bool | None, typer.Option("--bundled/--own-only", help="Whether a link in another post's card counts (묶음).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what counts from the next look on; history and sessions stay (집계 기준 변경)."""
    if areas is None and bundled is None:
        message = "nothing is to be changed: give --areas, --bundled or --own-only"
        raise InvalidInput(message, code="nothing_to_change")
    wanted = None if areas is None else parse_areas(areas)
    changed = open_container(ctx).trackings.manage_trackings.set_counting(tracking_ids, areas=wanted, bundled=bundled)
    if as_json:
        show_json({"trackings": [tracking_document(tracking) for tracking in changed]})
    else:
        show_counting(changed)


def _set_status(ctx: typer.Context, tracking_ids: list[int], status: TrackingStatus, *, as_json: bool) -> None:
    before = open_container(ctx).trackings.manage_trackings.set_status(tracking_ids, status)
    if as_json:
        changed = [{**tracking_document(tracking), "status": status.value} for tracking in before]
        show_json({"trackings": changed})
    else:
        show_status_change(before, status)
