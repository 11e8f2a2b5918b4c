"""`sunwi archive`: what has left the database, and how it comes back."""

from itertools import islice
from typing import Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.archive.archive_screens import show_content, show_months, show_restored, show_rows
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.archive import parse_month
from sunwi.errors import InvalidInput
from sunwi.wording.archive.archive_documents import content_document, months_document, restored_document

app = typer.Typer(no_args_is_help=True)

#: Rows that a command shows, at most.
MOST_ROWS = 100_000

TableArgument = Annotated[str, typer.Argument(metavar="TABLE", help="Table, as in sunwi archive list (표).")]
MonthArgument = Annotated[str, typer.Argument(metavar="MONTH", help="Month, as 2026-01 (달).")]
MaybeTableArgument = Annotated[
    str | None, typer.Argument(metavar="[TABLE]", help="Table, as in sunwi archive list (표).")
]
MaybeMonthArgument = Annotated[str | None, typer.Argument(metavar="[MONTH]", help="Month, as 2026-01 (달).")]


@app.command(name="list")
def list_months(
    ctx: typer.Context,
    *,
    table: Annotated[str | None, typer.Option("--table", help="Only of this table (표).")] = None,
    as_json: JsonOption = False,
) -> None:
    """List what is archived, by table and month (보관 목록)."""
    months = open_container(ctx).archive.list_archive.months(table)
    if as_json:
        show_json(months_document(months))
    else:
        show_months(months)


@app.command()
def show(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="Table, as in sunwi archive list (표).")
    ] = None,
    month: Annotated[str | None, typer.Argument(metavar="[MONTH]", help="Month, as 2026-01 (달).")] = None,
    *,
    reading: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Content of this page reading, archived or not (판독).")
    ] = None,
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only rows that have this text (찾기).")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="At most so many rows (최대 건수).")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show archived rows of a month, or the content of one page reading (보관된 행 보기)."""
    container = open_container(ctx)
    if reading is not None:
        content = container.archive.read_content.read(reading)
        if as_json:
            show_json(content_document(reading, content))
        else:
            show_content(reading, content)
        return
    if table is None or month is None:
        raise InvalidInput("nothing is to be shown: name a table and a month, or a reading", code="archive_of_nothing")
    found = container.archive.show_archive.rows(table, parse_month(month), text=find)
    rows = list(islice(found, limit))
    if as_json:
        show_json({"table": table, "month": parse_month(month), "rows": [dict(row) for row in rows]})
    else:
        show_rows(rows, limit=limit)


@app.command()
def restore(ctx: typer.Context, table: TableArgument, month: MonthArgument, *, as_json: JsonOption = False) -> None:
    """Put archived rows back into the database, where they stay for 14 days; the files stay, too (되살리기)."""
    restored = open_container(ctx).archive.restore_month.restore(actor_of_cli(), table, parse_month(month))
    if as_json:
        show_json(restored_document(restored))
    else:
        show_restored(restored)
