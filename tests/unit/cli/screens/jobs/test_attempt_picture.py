from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sunwi.cli.screens.jobs.attempt_picture import WIDTH, draw_attempts
from sunwi.domain.job import AttemptOutcome, JobAttempt
from tests.examples import NIGHT


def attempt(generation: int, start: float, claimed: float | None, end: float | None) -> JobAttempt:
    """Return an attempt by seconds after 01:00 KST."""

    def at(seconds: float) -> timedelta:
        return timedelta(seconds=seconds)

    return JobAttempt(
        job_id="j",
        generation=generation,
        admitted_at=NIGHT + at(start),
        worker_id=None if claimed is None else "w",
        started_at=None if claimed is None else NIGHT + at(claimed),
        finished_at=None if end is None else NIGHT + at(end),
        outcome=None if end is None else AttemptOutcome.SUCCEEDED,
        code=None,
        seconds=0 if end is None or claimed is None else end - claimed,
    )


def test_attempts_stand_under_one_scale_of_time() -> None:
    crashed = replace(attempt(1, 0, 10, 20), outcome=AttemptOutcome.BACKED_OFF, code="crash")
    assert draw_attempts([crashed, attempt(2, 30, 31, 40)], now=NIGHT) == [
        "   01-02 01:00:00            01-02 01:00:40",
        "1  ░░░░░░░░░░██████████                      다시 시도 (비정상 종료) 10.0초",
        "2  ······························░█████████  성공 9.0초",
    ]


def test_an_attempt_that_is_not_over_reaches_to_now() -> None:
    lines = draw_attempts([attempt(1, 0, 20, None)], now=NIGHT + timedelta(seconds=40))
    assert lines[1] == "1  " + "░" * 20 + "█" * 20 + "  진행 중"
    (_, waiting) = draw_attempts([attempt(1, 0, None, None)], now=NIGHT + timedelta(seconds=40))
    assert waiting == "1  " + "░" * 40 + "  배정됨"


def test_a_job_without_attempts_has_no_picture() -> None:
    assert draw_attempts([], now=NIGHT) == []


@pytest.mark.parametrize("seconds", [0, 0.001])
def test_an_attempt_that_took_no_time_is_still_seen(seconds: float) -> None:
    lines = draw_attempts([attempt(1, 0, 0, seconds), attempt(2, 86_400, 86_400, 86_400 + seconds)], now=NIGHT)
    assert lines[1].startswith("1  █ ")
    assert lines[2].startswith("2  " + "·" * (WIDTH - 1) + "█ ")


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 900), st.floats(0, 900)), min_size=1, max_size=12))
def test_every_bar_has_the_same_width_and_shows_its_attempt(spans: list[tuple[float, float, float]]) -> None:
    starts = sorted(start for start, _, _ in spans)
    attempts = [
        attempt(number, start, start + wait, start + wait + run)
        for number, (start, (_, wait, run)) in enumerate(zip(starts, spans, strict=True), 1)
    ]
    _, *lines = draw_attempts(attempts, now=NIGHT)
    digits = len(str(len(attempts)))
    for line in lines:
        bar = line[digits + 2 : digits + 2 + WIDTH]
        assert cell_len(bar) == WIDTH
        assert "█" in bar
        assert bar.rstrip(" ") == "".join(sorted(bar.rstrip(" "), key="·░█".index))
