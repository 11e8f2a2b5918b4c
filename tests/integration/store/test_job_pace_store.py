"""Turns of jobs beside those of the daily run, on both databases."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sunwi.adapters.sql.store import SqlStore, stored_pace
from sunwi.domain.pace import LOADS_BEFORE_JOB, NoTurn, PaceState, Turn
from tests.examples import NIGHT, place_tracking
from tests.night import Night

SECOND = timedelta(seconds=1)
PAUSE = 2 * SECOND


@pytest.fixture
def night(store: SqlStore) -> SqlStore:
    """A database with an open scheduled run."""
    night = Night(store)
    night.start(place_tracking(1))
    return store


def crawl(store: SqlStore, after: float = 0) -> Turn | NoTurn:
    with stored_pace(store) as sites:
        return sites.reserve("naver", at=NIGHT + after * SECOND, pause=PAUSE, max_wait=None)


def job(store: SqlStore, after: float = 0, max_wait: float | None = None) -> Turn | NoTurn:
    wait = None if max_wait is None else max_wait * SECOND
    with stored_pace(store) as sites:
        return sites.reserve_for_job("naver", at=NIGHT + after * SECOND, pause=PAUSE, max_wait=wait)


def test_without_a_scheduled_run_a_job_takes_its_turn_as_anybody(store: SqlStore) -> None:
    assert [job(store), crawl(store), job(store)] == [Turn(NIGHT + n * SECOND) for n in (0, 2, 4)]


def test_a_turn_that_comes_too_late_for_a_job_is_refused_and_left_to_others(store: SqlStore) -> None:
    crawl(store)
    assert job(store, max_wait=1) == NoTurn(NIGHT + 2 * SECOND)
    assert crawl(store) == Turn(NIGHT + 2 * SECOND)


def test_while_a_scheduled_run_is_open_five_others_go_before_each_job(night: SqlStore) -> None:
    assert isinstance(job(night), Turn)
    for number in range(LOADS_BEFORE_JOB):
        assert isinstance(job(night), NoTurn)
        assert crawl(night) == Turn(NIGHT + (number + 1) * PAUSE)
    assert job(night) == Turn(NIGHT + (LOADS_BEFORE_JOB + 1) * PAUSE)
    assert isinstance(job(night), NoTurn)


def test_a_refused_job_reserves_nothing_ahead_of_the_run(night: SqlStore) -> None:
    job(night)
    for _ in range(10):
        job(night)
    assert crawl(night) == Turn(NIGHT + PAUSE)


def test_a_run_that_loads_nothing_keeps_jobs_out_for_as_long_as_its_loads_would_take(night: SqlStore) -> None:
    job(night)
    free_at = NIGHT + (LOADS_BEFORE_JOB + 1) * PAUSE
    assert job(night) == NoTurn(free_at)
    assert job(night, after=11.9) == NoTurn(free_at)
    assert job(night, after=12) == Turn(free_at)


def test_the_share_is_counted_for_each_site_by_itself(night: SqlStore) -> None:
    job(night)
    with stored_pace(night) as sites:
        assert isinstance(sites.reserve_for_job("other", at=NIGHT, pause=PAUSE, max_wait=None), Turn)
        assert sites.get("naver") == PaceState(NIGHT + PAUSE, 0)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(callers=st.lists(st.tuples(st.sampled_from(["run", "job"]), st.floats(0, 3)), min_size=10, max_size=30))
def test_no_order_of_callers_gives_jobs_more_than_one_turn_in_six(
    night: SqlStore, callers: list[tuple[str, float]]
) -> None:
    with night.begin() as tx:
        tx.connection.execute(text("DELETE FROM site_pace"))
    at, taken = 0.0, []
    for who, later in callers:
        at += later
        turn = crawl(night, at) if who == "run" else job(night, at)
        if isinstance(turn, Turn):
            taken.append((turn.starts_at, who))
    starts = [start for start, _ in taken]
    assert all(later - earlier >= PAUSE for earlier, later in pairwise(starts))
    jobs = [number for number, (_, who) in enumerate(taken) if who == "job"]
    for first, second in pairwise(jobs):
        idle = starts[second] - starts[first] >= (LOADS_BEFORE_JOB + 1) * PAUSE
        assert second - first > LOADS_BEFORE_JOB or idle
