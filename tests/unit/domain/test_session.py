from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.session import (
    DEFAULT_SESSION_DAYS,
    MAX_SESSION_DAYS,
    MIN_SESSION_DAYS,
    is_full,
    recount,
    session_of_next_row,
    should_replace,
)
from tests.examples import DAY, MISSED_DAY

LENGTHS = st.sampled_from([MIN_SESSION_DAYS, 2, 10, DEFAULT_SESSION_DAYS, MAX_SESSION_DAYS])


@given(days=st.lists(st.booleans(), max_size=200), sold=LENGTHS)
def test_each_day_belongs_to_the_session_after_the_completed_ones(days: list[bool], sold: int) -> None:
    session, exposed_in_session, exposed_before = 1, 0, 0
    for exposed in days:
        assert session == 1 + exposed_before // sold
        if exposed:
            exposed_before += 1
            exposed_in_session += 1
            following = session_of_next_row(session, exposed_in_session, session_days=sold)
            exposed_in_session = 0 if following != session else exposed_in_session
            session = following


def test_a_session_sells_25_days_unless_its_tracking_says_otherwise() -> None:
    assert DEFAULT_SESSION_DAYS == 25
    assert [session_of_next_row(1, rows, session_days=25) for rows in (0, 24, 25, 26)] == [1, 1, 2, 2]
    assert [session_of_next_row(1, rows, session_days=10) for rows in (0, 9, 10, 11)] == [1, 1, 2, 2]
    assert [is_full(rows, session_days=1) for rows in (0, 1)] == [False, True]


@given(exposed=st.lists(st.booleans(), max_size=30), counted=st.lists(st.booleans(), max_size=30), sold=LENGTHS)
def test_a_recount_leaves_the_smaller_of_what_is_sold_and_what_is_exposed(
    exposed: list[bool], counted: list[bool], sold: int
) -> None:
    days = [
        replace(MISSED_DAY, date=DAY + timedelta(days=day), rank=1 if is_exposed else None, counts=counts)
        for day, (is_exposed, counts) in enumerate(zip(exposed, counted, strict=False))
    ]
    changed = {day.date: day for day in recount(days, session_days=sold)}
    after = [changed.get(day.date, day) for day in days]
    assert sum(day.is_counted for day in after) == min(sold, sum(day.is_exposed for day in days))
    assert [day.rank for day in after] == [day.rank for day in days]


def test_a_rank_makes_a_day_exposed_and_nothing_else_does() -> None:
    assert not MISSED_DAY.is_exposed
    assert replace(MISSED_DAY, rank=300).is_exposed


@pytest.mark.parametrize("is_scheduled", [True, False])
@pytest.mark.parametrize("exposed", [True, False])
def test_an_exposed_row_is_never_replaced(*, exposed: bool, is_scheduled: bool) -> None:
    assert not should_replace(replace(MISSED_DAY, rank=1), exposed=exposed, is_scheduled=is_scheduled)


def test_only_the_scheduled_run_turns_a_day_exposed() -> None:
    assert should_replace(MISSED_DAY, exposed=True, is_scheduled=True)
    assert not should_replace(MISSED_DAY, exposed=True, is_scheduled=False)
    assert not should_replace(MISSED_DAY, exposed=False, is_scheduled=True)
