"""From one job's end to the next one's start, against the same two states without a database."""

import json
from collections import defaultdict
from pathlib import Path
from statistics import mean, median

import pytest

from infra.local.stack import LocalStack, Overlay, wait_for
from sunwi.adapters.aws.tender import LambdaTender
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.settings import Settings
from tests.benchmarks.jobs.bare_lanes import Span, bare_spans, hand_overs
from tests.benchmarks.jobs.overlay.measured.kinds import HOLD, WORKS
from tests.job_world import ADMIN

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

LANES, ROUNDS, COLD_ROUNDS = 10, 12, 2
#: That each job works; a hand-over is what lies between.
WORK_SECONDS = 1.0
#: The local stack sleeps for so long before an execution's first state. Source: docs/aws.md, the local stack.
STACK_SECONDS = 0.15
MAX_RATIO = 1.5
HANDLERS = {"WorkerCore": "measured.worker.handler", "Tender": "measured.tender.handler"}


def job_spans(stack: LocalStack, folder: Path) -> tuple[list[Span], dict[str, float]]:
    """Run as many jobs; return when the work of each was done, and statements per invocation by what it was for."""
    url = f"sqlite:///{folder / 'sunwi.db'}"
    overlay = Overlay(folder=Path(__file__).with_name("overlay"), handlers=HANDLERS)
    outputs = stack.deploy(name="jobs", environment={"DATABASE_URL": url}, overlay=overlay)
    tender = LambdaTender(stack.client("lambda"), outputs.tender_function_name)
    adapters = Adapters(Settings(database_url=url), tender=tender)
    jobs = adapters.compose(JobContainer, works=WORKS)
    jobs.manage_pool.set_limits(ADMIN, least=LANES, most=LANES)
    orders = [JobOrder(work=HOLD.name, params={"seconds": WORK_SECONDS}) for _ in range(LANES * ROUNDS)]
    ids = [str(job_id) for job_id in jobs.submit_bulk.submit(SYSTEM, orders).job_ids]
    wait_for("end of the jobs", lambda: not _active(adapters.store), timeout_seconds=300)
    with adapters.store.read() as tx:
        ended = [tx.jobs.get(job_id) for job_id in ids]
    adapters.close()
    results = [job.result for job in ended if job is not None and job.state is JobState.SUCCEEDED]
    return [Span(**result) for result in results if result is not None], _statements(stack)


def _active(store: SqlStore) -> int:
    with store.read() as tx:
        return sum(tx.job_history.waiting().values())


def _statements(stack: LocalStack) -> dict[str, float]:
    found: dict[str, list[int]] = defaultdict(list)
    for function in ("WorkerCore", "Tender"):
        for line in stack.function_logs(function):
            if '"statements_sent"' in line:
                sent = json.loads(line)
                found[sent["action"] or function].append(sent["number"])
    return {name: mean(numbers) for name, numbers in found.items()}


def show(what: str, found: list[float]) -> float:
    """Print hand-overs, and return their mean without what the local stack sleeps."""
    own = [seconds - STACK_SECONDS for seconds in found]
    slowest = sorted(own)[int(0.95 * len(own))]
    print(
        f"{what}: {1000 * mean(own):.0f} ms a hand-over (half {1000 * median(own):.0f}, 95 % {1000 * slowest:.0f}), "
        f"of {len(own)}, {LANES} in parallel; the local stack's own {1000 * STACK_SECONDS:.0f} ms taken off"
    )
    return mean(own)


def test_a_hand_over_costs_at_most_half_more_than_the_bare_states(tmp_path: Path) -> None:
    print()
    with LocalStack() as stack:
        bare = bare_spans(stack, tmp_path, lanes=LANES, rounds=ROUNDS, seconds=WORK_SECONDS)
        floor = show("bare states, 0 statements", hand_overs(bare, LANES, skipped_rounds=COLD_ROUNDS))
        spans, statements = job_spans(stack, tmp_path)
        per_job = statements["WorkerCore"] + statements["ended"]
        print(", ".join(f"{name} {number:.1f} statements" for name, number in sorted(statements.items())))
        took = show(f"jobs, {per_job:.1f} statements", hand_overs(spans, LANES, skipped_rounds=COLD_ROUNDS))
    print(f"ratio {took / floor:.2f}")
    assert len(bare) == len(spans) == LANES * ROUNDS
    assert took / floor <= MAX_RATIO
