"""Which rank was promised for a day, in SQL."""

from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select

from sunwi.adapters.sql.tables import FormerTargetRow, TrackingRow

_Former = FormerTargetRow
#: What stands in place of a rank where none was promised.
NO_RANK = 0


def promised_rank(day: date | SQLColumnExpression[date]) -> ColumnElement[int | None]:
    """Return the worst rank that was promised for a KST date to the tracking that is selected; NULL when none was."""
    former = (
        select(_Former.target_rank)
        .where(_Former.tracking_id == TrackingRow.id, _Former.until >= day)
        .order_by(_Former.until)
        .limit(1)
        .correlate_except(_Former)
        .scalar_subquery()
    )
    return func.nullif(func.coalesce(former, TrackingRow.target_rank, NO_RANK), NO_RANK)
