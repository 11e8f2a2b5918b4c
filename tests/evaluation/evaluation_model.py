"""Which events a tracking's whole history is, and what has to be said of them; gone through by hand, without Sunwi."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

Events = dict[tuple[str, str], tuple[Any, ...]]
LEDGER = "SELECT date, session_number, rank, counts FROM rank_history WHERE tracking_id = :id ORDER BY date"
MISSED = "SELECT business_date FROM task JOIN run ON run.id = run_id WHERE tracking_id = :id AND state = 'EXPIRED'"
FIXED = "SELECT date, old_rank, old_counts, new_rank, new_counts FROM correction WHERE tracking_id = :id ORDER BY id"


def right_events(connection: Connection, tracking_id: int, until: str, terms: Mapping[str, int]) -> Events:
    """Every event that the history up to a day is, and nothing else."""
    asked = [connection.execute(text(query), {"id": tracking_id}).all() for query in (LEDGER, MISSED, FIXED)]
    days, missed, fixed = ([(str(day), *rest) for day, *rest in rows if str(day) <= until] for rows in asked)
    events, measured, dark = compared(days, terms), {day for day, *_ in days}, list[str]()
    for night in sorted(measured | {night for (night,) in missed}):
        dark = [] if night in measured else [*dark, night]
        if len(dark) == terms["nights"]:
            events[night, "unmeasured"] = (dark[0], max((day for day in measured if day < night), default=None))
    for session in {session for _, session, *_ in days}:
        sold = [day for day, number, rank, counts in days if number == session and rank and counts]
        for number, day in enumerate(sold, 1):
            if number == terms["length"]:
                events[day, "session_full"] = (session,)
            elif number == max(1, terms["length"] - terms["soon"]):
                events[day, "session_ends_soon"] = (session, terms["length"] - number)
    for day in {day for day, *_ in fixed}:
        changes = [change for other, *change in fixed if other == day]
        before, after = ((rank, bool(rank and counts)) for rank, counts in (changes[0][:2], changes[-1][2:]))
        if before != after:
            events[day, "corrected"] = (before, after)
    return events


def compared(days: list[tuple[Any, ...]], terms: Mapping[str, int]) -> Events:
    """What each day and the one before it say."""
    events: Events = {}
    for (b4, _, was, _), (day, _, rank, _) in zip([("", 0, None, 1), *days], days, strict=False):
        apart = (date.fromisoformat(day) - date.fromisoformat(b4)).days if b4 else 0
        if (rank or 0) > terms["target"] and (was or 0) <= terms["target"]:
            events[day, "below_target"] = ((b4, was) if b4 and apart <= terms["gap"] else None, rank)
        what = "entered" if rank and not was else "left" if was and not rank else ""
        what = "dropped" if rank and was and rank - was >= terms["drop"] else what
        if b4 and what:
            events[day, what if apart <= terms["gap"] else "not_comparable"] = (b4, was, rank)
    return events


@dataclass
class Listener:
    """Who hears each thing of some kinds once: that it is so, that it is otherwise, that it is not so after all."""

    wanted: frozenset[str]
    known: Events = field(default_factory=dict)
    heard: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, now: Events) -> set[tuple[str, str, str]]:
        """What is to be said now, by day, kind and manner."""
        said, self.heard = {(*key, "withdrawn") for key in self.heard - set(now)}, self.heard & set(now)
        wanted = {key: what for key, what in now.items() if key[1] in self.wanted}
        for key in (key for key, what in wanted.items() if self.known.get(key) != what):
            is_said_better = key[1] in {"dropped", "entered"} and (key[0], "below_target") in wanted
            said |= set() if is_said_better else {(*key, "again" if key in self.heard else "new")}
            self.heard = self.heard - {key} if is_said_better else self.heard | {key}
        self.known = dict(now)
        return said
