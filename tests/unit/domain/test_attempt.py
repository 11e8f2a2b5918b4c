import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.attempt import (
    LEASE_MARGIN_SECONDS,
    MAX_ATTEMPTS,
    PAGE_FAILURES,
    STARVED_RECEIVES,
    VISIBILITY_TIMEOUTS,
    Decision,
    FailedLoad,
    TaskSnapshot,
    decide,
    lease_seconds,
    queue_visibility_seconds,
    receive_limit,
    retry_delay_seconds,
)
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import TERMINAL_STATES, TaskState
from sunwi.errors import Blocked
from tests.examples import HOUR, NIGHT

DEADLINE = NIGHT + HOUR
VERDICT = NIGHT + timedelta(minutes=30)
SECOND = timedelta(seconds=1)
OPEN_STATES = (TaskState.QUEUED, TaskState.RUNNING, TaskState.RETRYING)
A = Decision.ACKNOWLEDGE
M = Decision.MEASURE

#: State → in time and sent before the verdict, in time and after it, past the deadline and before, past it and after.
UNUSED_MESSAGE = {
    TaskState.QUEUED: (M, M, A, A),
    TaskState.RUNNING: (M, M, A, A),
    TaskState.RETRYING: (M, M, A, A),
    TaskState.SUCCEEDED: (A, A, A, A),
    TaskState.FAILED: (A, M, A, M),
    TaskState.CANCELLED: (A, A, A, A),
    # Expired in time: the watch of its run has failed, and nothing else is wrong.
    TaskState.EXPIRED: (M, M, A, M),
}


def snapshot(
    state: TaskState,
    *,
    used: int = 0,
    permanent: bool = False,
    measured_late: bool = False,
    watched: bool = True,
) -> TaskSnapshot:
    return TaskSnapshot(
        state=state,
        decided_at=VERDICT if state in TERMINAL_STATES else None,
        measured_late=measured_late,
        deadline=DEADLINE,
        attempts_used=used,
        is_permanent=permanent,
        is_active=watched,
    )


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("used", range(MAX_ATTEMPTS))
def test_a_message_with_looks_left_is_decided_by_the_table(state: TaskState, used: int) -> None:
    times = product((DEADLINE - SECOND, DEADLINE), (VERDICT - SECOND, VERDICT + SECOND))
    decisions = tuple(decide(snapshot(state, used=used), sent_at=sent, now=now) for now, sent in times)
    assert decisions == UNUSED_MESSAGE[state]


@pytest.mark.parametrize("state", [*OPEN_STATES, TaskState.FAILED, TaskState.EXPIRED])
@pytest.mark.parametrize(("used", "permanent"), [(3, False), (1, True), (7, True)])
@pytest.mark.parametrize("sent_after", [-1, 1])
@pytest.mark.parametrize("late", [-1, 0])
def test_a_used_up_message_is_never_acknowledged(
    *, state: TaskState, used: int, permanent: bool, sent_after: int, late: int
) -> None:
    sent, now = VERDICT + sent_after * SECOND, DEADLINE + late * SECOND
    assert decide(snapshot(state, used=used, permanent=permanent), sent_at=sent, now=now) is Decision.FAIL_AGAIN


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("used", [0, 3])
def test_what_a_redrive_has_measured_is_acknowledged(state: TaskState, used: int) -> None:
    late = snapshot(state, used=used, measured_late=True)
    assert decide(late, sent_at=VERDICT + SECOND, now=DEADLINE + HOUR) is Decision.ACKNOWLEDGE


@pytest.mark.parametrize("state", [TaskState.SUCCEEDED, TaskState.CANCELLED])
def test_a_used_up_message_of_a_task_that_was_settled_otherwise_is_acknowledged(state: TaskState) -> None:
    assert decide(snapshot(state, used=3, permanent=True), sent_at=NIGHT, now=NIGHT) is Decision.ACKNOWLEDGE


def test_a_message_sent_at_the_very_verdict_is_no_redrive() -> None:
    assert decide(snapshot(TaskState.FAILED), sent_at=VERDICT, now=VERDICT) is Decision.ACKNOWLEDGE


@given(base=st.floats(0, 21_600), attempt=st.integers(1, MAX_ATTEMPTS), jitter=st.floats(-1, 1))
def test_a_retry_waits_about_base_then_twice_base_within_what_sqs_takes(
    base: float, attempt: int, jitter: float
) -> None:
    delay = retry_delay_seconds(attempt, base_seconds=base, jitter=jitter)
    assert isinstance(delay, int)
    # SQS takes 12 hours from the receive, and the look itself has used up to 15 minutes of them.
    assert 0 <= delay <= 43_200 - 900
    if base <= 3600:
        assert abs(delay - base * attempt) <= 0.1 * base * attempt + 1


