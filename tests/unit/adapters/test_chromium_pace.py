from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sunwi.adapters.chromium import Pace


@dataclass
class Time:
    """A clock that only sleeping and loading moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pace(time: Time, delay: float, seed: int = 0) -> Pace:
    return Pace(delay, Random(seed), monotonic=lambda: time.now, sleep=time.sleep)


def test_the_first_page_waits_for_nothing() -> None:
    time = Time()
    pace(time, 2).wait_turn()
    assert time.slept == []


@given(delay=st.floats(0, 30), load=st.floats(0, 60), idle=st.floats(0, 60), seed=st.integers(0, 99))
def test_the_pause_counts_from_the_end_of_the_last_load(delay: float, load: float, idle: float, seed: int) -> None:
    time = Time()
    paced = pace(time, delay, seed)
    paced.wait_turn()
    time.now += load
    paced.note_loaded()
    loaded = time.now
    time.now += idle
    paced.wait_turn()
    between = time.now - loaded
    assert between >= 0.75 * delay - 1e-6
    assert between <= max(idle, 1.25 * delay) + 1e-6
