import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.run import (
    MOST_CHECKS,
    TERMINAL_STATES,
    RunCounts,
    RunKind,
    TaskState,
    next_check_seconds,
    run_deadline,
    scheduled_run_id,
    space_checks,
    started_run_id,
)
from sunwi.domain.schedule import business_date, end_of_day
from sunwi.errors import UnbalancedRun
from tests.examples import HOUR, NIGHT, new_run

INSTANTS = st.datetimes(min_value=datetime(2020, 1, 2), max_value=datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
STATES = st.dictionaries(st.sampled_from(TaskState), st.integers(0, 50))


@given(states=STATES, more=st.integers(-3, 3))
def test_a_run_balances_exactly_if_every_expected_task_has_ended(states: dict[TaskState, int], more: int) -> None:
    ended = sum(count for state, count in states.items() if state in TERMINAL_STATES)
    counts = RunCounts.from_states(ended + more, states)
    assert counts.left == more
    if more:
        with pytest.raises(UnbalancedRun, match=f"run r1 does not balance: expected {ended + more} "):
            counts.check_balance("r1")
    else:
        counts.check_balance("r1")
        assert counts.expected == counts.succeeded + counts.failed + counts.cancelled + counts.expired


@given(INSTANTS)
def test_two_events_name_the_same_scheduled_run_exactly_if_they_share_a_korean_date(at: datetime) -> None:
    name = scheduled_run_id(business_date(at))
    assert name == f"scheduled-{at + timedelta(hours=9):%Y%m%d}"
    assert scheduled_run_id(business_date(end_of_day(business_date(at)))) != name


@given(kind=st.sampled_from([RunKind.MANUAL, RunKind.ON_DEMAND]), at=INSTANTS)
def test_a_started_run_is_named_after_its_kind_korean_time_and_token(kind: RunKind, at: datetime) -> None:
    name = started_run_id(kind, at, "0a1b2c3d")
    korean = at + timedelta(hours=9)
    assert name == f"{kind.value.lower().replace('_', '-')}-{korean:%Y%m%d-%H%M%S}-0a1b2c3d"


@given(kind=st.sampled_from(RunKind), at=INSTANTS, generation=st.integers(0, 999))
def test_every_execution_name_is_one_that_step_functions_takes(kind: RunKind, at: datetime, generation: int) -> None:
    is_scheduled = kind is RunKind.SCHEDULED
    run_id = scheduled_run_id(business_date(at)) if is_scheduled else started_run_id(kind, at, "0a1b2c3d")
    name = new_run(run_id).of_generation(generation).execution_name
    assert re.fullmatch(r"[0-9a-z-]{1,80}", name)


def test_generations_have_different_execution_names() -> None:
    names = {new_run().of_generation(generation).execution_name for generation in range(3)}
    assert names == {"scheduled-20260102-0", "scheduled-20260102-1", "scheduled-20260102-2"}


@given(at=INSTANTS, seconds=st.integers(1, 86_400))
def test_a_scheduled_run_ends_with_its_korean_date_at_the_latest(at: datetime, seconds: int) -> None:
    timeout = timedelta(seconds=seconds)
    deadline = run_deadline(RunKind.SCHEDULED, at, timeout)
    assert at < deadline <= at + timeout
    assert business_date(deadline - timedelta(microseconds=1)) == business_date(at)
    assert run_deadline(RunKind.ON_DEMAND, at, timeout) == at + timeout


@given(
    expected=st.integers(0, 100_000),
    done=st.integers(0, 100_000),
    elapsed=st.floats(0, 7200),
    timeout=st.integers(1, 7200),
)
def test_the_next_look_comes_after_1_to_300_seconds_and_soon_after_the_deadline(
    expected: int, done: int, elapsed: float, timeout: int
) -> None:
    counts = RunCounts(expected=expected, succeeded=min(done, expected))
    now, deadline = NIGHT + timedelta(seconds=elapsed), NIGHT + timedelta(seconds=timeout)
    wait = next_check_seconds(counts, started_at=NIGHT, deadline=deadline, now=now)
    assert isinstance(wait, int)
    assert 1 <= wait <= 300
    assert now + timedelta(seconds=wait) <= max(now, deadline) + timedelta(seconds=1)


@given(expected=st.integers(1, 2000), pace=st.floats(0.05, 30))
def test_a_steady_run_is_looked_at_a_few_dozen_times_and_found_done_soon(expected: int, pace: float) -> None:
    elapsed, looks = 0.0, 0
    end = expected * pace
    deadline = NIGHT + timedelta(days=2)
    while elapsed < end:
        counts = RunCounts(expected=expected, succeeded=int(elapsed / pace))
        at = NIGHT + timedelta(seconds=elapsed)
        elapsed += next_check_seconds(counts, started_at=NIGHT, deadline=deadline, now=at)
        looks += 1
    assert looks <= 30 + end / 300
    assert elapsed - end <= max(5, pace)


def test_a_run_whose_first_page_took_long_is_looked_at_again_before_twice_its_time() -> None:
    counts = RunCounts(expected=79, succeeded=1)
    at = NIGHT + timedelta(seconds=20)
    assert next_check_seconds(counts, started_at=NIGHT, deadline=NIGHT + HOUR, now=at) == 20


def test_the_first_looks_come_every_5_seconds() -> None:
    counts = RunCounts(expected=10)
    assert next_check_seconds(counts, started_at=NIGHT, deadline=NIGHT + HOUR, now=NIGHT) == 5


@given(wait=st.integers(1, 300), timeout=st.integers(20, 14_400), elapsed=st.integers(0, 14_400))
def test_a_wait_is_lengthened_to_the_runs_share_of_its_checks_and_not_beyond_the_deadline(
    wait: int, timeout: int, elapsed: int
) -> None:
    run = replace(new_run(), deadline=NIGHT + timedelta(seconds=timeout))
    now = NIGHT + timedelta(seconds=min(elapsed, timeout - 1))
    spaced = space_checks(wait, run=run, now=now, until=run.deadline)
    assert spaced >= wait
    assert spaced == wait or now + timedelta(seconds=spaced) <= run.deadline + timedelta(seconds=1)
    assert spaced * MOST_CHECKS >= timeout or now + timedelta(seconds=spaced) > run.deadline


def test_a_run_of_an_hour_is_checked_every_5_seconds_at_most_and_one_of_four_every_20() -> None:
    for hours, seconds in ((1, 5), (4, 20)):
        run = replace(new_run(), deadline=NIGHT + hours * HOUR)
        assert space_checks(1, run=run, now=NIGHT, until=run.deadline) == seconds
