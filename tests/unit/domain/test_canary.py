from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.canary import CANARY_WARNINGS, CanaryCheck, CanaryState, HoldRule
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import RunStatus
from sunwi.domain.tracking import Device, Surface
from tests.examples import HOUR, NIGHT, new_run

RULE = HoldRule(threshold=0.5, pause=timedelta(minutes=10), max_hold=timedelta(minutes=30))
SECONDS = st.integers(min_value=0, max_value=20_000)


def check(*recognised_of_four: int) -> CanaryCheck:
    """A check of surfaces with four pages each."""
    devices = [(surface, device) for surface in Surface for device in Device]
    surfaces = [
        SurfaceCounts(surface=surface, device=device, recognised=found, layout_unknown=4 - found)
        for (surface, device), found in zip(devices, recognised_of_four, strict=False)
    ]
    return CanaryCheck(run_id="scheduled-20260102", number=0, checked_at=NIGHT, surfaces=surfaces)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (check(4, 4), CanaryState.RECOGNISED),
        (check(4, 2), CanaryState.RECOGNISED),
        (check(4, 1), CanaryState.HELD),
        (check(0, 0), CanaryState.HELD),
        (check(), CanaryState.HELD),
        (None, CanaryState.MISSING),
    ],
)
def test_a_run_is_held_when_its_worst_surface_is_under_the_threshold_and_never_for_want_of_a_check(
    last: CanaryCheck | None, state: CanaryState
) -> None:
    assert RULE.on_dispatch(last) is state


def test_a_threshold_of_0_never_holds() -> None:
    assert HoldRule(threshold=0).on_dispatch(check(0, 0)) is CanaryState.RECOGNISED


@pytest.mark.parametrize(
    ("last", "failed", "minutes", "state"),
    [
        (check(4, 4), False, 1, CanaryState.RECOGNISED),
        (check(4, 4), True, 31, CanaryState.RECOGNISED),
        (check(0, 4), False, 29, CanaryState.HELD),
        (check(0, 4), False, 30, CanaryState.UNRECOGNISED),
        (check(0, 4), True, 30, CanaryState.UNRECOGNISED),
        (check(0, 4), True, 1, CanaryState.CHECK_FAILED),
        (None, False, 1, CanaryState.CHECK_FAILED),
    ],
)
def test_a_held_run_waits_for_a_better_check_for_so_long_and_for_no_check_that_failed(
    *, last: CanaryCheck | None, failed: bool, minutes: int, state: CanaryState
) -> None:
    until = NIGHT + RULE.max_hold
    now = NIGHT + timedelta(minutes=minutes)
    assert RULE.while_held(last, check_failed=failed, held_until=until, now=now) is state


@given(timeout=SECONDS, longest=SECONDS)
def test_half_of_the_time_is_always_left_for_measuring(timeout: int, longest: int) -> None:
    rule = HoldRule(max_hold=timedelta(seconds=longest))
    deadline = NIGHT + timedelta(seconds=timeout)
    until = rule.held_until(started_at=NIGHT, deadline=deadline)
    assert NIGHT <= until <= NIGHT + rule.max_hold
    assert deadline - until >= until - NIGHT


@given(elapsed=SECONDS, longest=SECONDS, pause=st.integers(min_value=1, max_value=3600))
def test_the_waits_end_with_the_hold_and_never_stand_still(elapsed: int, longest: int, pause: int) -> None:
    rule = HoldRule(pause=timedelta(seconds=pause))
    until, now = NIGHT + timedelta(seconds=longest), NIGHT + timedelta(seconds=elapsed)
    wait = rule.wait_seconds(held_until=until, now=now)
    assert 1 <= wait <= pause
    assert wait == 1 or now + timedelta(seconds=wait) <= until


HELD = replace(new_run(), canary=CanaryState.HELD, held_until=NIGHT + HOUR / 2)


def test_a_run_is_held_until_it_is_released_or_closed() -> None:
    assert HELD.is_held
    assert not replace(HELD, canary=CanaryState.BY_HAND, released_at=NIGHT).is_held
    assert not replace(HELD, status=RunStatus.CLOSED, closed_at=NIGHT).is_held
    assert not new_run().is_held


def test_the_hold_is_counted_from_the_first_dispatch() -> None:
    later = NIGHT + HOUR
    assert HELD.held_seconds(later) == 3600
    assert replace(HELD, released_at=NIGHT + timedelta(seconds=90)).held_seconds(later) == 90
    assert replace(HELD, closed_at=NIGHT + timedelta(seconds=60)).held_seconds(later) == 60
    assert new_run().held_seconds(later) == 0


def test_every_start_but_a_recognised_one_is_warned_of() -> None:
    assert set(CANARY_WARNINGS) == set(CanaryState) - {CanaryState.RECOGNISED}
