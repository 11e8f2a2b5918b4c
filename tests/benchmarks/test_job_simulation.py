"""Admission and scaling on paper: bursts of 10,000, crashes, throttles and long jobs, on 1 to 10 workers."""

from dataclasses import replace

import pytest

from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from tests.benchmarks.job_simulation import (
    LONG,
    LOOKUP,
    QUICK,
    REPORT,
    Result,
    Scenario,
    Simulation,
    Submission,
)

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

HOUR = 3_600.0
POOLS = (1, 2, 5, 10)
BURST = 10_000

#: What people ask for through four hours: a lookup each minute, a report each five, something critical each quarter.
DAY_TO_DAY = [
    *(Submission(30.0 + 60 * minute, LOOKUP, Priority.NORMAL) for minute in range(240)),
    *(Submission(50.0 + 300 * turn, REPORT, Priority.HIGH) for turn in range(48)),
    *(Submission(70.0 + 900 * turn, REPORT, Priority.CRITICAL) for turn in range(16)),
]
CALM = Scenario(name="day to day", submissions=DAY_TO_DAY)
BURST_OF_LOW = Scenario(name="burst of 10,000", submissions=[Submission(0.0, QUICK, Priority.LOW, BURST), *DAY_TO_DAY])
LONG_JOBS = Scenario(name="long jobs", submissions=[Submission(0.0, LONG, Priority.NORMAL, 40), *DAY_TO_DAY])
SCENARIOS = [
    CALM,
    BURST_OF_LOW,
    replace(BURST_OF_LOW, name="… 5 % crash", crash_share=0.05),
    replace(BURST_OF_LOW, name="… 30 % crash", crash_share=0.3),
    replace(BURST_OF_LOW, name="… throttled 20 min", throttled=(600, 1_800)),
    LONG_JOBS,
]
HEADING = (
    f"{'scenario':20} {'most':>4} {'busy':>4} {'drained':>9} {'crit. p50':>9} {'max':>7} {'high p50':>9} {'max':>7} "
    f"{'normal p50':>10} {'p95':>7} {'crashes':>7} {'refused':>7} {'failed':>6} {'pool':>5}"
)


def seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f} s"


def show(result: Result) -> None:
    print(
        f"{result.scenario.name:20} {result.scenario.most:>4} {result.most_busy:>4} {seconds(result.drained):>9} "
        f"{seconds(result.wait(Priority.CRITICAL, 0.5)):>9} {seconds(result.wait(Priority.CRITICAL, 1)):>7} "
        f"{seconds(result.wait(Priority.HIGH, 0.5)):>9} {seconds(result.wait(Priority.HIGH, 1)):>7} "
        f"{seconds(result.wait(Priority.NORMAL, 0.5)):>10} {seconds(result.wait(Priority.NORMAL, 0.95)):>7} "
        f"{result.crashes:>7} {result.refusals:>7} {result.states()[JobState.FAILED]:>6} "
        f"{len(result.workers) - 1:>5}"
    )


@pytest.fixture(scope="module")
def results() -> dict[tuple[str, int], Result]:
    """Every scenario on every pool."""
    print(f"\n{HEADING}")
    found = {}
    for scenario in SCENARIOS:
        for most in POOLS:
            result = Simulation(replace(scenario, most=most)).run()
            show(result)
            found[scenario.name, most] = result
    return found


def test_every_job_ends_no_slot_is_counted_twice_and_nothing_better_is_left_behind(
    results: dict[tuple[str, int], Result],
) -> None:
    for result in results.values():
        assert set(result.states()) <= {JobState.SUCCEEDED, JobState.FAILED}
        assert (result.overfull, result.overtaken) == (0, 0)
        assert result.most_busy <= result.scenario.most
        if not result.scenario.crash_share:
            assert result.states()[JobState.FAILED] == 0


def test_jobs_fail_for_good_as_often_as_four_crashes_in_a_row(results: dict[tuple[str, int], Result]) -> None:
    jobs = BURST + len(DAY_TO_DAY)
    for most in POOLS:
        failed = results["… 30 % crash", most].states()[JobState.FAILED]
        assert 0.7 * 0.3**4 * jobs < failed < 1.3 * 0.3**4 * jobs


def test_a_pool_of_ten_grows_to_ten_for_a_burst_and_is_back_at_one_when_it_is_idle(
    results: dict[tuple[str, int], Result],
) -> None:
    grown = results["burst of 10,000", 10].workers
    tenth = next(at for at, workers in grown if workers == 10)
    idle = Simulation(
        Scenario(
            name="idle", submissions=[Submission(0, QUICK, Priority.LOW, 500), Submission(HOUR, QUICK, Priority.LOW)]
        )
    ).run()
    last_busy = max(one.ended or 0 for one in idle.jobs if one.submitted == 0)
    alone = next(at for at, workers in idle.workers if at > last_busy and workers == 1)
    print(f"10 workers {tenth:.0f} s after a burst; 1 worker {alone - last_busy:.0f} s after the last job's end")
    assert tenth <= 180
    assert alone - last_busy <= 300


def test_urgent_jobs_behind_a_burst_wait_for_one_end_and_not_for_the_burst() -> None:
    ours = Simulation(BURST_OF_LOW).run()
    by_age = Simulation(replace(BURST_OF_LOW, by_age=True)).run()
    found = {result.scenario.by_age: result.wait(Priority.CRITICAL, 1) or 0 for result in (ours, by_age)}
    print(f"critical behind {BURST:,} low: {found[False]:,.1f} s at most; by age alone {found[True]:,.1f} s")
    assert found[False] < QUICK.longest + 60
    assert found[True] > 20 * found[False]


def test_scaling_costs_a_burst_next_to_nothing_against_ten_workers_all_the_time() -> None:
    scaled = Simulation(BURST_OF_LOW).run()
    fixed = Simulation(replace(BURST_OF_LOW, least=10)).run()
    print(f"burst drained on 1 to 10 workers in {scaled.drained:,.0f} s, on ten all the time in {fixed.drained:,.0f} s")
    assert scaled.drained < 1.05 * fixed.drained
