"""`sunwi trackings list`: trackings with where their sessions stand, filtered, sorted and page by page."""

from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
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
from sunwi.cli.screens.terminal import show_json
from sunwi.cli.screens.tracking_table import show_page
from sunwi.domain.tracking_list import ListOrder, TrackingFilter, TrackingSort
from sunwi.errors import InvalidInput
from sunwi.service.trackings.list_trackings import MAX_PAGE_LENGTH, TrackingPage
from sunwi.wording.documents import page_document

SortOption = Annotated[
    TrackingSort,
    typer.Option(
        case_sensitive=False,
        help="Order (정렬): id (번호), keyword (키워드), rank (순위), days_left (남은 날), finish (days to "
        "go: measured days until the session is full, 종료까지 남은 측정일), measured (마지막 측정일).",
    ),
]
LimitOption = Annotated[int, typer.Option(min=1, max=MAX_PAGE_LENGTH, help="At most so many (최대 건수).")]
AfterOption = Annotated[
    str | None, typer.Option(metavar="CURSOR", help="Go on behind an earlier page, in the same order (이어보기).")
]


def list_trackings(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
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
    sort: SortOption = TrackingSort.ID,
    desc: Annotated[bool, typer.Option("--desc", help="The other way round (역순).")] = False,
    limit: LimitOption = MAX_PAGE_LENGTH,
    after: AfterOption = None,
    every: Annotated[bool, typer.Option("--all", help="All of them, however many (전체).")] = False,
    as_json: JsonOption = False,
) -> None:
    """List trackings with their session's progress (추적 목록)."""
    typed = TypedFilter(status, state, kind, surface, area, keyword, client, agency, tag, text)
    page = _read_page(ctx, typed.read(), ListOrder(sort, desc), limit=None if every else limit, after=after)
    if as_json:
        show_json(page_document(page))
    else:
        show_page(page)


def _read_page(
    ctx: typer.Context, wanted: TrackingFilter, order: ListOrder, *, limit: int | None, after: str | None
) -> TrackingPage:
    """Read one page, or all trackings where there is no limit."""
    if limit is None and after is not None:
        raise InvalidInput("--all begins at the top: leave --after out", code="all_and_after")
    actor, listing = actor_of_cli(), open_container(ctx).trackings.list_trackings
    if limit is None:
        return TrackingPage(list(listing.every(actor, wanted, order=order)), None)
    return listing.page(actor, wanted, order=order, limit=limit, cursor=after)
