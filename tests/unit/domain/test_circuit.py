from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.circuit import (
    MAX_RETRY_AFTER,
    PAUSE_SPREAD,
    Circuit,
    CircuitRule,
    CircuitState,
    Entry,
    Refusal,
    pause_before_probe,
    postponement_seconds,
)
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.sites.naver.site import Lane, circuit_of_page
from tests.examples import HOUR, NIGHT, page_key

RULE = CircuitRule(blocks=3, pause=timedelta(seconds=300), max_pause=timedelta(seconds=900))
KEY = Lane(Surface.INTEGRATED, Device.PC).circuit
SECOND = timedelta(seconds=1)
PROBE_TIME = timedelta(seconds=60)


def refusal(page: str = "가", at: datetime = NIGHT, **more: object) -> Refusal:
    values: dict[str, object] = {
        "is_probe": False,
        "is_repeat": False,
        "deadline": NIGHT + HOUR,
        "retry_after": None,
        "jitter": 0.0,
        "reason": "blocked (captcha)",
    }
    return Refusal(page=page_key(page), at=at, **(values | more))  # type: ignore[arg-type]  # each of its own type


def opened(at: datetime = NIGHT, **more: object) -> Circuit:
    circuit = Circuit(key=KEY)
    for page in "가나다":
        circuit = circuit.after_refusal(refusal(page, at, **more), RULE)
    return circuit


def test_it_opens_on_the_third_different_page_refused_in_a_row() -> None:
    circuit = Circuit(key=KEY)
    for page in "가나":
        circuit = circuit.after_refusal(refusal(page), RULE)
        assert circuit.state(NIGHT) is CircuitState.CLOSED
        assert circuit.entry(NIGHT) is Entry.LOAD
    circuit = circuit.after_refusal(refusal("다"), RULE)
    assert circuit.state(NIGHT) is CircuitState.OPEN
    assert (circuit.opened_at, circuit.pauses, circuit.probe_at) == (NIGHT, 1, NIGHT + RULE.pause)
    assert circuit.reason == "blocked (captcha)"


def test_a_recognised_page_ends_the_row() -> None:
    circuit = Circuit(key=KEY)
    for page in "가나":
        circuit = circuit.after_refusal(refusal(page), RULE)
    circuit = circuit.after_recognised(at=NIGHT, is_probe=False)
    assert circuit == Circuit(key=KEY)
    for page in "다라":
        circuit = circuit.after_refusal(refusal(page), RULE)
    assert circuit.opened_at is None


@given(repeats=st.lists(st.booleans(), max_size=40), blocks=st.integers(2, 20))
def test_one_page_alone_never_opens_it_however_often_it_is_refused(repeats: list[bool], blocks: int) -> None:
    rule = CircuitRule(blocks, RULE.pause, RULE.max_pause)
    circuit = Circuit(key=KEY)
    for is_repeat in repeats:
        circuit = circuit.after_refusal(refusal("가", is_repeat=is_repeat), rule)
    assert circuit.opened_at is None
    assert len(circuit.blocked_pages) <= 1


def test_pages_that_were_refused_in_this_run_before_say_nothing_new() -> None:
    circuit = Circuit(key=KEY)
    for page in "가나다라마":
        circuit = circuit.after_refusal(refusal(page, is_repeat=True), RULE)
    assert circuit.opened_at is None


def test_a_probe_is_let_through_when_it_is_due_and_one_at_a_time() -> None:
    circuit = opened()
    due = NIGHT + RULE.pause
    assert circuit.entry(due - SECOND) is Entry.HOLD
    assert circuit.next_try_at(due - SECOND) == due
    assert circuit.entry(due) is Entry.PROBE
    probing = circuit.with_probe(due + PROBE_TIME)
    assert probing.state(due) is CircuitState.HALF_OPEN
    assert probing.entry(due + SECOND) is Entry.HOLD
    assert probing.next_try_at(due + SECOND) == due + PROBE_TIME
    assert probing.state(due + PROBE_TIME) is CircuitState.OPEN
    assert probing.entry(due + PROBE_TIME) is Entry.PROBE


def test_a_recognised_probe_closes_it_and_a_look_from_before_does_not() -> None:
    probing = opened().with_probe(NIGHT + HOUR)
    assert probing.after_recognised(at=NIGHT, is_probe=False) == probing
    closed = probing.after_recognised(at=NIGHT + RULE.pause, is_probe=True)
    assert closed == Circuit(key=KEY, closed_at=NIGHT + RULE.pause)
    assert closed.entry(NIGHT) is Entry.LOAD


def test_each_probe_that_is_refused_doubles_the_pause_up_to_the_longest() -> None:
    circuit, at, pauses = opened(deadline=NIGHT + 24 * HOUR), NIGHT, []
    for _ in range(5):
        assert circuit.probe_at is not None
        pauses.append((circuit.probe_at - at).total_seconds())
        at = circuit.probe_at
        circuit = circuit.with_probe(at + PROBE_TIME)
        circuit = circuit.after_refusal(refusal("라", at, is_probe=True, deadline=NIGHT + 24 * HOUR), RULE)
        assert circuit.probing_until is None
        assert circuit.opened_at == NIGHT
    assert pauses == [300, 600, 900, 900, 900]


