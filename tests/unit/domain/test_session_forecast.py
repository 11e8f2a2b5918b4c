from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.session_forecast import expected_finish, measured_days_to_finish
from tests.examples import DAY


@pytest.mark.parametrize(
    ("exposed", "measured", "to_go"),
    [
        (0, 0, 25),  # nothing measured yet: as if it were exposed every day
        (5, 5, 20),
        (9, 12, 22),  # 16 × 12 ÷ 9 = 21.3
        (24, 24, 1),
        (1, 30, 720),
        (0, 3, None),  # never exposed so far: nobody can tell
        (25, 40, 0),  # filled by a correction
        (26, 26, 0),  # overfilled by an earlier version
    ],
)
def test_a_session_goes_on_as_it_has_gone_so_far(exposed: int, measured: int, to_go: int | None) -> None:
    assert measured_days_to_finish(exposed_days=exposed, measured_days=measured, session_days=25) == to_go


@given(exposed=st.integers(1, 100), missed=st.integers(0, 300), session=st.integers(1, 100))
def test_the_days_to_go_are_the_fewest_that_bring_what_is_left(exposed: int, missed: int, session: int) -> None:
    measured = exposed + missed
    to_go = measured_days_to_finish(exposed_days=exposed, measured_days=measured, session_days=session)
    left = max(0, session - exposed)
    assert to_go is not None
    assert to_go * exposed >= left * measured
    assert to_go == 0 or (to_go - 1) * exposed < left * measured


def test_a_session_that_is_measured_today_already_goes_on_tomorrow() -> None:
    assert expected_finish(1, last_measured_on=DAY, today=DAY) == DAY + timedelta(days=1)
    assert expected_finish(1, last_measured_on=DAY - timedelta(days=1), today=DAY) == DAY


def test_days_that_pass_unmeasured_push_the_end_back() -> None:
    assert expected_finish(3, last_measured_on=DAY - timedelta(days=9), today=DAY) == DAY + timedelta(days=2)
    assert expected_finish(25, last_measured_on=None, today=DAY) == DAY + timedelta(days=24)


def test_nobody_can_tell_the_end_of_a_session_that_is_never_exposed() -> None:
    assert expected_finish(None, last_measured_on=DAY, today=DAY) is None
