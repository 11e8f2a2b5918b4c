from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.session import SESSION_LENGTH, session_of_next_row, should_replace
from tests.examples import MISSED_DAY


@given(st.lists(st.booleans(), max_size=200))
def test_each_day_belongs_to_the_session_after_the_completed_ones(days: list[bool]) -> None:
    session, exposed_in_session, exposed_before = 1, 0, 0
    for exposed in days:
        assert session == 1 + exposed_before // SESSION_LENGTH
        if exposed:
            exposed_before += 1
            exposed_in_session += 1
            following = session_of_next_row(session, exposed_in_session)
            exposed_in_session = 0 if following != session else exposed_in_session
            session = following


def test_a_session_sells_25_days() -> None:
    assert [session_of_next_row(1, rows) for rows in (0, 24, 25, 26)] == [1, 1, 2, 2]


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
