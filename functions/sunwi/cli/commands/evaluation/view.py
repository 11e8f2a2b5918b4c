"""`sunwi evaluation list` and `show`."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.evaluation.event_screens import show_events
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.evaluation_list import MAX_EVENTS, EventQuery, read_cursor
from sunwi.service.watchdog.parse_watch_event import parse_day
from sunwi.wording.evaluation.evaluation_documents import event_page_document

DayOption = Annotated[str | None, typer.Option(metavar="DATE", help="Only of 2026-01-02, a Korean date (날짜).")]
LimitOption = Annotated[int, typer.Option(min=1, max=MAX_EVENTS, help="At most so many (최대 건수).")]
AfterOption = Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on behind an earlier page (이어보기).")]


def list_events(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    day: DayOption = None,
    client: Annotated[
        int | None,
        typer.Option(min=1, max=MAX_ID, help="Only of this client's number, as in sunwi clients list (광고주)."),
    ] = None,
    tracking: Annotated[int | None, typer.Option(min=1, max=MAX_ID, help="Only of this tracking (추적).")] = None,
    kinds: Annotated[
        list[EventKind] | None, typer.Option("--kind", help="Only of this kind (변화); may be repeated.")
    ] = None,
    state: Annotated[
        EventState | None, typer.Option(case_sensitive=False, help="HOLDS (유효) or WITHDRAWN (취소) only (상태).")
    ] = None,
    limit: LimitOption = 50,
    after: AfterOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what changed for trackings, the latest day first (변화 목록)."""
    query = EventQuery(
        actor=actor_of_cli(),
        day=None if day is None else parse_day(day),
        tracking_id=tracking,
        client_id=client,
        kinds=tuple(kinds or ()),
        state=state,
        limit=limit,
        after=None if after is None else read_cursor(after),
    )
    _show(ctx, query, more="sunwi evaluation list", as_json=as_json)


def show(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    tracking_id: Annotated[int, typer.Argument(metavar="TRACKING", min=1, max=MAX_ID, help="Number of a tracking.")],
    *,
    day: DayOption = None,
    limit: LimitOption = 50,
    after: AfterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed for one tracking, the latest day first, and what no longer holds (추적의 변화)."""
    query = EventQuery(
        actor=actor_of_cli(),
        day=None if day is None else parse_day(day),
        tracking_id=tracking_id,
        limit=limit,
        after=None if after is None else read_cursor(after),
    )
    _show(ctx, query, more=f"sunwi evaluation show {tracking_id}", as_json=as_json)


def _show(ctx: typer.Context, query: EventQuery, *, more: str, as_json: bool) -> None:
    page = open_container(ctx).evaluation.list_events.page(query)
    if as_json:
        show_json(event_page_document(page))
    else:
        show_events(page, more=more)
