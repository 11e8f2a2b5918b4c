"""From one job's end to the next one's start, against the same two states without a database."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median

import pytest

from infra.local.stack import LocalStack, Overlay, wait_for
from sunwi.adapters.aws.tender import LambdaTender
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.settings import Settings
from tests.benchmarks.jobs.bare_lanes import BareLanes, Span, hand_overs
from tests.benchmarks.jobs.overlay.measured.kinds import HOLD, WORKS
from tests.job_world import ADMIN

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

LANES, ROUNDS, COLD_ROUNDS = 10, 8, 2
#: Measurements of each, in turns, so that what else the machine does falls on both; the best of each are compared.
TURNS = 3
#: That each job works, a second on average, so that not all end at the same moment.
SECONDS = [[0.7 + 0.06 * ((3 * lane + 7 * turn) % 11) for turn in range(ROUNDS)] for lane in range(LANES)]
#: The local stack sleeps for so long before the first state of an execution.
STACK_SECONDS = 0.15
MAX_RATIO = 1.5
HANDLERS = {"WorkerCore": "measured.worker.handler", "Tender": "measured.tender.handler"}


class JobLanes:
    """The product's own engine, deployed once, with as many workers as there are lanes."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        url = f"sqlite:///{folder / 'sunwi.db'}"
        overlay = Overlay(folder=Path(__file__).with_name("overlay"), handlers=HANDLERS)
        outputs = stack.deploy(name="jobs", environment={"DATABASE_URL": url}, overlay=overlay)
        self._stack = stack
        tender = LambdaTender(stack.client("lambda"), outputs.tender_function_name)
        self.adapters = Adapters(Settings(database_url=url), tender=tender)
        self._jobs = self.adapters.compose(JobContainer, works=WORKS)
        self._jobs.manage_pool.set_limits(ADMIN, least=LANES, most=LANES)

    def measure(self) -> list[Span]:
        """Run as many jobs; return when the work of each was done."""
        turns = [SECONDS[lane][turn] for turn in range(ROUNDS) for lane in range(LANES)]
        orders = [JobOrder(work=HOLD.name, params={"seconds": seconds}) for seconds in turns]
        ids = self._jobs.submit_bulk.submit(SYSTEM, orders).job_ids
        wait_for("end of the jobs", lambda: not self._active(), timeout_seconds=240)
        with self.adapters.store.read() as tx:
            found = [tx.jobs.get(str(job_id)) for job_id in ids]
        return [Span(**job.result) for job in found if job and job.state is JobState.SUCCEEDED and job.result]

    def statements(self) -> dict[str, float]:
        """Return the statements of an invocation, by what it was for."""
        found: dict[str, list[int]] = defaultdict(list)
        for function in ("WorkerCore", "Tender"):
            for line in self._stack.function_logs(function):
                if '"statements_sent"' in line:
                    sent = json.loads(line)
                    found[sent["action"] or function].append(sent["number"])
        return {name: mean(numbers) for name, numbers in found.items()}

    def _active(self) -> int:
        with self.adapters.store.read() as tx:
            return sum(tx.job_history.waiting().values())


@contextmanager
def job_lanes(stack: LocalStack, folder: Path) -> Iterator[JobLanes]:
    lanes = JobLanes(stack, folder)
    yield lanes
    lanes.adapters.close()


def show(what: str, spans: Sequence[Span]) -> float:
    """Print hand-overs, and return their mean without what the local stack sleeps."""
    assert len(spans) == LANES * ROUNDS
    found = [seconds - STACK_SECONDS for seconds in hand_overs(spans, LANES, skipped_rounds=COLD_ROUNDS)]
    print(
        f"{what:12} {1000 * mean(found):4.0f} ms a hand-over (half {1000 * median(found):4.0f} ms, most "
        f"{1000 * max(found):4.0f} ms) of {len(found)}"
    )
    return mean(found)


def test_a_hand_over_costs_at_most_half_more_than_the_bare_states(tmp_path: Path) -> None:
    print(f"\n{LANES} in parallel; the local stack's own {1000 * STACK_SECONDS:.0f} ms are taken off")
    floor, took = [], []
    with LocalStack() as stack, job_lanes(stack, tmp_path) as jobs:
        bare = BareLanes(stack, tmp_path, SECONDS)
        for turn in range(TURNS):
            floor.append(show("bare states", bare.measure(f"turn{turn}")))
            took.append(show("jobs", jobs.measure()))
        statements = jobs.statements()
    ratio = min(took) / min(floor)
    print(
        f"ratio of the best {ratio:.2f}; statements of the bare states 0, of a job's worker "
        f"{statements['WorkerCore']:.1f}, of the tender at an end {statements['ended']:.1f}"
    )
    assert ratio <= MAX_RATIO
