from datetime import timedelta

import pytest

from sunwi.domain.work import BackOff

FIVE_MINUTES = timedelta(seconds=300)


@pytest.mark.parametrize("jitter", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_pauses_without_jitter_are_exact(attempts: int, jitter: float) -> None:
    back_off = BackOff(tries=2, first=FIVE_MINUTES, factor=1, longest=FIVE_MINUTES, has_jitter=False)
    assert back_off.pause(attempts, jitter) == FIVE_MINUTES


def test_pauses_with_jitter_are_any_part_of_what_doubles() -> None:
    back_off = BackOff()
    assert [back_off.pause(attempts, 0.5).total_seconds() for attempts in (1, 2, 3)] == [30, 60, 120]
    assert back_off.pause(40, 1.0) == timedelta(seconds=600)
    assert back_off.pause(1, 0.0) == timedelta()
