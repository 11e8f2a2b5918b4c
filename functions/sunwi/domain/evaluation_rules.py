"""Which events the days of a tracking are; no rule looks at more days than it names.

Source: docs/evaluation.md; docs/adr/0056-events-are-judged-from-measured-days.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sunwi.domain.evaluation import CountedDay, DayCorrection, Event, EventKind, JudgedTracking, MeasuredDay, SessionKey
from sunwi.domain.evaluation_thresholds import ThresholdBook, Thresholds

#: What a rank is weighed from: of two that have left, the one that stood higher is told first.
_BEYOND_EVERY_RANK = 1000


def judge_day(
    tracking: JudgedTracking,
    day: MeasuredDay,
    before: MeasuredDay | None,
    *,
    thresholds: Thresholds,
) -> Iterator[Event]:
    """Yield what a measured day and the one before it say together.

    Args:
        tracking: Whose days they are.
        day: The later one.
        before: The earlier one, with no measured day between them; None of a first day.
        thresholds: Of its client, for the day.
    """
    is_near = before is not None and (day.date - before.date).days <= thresholds.gap_days
    if _is_below(day) and not (before is not None and _is_below(before)):
        yield _below_target(tracking, day, before if is_near else None)
    if before is None:
        return
    kind, weight, more = _compare(day, before, thresholds)
    if kind is None:
        return
    if not is_near:
        kind, weight = EventKind.NOT_COMPARABLE, (day.date - before.date).days
        more = {"days_between": weight}
    yield Event(
        tracking_id=tracking.id,
        day=day.date,
        kind=kind,
        compared=before.date,
        facts={**_ranks(day, before), **more},
        weight=weight,
    )


def _is_below(day: MeasuredDay) -> bool:
    return day.target_rank is not None and day.rank is not None and day.rank > day.target_rank


def _below_target(tracking: JudgedTracking, day: MeasuredDay, before: MeasuredDay | None) -> Event:
    return Event(
        tracking_id=tracking.id,
        day=day.date,
        kind=EventKind.BELOW_TARGET,
        compared=None if before is None else before.date,
        facts={**_ranks(day, before), "target_rank": day.target_rank},
        weight=(day.rank or 0) - (day.target_rank or 0),
    )


def _compare(
    day: MeasuredDay, before: MeasuredDay, thresholds: Thresholds
) -> tuple[EventKind | None, int, dict[str, Any]]:
    """Return what changed, how much that weighs, and what is said of it besides the ranks."""
    if before.rank is not None and day.rank is None:
        return EventKind.LEFT, _BEYOND_EVERY_RANK - before.rank, {}
    if before.rank is None and day.rank is not None:
        return EventKind.ENTERED, _BEYOND_EVERY_RANK - day.rank, {}
    places = places_lost(day, before)
    if places >= thresholds.drop_places:
        return EventKind.DROPPED, places, {"places": places}
    return None, 0, {}


def places_lost(day: MeasuredDay, before: MeasuredDay) -> int:
    """Return by how many places an exposed day stands further down than another: within the area, if it is one.

    Ranks of two areas cannot be compared; the places down the page can.
    """
    if day.rank is None or before.rank is None:
        return 0
    if day.area == before.area:
        return day.rank - before.rank
    if day.page_rank is None or before.page_rank is None:
        return 0
    return day.page_rank - before.page_rank


def _ranks(day: MeasuredDay, before: MeasuredDay | None) -> dict[str, Any]:
    found: dict[str, Any] = {"rank": day.rank, "area": day.area}
    if before is not None:
        found |= {"rank_before": before.rank, "area_before": before.area}
    return found


def judge_gap(
    tracking: JudgedTracking, last: date | None, missed: Sequence[date], *, book: ThresholdBook
) -> Event | None:
    """Return the night from which on it is worth telling that a tracking could not be measured.

    Args:
        tracking: Whose nights they are.
        last: The measured day before them; None before the first.
        missed: Nights without a measurement, by date, with no measured day between them.
        book: Of all clients.
    """
    for nights, night in enumerate(missed, start=1):
        if nights >= book.on(tracking.client_id, night).unmeasured_nights:
            facts = {
                "since": missed[0].isoformat(),
                "nights": nights,
                "last_measured": None if last is None else last.isoformat(),
            }
            return Event(
                tracking_id=tracking.id, day=night, kind=EventKind.UNMEASURED, facts=facts, weight=_age(last, night)
            )
    return None


def _age(last: date | None, night: date) -> int:
    return _BEYOND_EVERY_RANK if last is None else min((night - last).days, _BEYOND_EVERY_RANK)


def judge_session(
    tracking: JudgedTracking, session: SessionKey, counted: Sequence[CountedDay], *, book: ThresholdBook
) -> Iterator[Event]:
    """Yield when a session began to sell only a few more days, and when it was full.

    Args:
        tracking: Whose session it is.
        session: Its number.
        counted: The days that count for it, by date, those at its end at least.
        book: Of all clients.
    """
    is_ending = False
    for day, number in counted:
        left = tracking.session_days - number
        facts = {"session": session.number, "session_days": tracking.session_days}
        if left == 0:
            yield Event(tracking_id=tracking.id, day=day, kind=EventKind.SESSION_FULL, facts=facts)
        elif 0 < left <= book.on(tracking.client_id, day).ends_soon_days and not is_ending:
            is_ending = True
            facts["days_left"] = left
            yield Event(tracking_id=tracking.id, day=day, kind=EventKind.SESSION_ENDS_SOON, facts=facts, weight=-left)


def judge_correction(tracking_id: int, day: date, corrected: DayCorrection) -> Event | None:
    """Return what a later reader has changed of a day; None when it is as it was."""
    old, new = corrected
    if old == new:
        return None
    facts = {
        "rank_before": old.rank,
        "rank": new.rank,
        "counted_before": old.rank is not None and old.counts,
        "counted": new.rank is not None and new.counts,
    }
    return Event(tracking_id=tracking_id, day=day, kind=EventKind.CORRECTED, facts=facts)
