"""`sunwi trackings recount`: make sessions count as many days as they sell."""

from typing import Annotated

import typer

from sunwi.cli.container import MAX_ID, JsonOption, open_container
from sunwi.cli.screens.terminal import add_row, new_table, open_console, show_json


def recount(
    ctx: typer.Context,
    tracking_id: Annotated[int, typer.Argument(metavar="ID", min=1, max=MAX_ID, help="Number of a tracking.")],
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Change the days, with an audit row each (정정).")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the days that would have to count, or not, so that no session counts more than it sells (회차 재집계).

    Of a session with more counted days than that the latest ones become 초과 노출; ranks and session numbers stay.
    Nothing is changed without --apply.
    """
    days = open_container(ctx).ledger.recount_sessions.recount(tracking_id, apply=apply)
    if as_json:
        changes = [
            {"date": day.date.isoformat(), "session": day.session_number, "rank": day.rank, "counts": day.is_counted}
            for day in days
        ]
        show_json({"tracking_id": tracking_id, "is_applied": apply, "changes": changes})
        return
    console = open_console()
    if not days:
        console.print(f"추적 {tracking_id}번: 고칠 날이 없습니다")
        return
    table = new_table("회차", "날짜", "순위", "집계")
    for day in days:
        change = "초과 노출 → 집계" if day.counts else "집계 → 초과 노출"
        add_row(table, day.session_number, day.date, f"{day.rank}위", change)
    console.print(table)
    console.print(f"{len(days)}일을 고쳤습니다" if apply else f"고칠 날 {len(days)}일 (--apply 로 고침)")