def test_the_default_pauses_are_about_60_and_120_seconds() -> None:
    assert [retry_delay_seconds(attempt, base_seconds=60, jitter=0) for attempt in (1, 2)] == [60, 120]


@given(
    batch=st.integers(1, 14_400),
    postpone=st.integers(60, 300),
    crawler_timeout=st.sampled_from([15, 30, 60, 90, 120, 180]),
    starves=st.lists(st.booleans(), min_size=1),
)
def test_a_healthy_message_of_a_run_is_never_received_more_often_than_the_limit_allows(
    batch: int, postpone: int, crawler_timeout: int, starves: list[bool]
) -> None:
    limit = receive_limit(timedelta(seconds=batch), postponement=timedelta(seconds=postpone))
    starved_seconds = queue_visibility_seconds(crawler_timeout)
    seconds, receives = 0, MAX_ATTEMPTS
    for is_starved in itertools.cycle(starves):
        if seconds >= batch:
            break
        receives += 1
        seconds += starved_seconds if is_starved else postpone
    assert receives <= limit


@given(seconds=st.integers(1, 86_400))
def test_a_message_survives_seven_starved_receives_in_any_run(seconds: int) -> None:
    limit = receive_limit(timedelta(seconds=seconds), postponement=timedelta(seconds=300))
    assert limit >= MAX_ATTEMPTS + STARVED_RECEIVES == 10


def test_an_hour_allows_15_receives_and_sqs_1000_at_most() -> None:
    assert receive_limit(HOUR, postponement=timedelta(seconds=300)) == 15
    assert receive_limit(HOUR, postponement=timedelta(seconds=1)) == 1000


def test_a_failed_load_answers_another_tracking_with_the_same_error_and_whose_it_was() -> None:
    failed = FailedLoad(error_name="Blocked", error="blocked (captcha)", tracking_id=7, ended_at=NIGHT)
    error = failed.as_error()
    assert isinstance(error, Blocked)
    assert str(error) == "blocked (captcha) (seen 2026-01-01T16:00:00+00:00 for tracking 7)"


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("sent", [VERDICT - SECOND, VERDICT + SECOND])
def test_nothing_is_measured_for_a_tracking_that_is_paused_or_has_ended(state: TaskState, sent: datetime) -> None:
    decision = decide(snapshot(state, watched=False), sent_at=sent, now=DEADLINE - SECOND)
    assert decision is (A if state in TERMINAL_STATES else Decision.CANCEL)


@given(remaining=st.floats(min_value=-5, max_value=900), visibility=st.integers(1, 43_200))
def test_a_lease_outlasts_its_invocation_and_is_shorter_than_the_queues_own(remaining: float, visibility: int) -> None:
    lease = lease_seconds(remaining, visibility_seconds=visibility)
    if lease is None:
        assert max(0, remaining) + LEASE_MARGIN_SECONDS > visibility - 1
    else:
        assert remaining < lease < visibility
        assert lease <= max(0, remaining) + LEASE_MARGIN_SECONDS + 1


@pytest.mark.parametrize("timeout", [15, 30, 60, 90, 120, 180])
def test_a_lease_is_less_than_two_crawler_timeouts_where_the_queue_hides_for_six(timeout: int) -> None:
    lease = lease_seconds(timeout, visibility_seconds=VISIBILITY_TIMEOUTS * timeout)
    assert lease is not None
    assert lease < 2 * timeout


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize(("used", "permanent"), [(0, False), (2, False), (3, False), (1, True)])
def test_a_cancelled_run_looks_at_nothing_that_is_open_and_redrives_as_any_other(
    *, state: TaskState, used: int, permanent: bool
) -> None:
    cancelled = replace(snapshot(state, used=used, permanent=permanent), is_run_cancelled=True)
    for now, sent in product((DEADLINE - SECOND, DEADLINE), (VERDICT - SECOND, VERDICT + SECOND)):
        as_any_other = decide(replace(cancelled, is_run_cancelled=False), sent_at=sent, now=now)
        decision = decide(cancelled, sent_at=sent, now=now)
        assert decision is (Decision.CANCEL if state in OPEN_STATES else as_any_other)


@pytest.mark.parametrize("verdict", [verdict for verdict in PageVerdict if not verdict.is_readable])
def test_whatever_makes_a_page_unreadable_answers_its_other_trackings_too(verdict: PageVerdict) -> None:
    error = NotMeasured(reason="seen", verdict=verdict).as_error()
    assert PAGE_FAILURES[type(error).__name__] is type(error)