def test_a_probe_that_was_neither_refused_nor_recognised_waits_as_long_again() -> None:
    circuit = opened().with_probe(NIGHT + HOUR)
    due = NIGHT + RULE.pause
    after = circuit.after_unclear_probe(RULE, at=due, deadline=NIGHT + HOUR, jitter=0)
    assert (after.probe_at, after.pauses, after.probing_until) == (due + RULE.pause, 1, None)
    assert after.after_unclear_probe(RULE, at=due + SECOND, deadline=NIGHT + HOUR, jitter=0) == after


def test_a_refusal_of_a_look_from_before_neither_ends_the_probe_nor_lengthens_the_pause() -> None:
    probing = opened().with_probe(NIGHT + RULE.pause + PROBE_TIME)
    after = probing.after_refusal(refusal("라", NIGHT + SECOND), RULE)
    assert (after.probe_at, after.pauses, after.probing_until) == (probing.probe_at, 1, probing.probing_until)


@pytest.mark.parametrize(("asked", "waited"), [(10, 300), (1200, 1200), (86_400, MAX_RETRY_AFTER.total_seconds())])
def test_retry_after_is_the_least_that_is_waited_up_to_half_a_day(asked: int, waited: float) -> None:
    assert opened(retry_after=timedelta(seconds=asked)).probe_at == NIGHT + timedelta(seconds=waited)


def test_the_latest_retry_after_of_the_row_counts() -> None:
    circuit = Circuit(key=KEY).after_refusal(refusal("가", retry_after=timedelta(seconds=2000)), RULE)
    for page in "나다":
        circuit = circuit.after_refusal(refusal(page, NIGHT + SECOND, retry_after=timedelta(seconds=5)), RULE)
    assert circuit.probe_at == NIGHT + timedelta(seconds=2000)


rules = st.builds(
    CircuitRule,
    blocks=st.integers(2, 6),
    pause=st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds)),
    max_pause=st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds)),
)
jitters = st.floats(0, 1)


@given(rule=rules, number=st.integers(1, 200), left=st.integers(-7200, 14_400), jitter=jitters)
def test_a_pause_is_bounded_by_the_rule_and_by_half_of_what_is_left(
    rule: CircuitRule, number: int, left: int, jitter: float
) -> None:
    pause = pause_before_probe(rule, number, left=timedelta(seconds=left), jitter=jitter)
    spread = 1 + PAUSE_SPREAD
    assert rule.pause <= pause <= max(rule.pause, rule.max_pause) * spread
    if left > 0:
        assert pause <= max(rule.pause, timedelta(seconds=left) / 2) * spread


@given(
    rule=rules,
    events=st.lists(
        st.tuples(
            st.sampled_from(["recognised", "refused", "unclear", "crashed"]),
            st.sampled_from("가나다라마"),
            st.integers(0, 1000),
            st.none() | st.integers(0, 5000),
            jitters,
        ),
        max_size=60,
    ),
)
def test_no_page_is_opened_in_a_pause_and_no_two_probes_are_under_way(
    rule: CircuitRule, events: list[tuple[str, str, int, int | None, float]]
) -> None:
    """Whatever comes of looks: the entry is asked for each, as a crawler does."""
    circuit, now = Circuit(key=KEY), NIGHT
    for outcome, page, step, retry_after, jitter in events:
        now += timedelta(seconds=step)
        entry = circuit.entry(now)
        if circuit.probe_at is not None and now < circuit.probe_at:
            assert entry is Entry.HOLD
        if entry is Entry.HOLD:
            assert circuit.next_try_at(now) > now
            continue
        assert (entry is Entry.PROBE) == (circuit.opened_at is not None)
        before, is_probe = circuit, entry is Entry.PROBE
        if is_probe:
            circuit = circuit.with_probe(now + PROBE_TIME)
            assert circuit.entry(now) is Entry.HOLD
        if outcome == "recognised":
            circuit = circuit.after_recognised(at=now, is_probe=is_probe)
            assert circuit.entry(now) is Entry.LOAD
        elif outcome == "refused":
            wait = None if retry_after is None else timedelta(seconds=retry_after)
            circuit = circuit.after_refusal(
                refusal(page, now, is_probe=is_probe, retry_after=wait, jitter=jitter), rule
            )
            assert circuit.opened_at in {None, now, before.opened_at}
            assert len(circuit.blocked_pages) <= rule.blocks
            if circuit.probe_at is not None:
                assert circuit.probe_at >= now + max(rule.pause, wait or timedelta())
        elif outcome == "unclear":
            circuit = circuit.after_unclear_probe(rule, at=now, deadline=NIGHT + HOUR, jitter=jitter)


def test_each_surface_and_device_has_a_circuit_of_its_own() -> None:
    pages = [PageKey(surface, device, "가", location) for surface in Surface for device in Device for location in "ab"]
    assert len({circuit_of_page(page) for page in pages}) == len(Surface) * len(Device)


@pytest.mark.parametrize(
    ("until", "shortest", "deadline", "seconds"),
    [
        (10, 300, 3600, 300),
        (700.2, 300, 3600, 701),
        (5000, 300, 3600, 3600),
        (10, 300, 30.5, 31),
        (10, 300, -5, 300),
        (86_400, 300, -5, 42_300),
    ],
    ids=["shortest", "until", "deadline", "deadline before shortest", "a redrive past its deadline", "what SQS takes"],
)
def test_a_message_is_hidden_until_it_is_worth_asking_again(
    until: float, shortest: int, deadline: float, seconds: int
) -> None:
    hidden = postponement_seconds(
        NIGHT + timedelta(seconds=until),
        now=NIGHT,
        deadline=NIGHT + timedelta(seconds=deadline),
        shortest_seconds=shortest,
    )
    assert hidden == seconds
