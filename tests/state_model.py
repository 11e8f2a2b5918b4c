"""What a tracking's state must say, read off its ledger and tasks row by row, without Sunwi."""

from datetime import date
from itertools import count, takewhile
from typing import Any

from sqlalchemy import Connection, text

BEYOND = 1_000_000
#: Columns of the ledger that say nothing of a day.
OF_NO_STATE = {"tracking_id", "version", "evaluated_version"}
TASKS = "SELECT state, business_date FROM task JOIN run ON run.id = run_id WHERE tracking_id = :id"


def rows(connection: Connection, query: str, tracking_id: int) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(query), {"id": tracking_id}).mappings()]


def stored_state(connection: Connection, tracking_id: int) -> dict[str, Any]:
    """The row as it is."""
    [row] = rows(connection, "SELECT * FROM tracking_state WHERE tracking_id = :id", tracking_id)
    return row


def right_state(connection: Connection, tracking_id: int) -> dict[str, Any]:
    """The row as it should be, counted by hand."""
    [tracking] = rows(connection, "SELECT * FROM tracking WHERE id = :id", tracking_id)
    days = rows(connection, "SELECT * FROM rank_history WHERE tracking_id = :id ORDER BY date DESC", tracking_id)
    names = connection.execute(text("SELECT * FROM rank_history WHERE 1 = 0")).keys()
    last = days[0] if days else dict.fromkeys(names)
    session = [day for day in days if day["session_number"] == tracking["current_session"]]
    exposed = len([day for day in session if day["rank"] is not None and day["counts"]])
    alike = list(takewhile(lambda day: (day["rank"] is None) == (last["rank"] is None), days))
    never: Any = "0001-01-01" if connection.dialect.name == "sqlite" else date(1, 1, 1)
    unmeasured = [task for task in rows(connection, TASKS, tracking_id) if task["state"] in "FAILED EXPIRED CANCELLED"]
    missed = [task["business_date"] for task in unmeasured if task["business_date"] > (last["date"] or never)]
    left, to_go = tracking["session_days"] - exposed, BEYOND
    if tracking["status"] == "ACTIVE" and (exposed or not session):
        to_go = next(n for n in count() if n * exposed >= left * len(session)) if session else left
    return {
        "tracking_id": tracking_id,
        "is_active": tracking["status"] == "ACTIVE",
        "session": tracking["current_session"],
        "session_days": tracking["session_days"],
        "exposed_days": exposed,
        "measured_days": len(session),
        "ledger_days": len(days),
        **{f"last_{name}": last[name] for name in names if name not in OF_NO_STATE},
        "last_date": last["date"] or never,
        "exposure_since": alike[-1]["date"] if alike else None,
        "last_exposed_on": max((day["date"] for day in days if day["rank"] is not None), default=None),
        "missed_since": min(missed, default=None),
        "missed_on": max(missed, default=None),
        "rank_order": last["rank"] or BEYOND,
        "days_left": left,
        "finish_order": to_go,
    }
