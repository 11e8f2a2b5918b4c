from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.canary import CanaryCheck, CanaryState
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import Run, RunStatus
from sunwi.domain.tracking import Device, Surface, TrackingStatus
from tests.examples import HOUR, NIGHT, new_run, place_tracking

RUN = "scheduled-20260102"


def check(number: int = 0, *, run_id: str = RUN, recognised: int = 3) -> CanaryCheck:
    surfaces = [
        SurfaceCounts(surface=Surface.INTEGRATED, device=Device.MOBILE, recognised=recognised, blocked=1),
        SurfaceCounts(surface=Surface.PLACE_LIST, device=Device.PC, layout_unknown=2, unreachable=4),
    ]
    failures = ["integrated mobile 강남역 맛집: blocked: HTTP status 403"]
    at = NIGHT + timedelta(minutes=number)
    return CanaryCheck(run_id=run_id, number=number, checked_at=at, surfaces=surfaces, failures=failures)


def held_run(store: SqlStore) -> Run:
    with store.begin() as tx:
        held = replace(new_run(), canary=CanaryState.HELD, held_until=NIGHT + HOUR / 2)
        return tx.runs.add(held, None)


def test_a_check_comes_back_whole_before_there_is_a_run(store: SqlStore) -> None:
    with store.begin() as tx:
        assert tx.canaries.add(check()) == check()
    with store.read() as tx:
        assert tx.canaries.get(RUN, 0) == tx.canaries.latest(RUN) == check()
        assert tx.canaries.get(RUN, 1) is None
        assert tx.canaries.latest("scheduled-20260103") is None


def test_of_two_checks_of_one_number_the_first_stands(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.canaries.add(check())
    with store.begin() as tx:
        assert tx.canaries.add(check(recognised=0)) == check()


def test_the_latest_check_is_that_of_the_highest_number(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in (2, 0, 10, 1):
            tx.canaries.add(check(number))
        tx.canaries.add(check(11, run_id="scheduled-20260103"))
        assert tx.canaries.latest(RUN) == check(10)


def test_a_held_run_comes_back_held_and_is_not_running_when_it_is_watched(store: SqlStore) -> None:
    added = held_run(store)
    with store.begin() as tx:
        tx.runs.set_dispatched(RUN, 1)
        run = tx.runs.get(RUN)
    assert run == replace(added, generation=1)
    assert (run.is_held, run.status, run.held_until) == (True, RunStatus.DISPATCHING, NIGHT + HOUR / 2)


@pytest.mark.parametrize("state", [state for state in CanaryState if state is not CanaryState.HELD])
def test_a_released_run_is_running_once_it_is_dispatched_again(store: SqlStore, state: CanaryState) -> None:
    held_run(store)
    with store.begin() as tx:
        tx.runs.set_released(RUN, state, at=NIGHT + timedelta(minutes=7))
        tx.runs.set_dispatched(RUN, 0)
        run = tx.runs.lock(RUN)
    assert run is not None
    assert (run.is_held, run.canary, run.status) == (False, state, RunStatus.RUNNING)
    assert run.held_seconds(NIGHT + HOUR) == 420


def test_a_run_that_no_canary_comes_before_says_nothing_of_it(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.runs.add(new_run(), None)
        run = tx.runs.get(RUN)
    assert run is not None
    assert (run.canary, run.held_until, run.released_at, run.is_held) == (None, None, None, False)


def test_surfaces_of_active_trackings_are_listed_once(store: SqlStore) -> None:
    listed = replace(place_tracking(2), surface=Surface.PLACE_LIST)
    trackings = [
        place_tracking(1),
        listed,
        replace(place_tracking(3), device=Device.MOBILE),
        place_tracking(4, "부산 맛집"),
        replace(place_tracking(5), surface=Surface.CAFE_TAB),
    ]
    with store.begin() as tx:
        assert tx.trackings.list_active_surfaces() == []
        tx.trackings.add(trackings, at=NIGHT)
        tx.trackings.set_status(5, TrackingStatus.PAUSED)
        assert tx.trackings.list_active_surfaces() == [
            (Surface.INTEGRATED, Device.MOBILE),
            (Surface.INTEGRATED, Device.PC),
            (Surface.PLACE_LIST, Device.PC),
        ]
