from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_state import NO_DAYS, Standing, TrackingState
from tests.examples import DAY, EXPOSED_DAY, MISSED_DAY

EXPOSED = TrackingState(last=EXPOSED_DAY, exposed_days=1, measured_days=1, exposure_since=DAY)
LATER = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (NO_DAYS, Standing.NEW),
        (EXPOSED, Standing.EXPOSED),
        (replace(EXPOSED, last=MISSED_DAY), Standing.NOT_EXPOSED),
        (replace(EXPOSED, missed_since=LATER, missed_on=LATER), Standing.UNMEASURED),
        (replace(NO_DAYS, missed_since=LATER, missed_on=LATER), Standing.UNMEASURED),
    ],
)
def test_an_active_tracking_stands_where_its_latest_day_left_it(state: TrackingState, standing: Standing) -> None:
    assert state.standing(TrackingStatus.ACTIVE) is standing
    assert state.standing(TrackingStatus.PAUSED) is Standing.PAUSED
    assert state.standing(TrackingStatus.ENDED) is Standing.ENDED


def test_what_is_so_now_has_been_so_since_its_first_day() -> None:
    assert (NO_DAYS.since, EXPOSED.since) == (None, DAY)
    assert replace(EXPOSED, missed_since=LATER, missed_on=LATER).since == LATER


def test_only_an_active_tracking_has_an_expected_finish() -> None:
    assert EXPOSED.expected_finish(TrackingStatus.ACTIVE, today=DAY) == DAY + timedelta(days=24)
    assert EXPOSED.expected_finish(TrackingStatus.PAUSED, today=DAY) is None


def test_a_session_that_has_more_days_than_it_sells_has_none_left() -> None:
    assert EXPOSED.days_left == 24
    assert replace(EXPOSED, exposed_days=26).days_left == 0
