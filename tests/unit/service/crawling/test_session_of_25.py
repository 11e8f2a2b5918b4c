from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind
from sunwi.domain.session import LedgerRow
from sunwi.service.ledger.recount_sessions import RecountSessions
from sunwi.service.trackings.show_tracking import SessionHistory, ShowTracking
from sunwi.testing import ManualClock
from tests.examples import DAY, NIGHT
from tests.session_days import OneTransaction, SessionDays, session_days


@pytest.fixture
def days(sqlite_engine: Engine) -> Iterator[SessionDays]:
    """One tracking, first not exposed on day 0, which is look 1."""
    with session_days(sqlite_engine) as days:
        days.save(0, None)
        yield days


def expose(days: SessionDays, number: int) -> None:
    """Let a tracking be exposed on the next days; their looks are numbered on."""
    first = len(days.rows)
    for day in range(first, first + number):
        days.save(day, 1)


def row(days: SessionDays, day: int) -> LedgerRow:
    return days.rows[day]


def sessions(days: SessionDays) -> list[SessionHistory]:
    show = ShowTracking(store=OneTransaction(days.tx), clock=ManualClock(NIGHT + timedelta(days=60)))
    return list(show.show(SYSTEM, 1).sessions)


def test_a_session_that_a_correction_fills_is_followed_by_the_next_one(days: SessionDays) -> None:
    expose(days, 24)
    days.correct(1, 1)
    assert (days.counted(), days.current_session) == (25, 1)
    expose(days, 1)
    assert row(days, 25).session_number == 2
    assert (days.counted(1), days.counted(2), days.current_session) == (25, 1, 2)


def test_a_not_exposed_day_opens_the_next_session_too(days: SessionDays) -> None:
    expose(days, 24)
    days.correct(1, 1)
    days.save(25, None)
    assert (row(days, 25).session_number, days.current_session) == (2, 2)


def test_a_correction_that_would_make_a_26th_day_is_kept_and_does_not_count(days: SessionDays) -> None:
    expose(days, 25)
    report = days.correct(1, 2)
    assert (days.counted(), days.current_session) == (25, 2)
    corrected = row(days, 0)
    assert (corrected.rank, corrected.session_number, corrected.is_over_exposed) == (2, 1, True)
    assert [(change.is_applied, change.counts) for change in report.changes] == [(True, False)]
    [audit] = days.tx.corrections.history(1)
    assert (audit.new.rank, audit.old_counts, audit.new_counts) == (2, True, False)
    assert [len(session.exposed) for session in sessions(days)] == [25, 0]
    assert [found.date for found in sessions(days)[0].over_exposed] == [DAY]


def test_another_rank_of_an_over_exposed_day_does_not_make_it_count(days: SessionDays) -> None:
    expose(days, 25)
    for rank in (2, 3):
        days.correct(1, rank)
    assert (row(days, 0).rank, row(days, 0).counts, days.counted()) == (3, False, 25)


def test_the_night_does_not_make_a_26th_day_of_a_closed_session(days: SessionDays) -> None:
    days.save(1, None, RunKind.MANUAL)
    expose(days, 25)
    days.save(1, 4)
    assert (days.counted(), days.current_session) == (25, 2)
    assert (row(days, 1).rank, row(days, 1).session_number, row(days, 1).counts) == (4, 1, False)


def test_the_night_does_not_make_a_26th_day_of_a_session_that_a_correction_filled(days: SessionDays) -> None:
    expose(days, 24)
    days.save(25, None, RunKind.MANUAL)
    days.correct(1, 1)
    days.save(25, 4)
    assert (days.counted(), days.current_session) == (25, 2)
    assert (row(days, 25).rank, row(days, 25).session_number, row(days, 25).counts) == (4, 1, False)


def test_the_night_fills_a_place_of_a_closed_session_that_lost_a_day(days: SessionDays) -> None:
    days.save(1, None, RunKind.MANUAL)
    expose(days, 25)
    days.correct(3, None)
    assert days.counted() == 24
    days.save(1, 4)
    assert (row(days, 1).counts, days.counted(), days.current_session) == (True, 25, 2)


def test_an_over_exposed_day_that_was_not_exposed_changes_nothing_else(days: SessionDays) -> None:
    expose(days, 25)
    days.correct(1, 1)
    report = days.correct(1, None)
    assert (row(days, 0).rank, row(days, 0).counts, days.counted()) == (None, True, 25)
    assert (report.changes[0].counts_instead, report.short) == (None, [])


def test_an_over_exposed_day_takes_the_place_that_a_correction_frees(days: SessionDays) -> None:
    expose(days, 25)
    days.correct(1, 1)
    foreseen = days.correct(3, None, apply=False)
    applied = days.correct(3, None)
    for report in (foreseen, applied):
        assert [(change.counts, change.counts_instead) for change in report.changes] == [(False, DAY)]
        assert report.short == []
    assert (row(days, 0).is_counted, days.counted(), days.current_session) == (True, 25, 2)
    *_, corrected, promoted = days.tx.corrections.history(1)
    assert (corrected.date, corrected.new.rank) == (DAY + timedelta(days=2), None)
    assert (promoted.date, promoted.old, promoted.old_counts, promoted.new_counts) == (DAY, promoted.new, False, True)
    assert promoted.reason == "replay of run-3: counts in place of 2026-01-04"


def test_what_is_foreseen_is_what_is_applied(days: SessionDays) -> None:
    expose(days, 25)
    foreseen, applied = days.correct(1, 1, apply=False), days.correct(1, 1)
    assert row(days, 0).is_over_exposed
    assert [change.counts for change in foreseen.changes] == [change.counts for change in applied.changes] == [False]


def overfill(days: SessionDays, day: int) -> None:
    """Leave a session with a day too many, as an earlier version did."""
    days.correct(1, 1)
    days.tx.ledger.update(replace(row(days, day), counts=True))


def test_a_session_that_was_left_with_26_days_is_recounted_from_its_end(days: SessionDays) -> None:
    expose(days, 25)
    overfill(days, 0)
    assert days.counted() == 26
    recount = RecountSessions(store=OneTransaction(days.tx), clock=ManualClock(NIGHT))
    last = DAY + timedelta(days=25)
    assert [(day.date, day.counts) for day in recount.recount(1)] == [(last, False)]
    assert days.counted() == 26
    assert [day.date for day in recount.recount(1, apply=True)] == [last]
    assert (days.counted(), row(days, 25).rank, row(days, 25).is_over_exposed) == (25, 1, True)
    audit = days.tx.corrections.history(1)[-1]
    assert (audit.date, audit.old, audit.new_counts, audit.reason) == (last, audit.new, False, "recount of session 1")
    assert recount.recount(1, apply=True) == []


def test_a_day_that_was_left_out_is_recounted_into_its_place(days: SessionDays) -> None:
    expose(days, 3)
    days.tx.ledger.update(replace(row(days, 2), counts=False))
    recount = RecountSessions(store=OneTransaction(days.tx), clock=ManualClock(NIGHT))
    assert [(day.date, day.counts) for day in recount.recount(1, apply=True)] == [(DAY + timedelta(days=2), True)]
    assert days.counted() == 3


def test_a_correction_of_an_over_full_session_takes_no_more_in_and_gives_no_place_away(days: SessionDays) -> None:
    days.save(1, None)
    expose(days, 25)
    overfill(days, 0)
    days.correct(2, 1)
    assert (days.counted(), row(days, 1).is_over_exposed) == (26, True)
    days.correct(4, None)
    assert (days.counted(), row(days, 1).is_over_exposed) == (25, True)
