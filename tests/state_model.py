"""What a tracking's state must say, read off its ledger and tasks row by row, without Sunwi."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, text

LAST = (
    (
        "session_number rank area page_rank depth looks observation_id matched_by near_area near_rank counts"  # the ledger's
    ).split()
)
BEYOND = 1_000_000


def stored_state(connection: Connection, tracking_id: int) -> dict[str, Any]:
    """The row as it is."""
    [row] = _rows(connection, "SELECT * FROM tracking_state WHERE tracking_id = :id", tracking_id)
    return row


def right_state(connection: Connection, tracking_id: int) -> dict[str, Any]:
    """The row as it should be, counted by hand."""
    [tracking] = _rows(connection, "SELECT * FROM tracking WHERE id = :id", tracking_id)
    days = _rows(connection, "SELECT * FROM rank_history WHERE tracking_id = :id ORDER BY date", tracking_id)
    tasks = _rows(
        connection,
        "SELECT state, business_date FROM task JOIN run ON run.id = run_id WHERE tracking_id = :id",
        tracking_id,
    )
    last = days[-1] if days else None
    session = [day for day in days if day["session_number"] == tracking["current_session"]]
    exposed = len([day for day in session if day["rank"] is not None and day["counts"]])
    since = None
    for day in reversed(days):
        if (day["rank"] is None) != (days[-1]["rank"] is None):
            break
        since = day["date"]
    last_date = last["date"] if last else _date(connection, date(1, 1, 1))
    missed = [
        task["business_date"]
        for task in tasks
        if task["state"] in ("FAILED", "EXPIRED", "CANCELLED") and task["business_date"] > last_date
    ]
    left, to_go = tracking["session_days"] - exposed, BEYOND
    if tracking["status"] == "ACTIVE" and (exposed or not session):
        to_go = next(n for n in range(10_000) if n * exposed >= left * len(session)) if session else left
    return {
        "tracking_id": tracking_id,
        "is_active": tracking["status"] == "ACTIVE",
        "session": tracking["current_session"],
        "session_days": tracking["session_days"],
        "exposed_days": exposed,
        "measured_days": len(session),
        "ledger_days": len(days),
        "last_date": last_date,
        **{f"last_{name}": last[name] if last else None for name in LAST},
        "exposure_since": since,
        "last_exposed_on": max((day["date"] for day in days if day["rank"] is not None), default=None),
        "missed_since": min(missed, default=None),
        "missed_on": max(missed, default=None),
        "rank_order": last["rank"] if last and last["rank"] is not None else BEYOND,
        "days_left": left,
        "finish_order": to_go,
    }


def _rows(connection: Connection, query: str, tracking_id: int) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), {"id": tracking_id}).mappings()]


def _date(connection: Connection, day: date) -> date | str:
    """SQLite has no dates but texts of them."""
    return day.isoformat() if connection.dialect.name == "sqlite" else day
