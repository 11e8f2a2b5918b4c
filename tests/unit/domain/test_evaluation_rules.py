"""What one or two days, some nights, or a session say."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sunwi.domain.evaluation import (
    CountedDay,
    DayCorrection,
    DayStatement,
    Event,
    EventKind,
    JudgedTracking,
    MeasuredDay,
    SessionKey,
)
from sunwi.domain.evaluation_rules import judge_correction, judge_day, judge_gap, judge_session
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, DatedThresholds, ThresholdBook, Thresholds

DAY = date(2026, 3, 1)
TRACKING = JudgedTracking(id=7, client_id=3, session_days=25)
BOOK = ThresholdBook()


def measured(
    rank: int | None,
    *,
    days_ago: int = 0,
    area: str = "a",
    page_rank: int | None = None,
    target_rank: int | None = None,
) -> MeasuredDay:
    return MeasuredDay(
        date=DAY - timedelta(days=days_ago),
        session_number=1,
        rank=rank,
        area=None if rank is None else area,
        page_rank=rank if page_rank is None else page_rank,
        target_rank=target_rank,
    )


def judged(
    now: int | None, before: int | None = None, *, days_ago: int = 1, target_rank: int | None = None, **more: Any
) -> list[Event]:
    thresholds = replace(DEFAULT_THRESHOLDS, **more)
    earlier = measured(before, days_ago=days_ago, target_rank=target_rank)
    return list(judge_day(TRACKING, measured(now, target_rank=target_rank), earlier, thresholds=thresholds))


def kinds(events: list[Event]) -> list[EventKind]:
    return [event.kind for event in events]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (3, None, EventKind.LEFT),
        (None, 3, EventKind.ENTERED),
        (3, 7, EventKind.DROPPED),
        (1, 300, EventKind.DROPPED),
        (3, 6, None),
        (7, 3, None),
        (None, None, None),
        (3, 3, None),
    ],
)
def test_a_day_is_compared_with_the_measured_day_before_it(
    before: int | None, now: int | None, kind: EventKind | None
) -> None:
    events = judged(now, before)
    assert kinds(events) == ([] if kind is None else [kind])
    for event in events:
        assert (event.day, event.compared) == (DAY, DAY - timedelta(days=1))
        assert (event.facts["rank_before"], event.facts["rank"]) == (before, now)


@pytest.mark.parametrize(("before", "now"), [(3, None), (None, 3), (3, 7)])
def test_days_that_lie_too_far_apart_are_not_compared(before: int | None, now: int | None) -> None:
    assert kinds(judged(now, before, days_ago=3)) != [EventKind.NOT_COMPARABLE]
    [event] = judged(now, before, days_ago=4)
    assert event.kind is EventKind.NOT_COMPARABLE
    assert event.facts["days_between"] == 4
    assert event.compared == DAY - timedelta(days=4)


def test_what_is_as_it_was_is_no_news_however_far_apart() -> None:
    assert judged(3, 3, days_ago=300) == []
    assert judged(None, None, days_ago=300) == []


def test_the_first_day_is_compared_with_nothing() -> None:
    for rank in (None, 1, 300):
        first = judge_day(TRACKING, measured(rank), None, thresholds=DEFAULT_THRESHOLDS)
        assert list(first) == []


def test_a_drop_is_as_many_places_as_the_client_says() -> None:
    assert kinds(judged(5, 3, drop_places=2)) == [EventKind.DROPPED]
    assert judged(5, 3, drop_places=3) == []


def test_ranks_of_two_areas_are_compared_by_their_place_on_the_page() -> None:
    thresholds = DEFAULT_THRESHOLDS
    before = measured(1, days_ago=1, area="a", page_rank=2)
    higher, lower = measured(9, area="b", page_rank=3), measured(2, area="b", page_rank=12)
    assert list(judge_day(TRACKING, higher, before, thresholds=thresholds)) == []
    [event] = judge_day(TRACKING, lower, before, thresholds=thresholds)
    assert (event.kind, event.facts["places"]) == (EventKind.DROPPED, 10)
    assert (event.facts["area_before"], event.facts["area"]) == ("a", "b")


@pytest.mark.parametrize(
    ("before", "now", "begins"),
    [(5, 6, True), (None, 6, True), (6, 9, False), (6, 5, False), (5, 5, False), (6, None, False)],
)
def test_a_promised_rank_is_missed_on_the_first_day_of_it(*, before: int | None, now: int | None, begins: bool) -> None:
    assert (EventKind.BELOW_TARGET in kinds(judged(now, before, target_rank=5))) is begins


def test_a_promised_rank_may_be_missed_on_the_first_day_and_across_a_gap_naming_no_other_day() -> None:
    [event] = judge_day(TRACKING, measured(9, target_rank=5), None, thresholds=DEFAULT_THRESHOLDS)
    assert (event.kind, event.compared, event.facts["target_rank"]) == (EventKind.BELOW_TARGET, None, 5)
    assert "rank_before" not in event.facts
    below = judged(9, 5, days_ago=9, target_rank=5)[0]
    assert (below.kind, below.compared) == (EventKind.BELOW_TARGET, None)


def test_without_a_promise_nothing_is_below_it() -> None:
    assert EventKind.BELOW_TARGET not in kinds(judged(300, 1, target_rank=None))


def test_each_day_is_held_against_the_rank_that_was_promised_for_it() -> None:
    stricter, before = measured(7, target_rank=3), measured(7, days_ago=1, target_rank=10)
    [event] = judge_day(TRACKING, stricter, before, thresholds=DEFAULT_THRESHOLDS)
    assert (event.kind, event.facts["target_rank"]) == (EventKind.BELOW_TARGET, 3)
    laxer, before = measured(7, target_rank=10), measured(7, days_ago=1, target_rank=3)
    assert list(judge_day(TRACKING, laxer, before, thresholds=DEFAULT_THRESHOLDS)) == []


def test_who_stood_higher_weighs_more_among_those_who_left() -> None:
    assert judged(None, 1)[0].weight > judged(None, 2)[0].weight


def nights(*days: int) -> list[date]:
    return [DAY + timedelta(days=day) for day in days]


@pytest.mark.parametrize(("missed", "begins"), [((1,), None), ((1, 2), 2), ((1, 2, 3, 4), 2), ((1, 5), 5), ((), None)])
def test_nights_running_are_told_when_there_are_enough_of_them(missed: tuple[int, ...], begins: int | None) -> None:
    event = judge_gap(TRACKING, DAY, nights(*missed), book=BOOK)
    assert (None if event is None else (event.day - DAY).days) == begins
    if event is not None:
        assert event.facts == {"since": "2026-03-02", "nights": 2, "last_measured": "2026-03-01"}


def test_a_tracking_that_was_never_measured_says_so() -> None:
    event = judge_gap(TRACKING, None, nights(0, 1), book=BOOK)
    assert event is not None
    assert event.facts["last_measured"] is None


def test_thresholds_hold_from_their_day_on_and_leave_earlier_nights_alone() -> None:
    strict = DatedThresholds(since=DAY + timedelta(days=3), thresholds=Thresholds(unmeasured_nights=1))
    lax = DatedThresholds(since=DAY, thresholds=Thresholds(unmeasured_nights=5))
    book = ThresholdBook({3: [lax, strict]})
    event = judge_gap(TRACKING, DAY, nights(1, 2, 3, 4), book=book)
    assert event is not None
    assert (event.day - DAY).days == 3
    assert book.on(4, DAY) == book.on(None, DAY) == DEFAULT_THRESHOLDS


def sold(*numbers: int) -> list[CountedDay]:
    return [CountedDay(DAY + timedelta(days=number), number) for number in numbers]


def session_events(session_days: int, *numbers: int, book: ThresholdBook = BOOK) -> list[tuple[EventKind, int]]:
    tracking = replace(TRACKING, session_days=session_days)
    events = judge_session(tracking, SessionKey(7, 2), sold(*numbers), book=book)
    return [(event.kind, (event.day - DAY).days) for event in events]


@pytest.mark.parametrize(
    ("session_days", "numbers", "expected"),
    [
        (25, range(21, 26), [(EventKind.SESSION_ENDS_SOON, 22), (EventKind.SESSION_FULL, 25)]),
        (25, range(20, 22), []),
        (25, range(22, 25), [(EventKind.SESSION_ENDS_SOON, 22)]),
        (2, range(1, 3), [(EventKind.SESSION_ENDS_SOON, 1), (EventKind.SESSION_FULL, 2)]),
        (1, range(1, 2), [(EventKind.SESSION_FULL, 1)]),
    ],
)
def test_a_session_ends_soon_once_and_is_full_once(
    session_days: int, numbers: range, expected: list[tuple[EventKind, int]]
) -> None:
    assert session_events(session_days, *numbers) == expected


def test_a_session_says_which_it_is_and_what_is_left() -> None:
    soon, full = judge_session(TRACKING, SessionKey(7, 2), sold(22, 23, 24, 25), book=BOOK)
    assert soon.facts == {"session": 2, "session_days": 25, "days_left": 3}
    assert full.facts == {"session": 2, "session_days": 25}


def test_a_correction_is_told_if_it_changed_the_rank_or_whether_the_day_counts() -> None:
    same = DayCorrection(DayStatement(rank=3, counts=True), DayStatement(rank=3, counts=True))
    assert judge_correction(7, DAY, same) is None
    gone = judge_correction(
        7, DAY, DayCorrection(DayStatement(rank=3, counts=True), DayStatement(rank=None, counts=True))
    )
    assert gone is not None
    assert gone.facts == {"rank_before": 3, "rank": None, "counted_before": True, "counted": False}
    free = judge_correction(
        7, DAY, DayCorrection(DayStatement(rank=3, counts=False), DayStatement(rank=3, counts=True))
    )
    assert free is not None
    assert (free.facts["counted_before"], free.facts["counted"]) == (False, True)
