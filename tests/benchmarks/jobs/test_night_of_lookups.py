"""Whether people's lookups keep a scheduled run waiting: `make bench ARGS="-k night_of_lookups"`, seven minutes."""

from pathlib import Path

import pytest

from infra.local.stack import LocalStack
from sunwi.domain.pace import PAUSE_JITTER
from tests.benchmarks.jobs.night_of_lookups import AFTER_SECONDS, Night, measure_night

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

PAGES, LOOKUPS, DELAY_SECONDS = 200, 500, 0.5
SHORTEST_GAP = DELAY_SECONDS * (1 - PAUSE_JITTER)
MAX_RATIO = 1.25
#: In which all lookups are submitted.
FIRST_SECONDS = 60


def show(what: str, night: Night) -> None:
    gaps = night.gaps()
    print(
        f"{what}: closed after {night.closed_after:.1f} s; {night.pages(of_jobs=False)} pages of the run and "
        f"{night.pages(of_jobs=True)} of lookups until then; gaps between pages of the site: least {gaps[0]:.3f} s, "
        f"half {gaps[len(gaps) // 2]:.3f} s, most {gaps[-1]:.3f} s; lookups answered: {night.answered[0]} before the "
        f"close, {night.answered[1]} in the {AFTER_SECONDS} s after it"
    )


def test_a_run_closes_a_quarter_later_at_most_with_500_lookups_beside_it(tmp_path: Path) -> None:
    print()
    with LocalStack(wait_scale=0.2) as stack:
        alone = measure_night(stack, tmp_path / "alone", pages=PAGES, lookups=0, delay=DELAY_SECONDS)
        show("alone", alone)
        beside = measure_night(stack, tmp_path / "beside", pages=PAGES, lookups=LOOKUPS, delay=DELAY_SECONDS)
        show(f"with {LOOKUPS} lookups, submitted within {beside.submitted_after:.0f} s", beside)
    ratio = beside.closed_after / alone.closed_after
    print(f"ratio {ratio:.2f}; shortest gap {min(alone.gaps()[0], beside.gaps()[0]) / DELAY_SECONDS:.2f} of the pace")
    assert alone.measured == beside.measured == PAGES
    assert beside.submitted_after <= FIRST_SECONDS
    assert beside.failed == 0
    assert beside.answered[0] > 0
    assert ratio <= MAX_RATIO
    for night in (alone, beside):
        assert night.gaps()[0] >= SHORTEST_GAP
