"""Worker and tender killed at each point of a job's way."""

from collections.abc import Callable, Iterator

import pytest

from infra.local.stack import LocalStack
from sunwi.domain.job_order import JobOrder
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.chaos.audit import Row
from tests.chaos.jobs_night import TENDER_POINTS, WAIT_SCALE, WORKER_POINTS, JobsNight, jobs_night
from tests.chaos.night import now
from tests.stack.jobs_stack import ADMIN

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
TRACKINGS = 3


@pytest.fixture(scope="module")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "job-kills", folder) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


@pytest.mark.parametrize("point", [*WORKER_POINTS, *TENDER_POINTS])
def test_a_process_that_is_killed_at_a_point_costs_its_job_nothing(night: JobsNight, tell: Tell, point: str) -> None:
    victim = "worker" if point in WORKER_POINTS else "tender"
    for number in range(2):
        night.kill(night.hold(point, number))
    row = night.audit(f"{victim} of a job killed {point.replace('_', ' ')}, twice")
    tell(row)
    assert row.happened == "2 succeeded"


def test_a_bulk_action_that_is_killed_between_its_run_and_its_end_has_started_one_run(
    night: JobsNight, tell: Tell
) -> None:
    targets = [Target(Kind.BLOG, f"blog:nobody/{number}") for number in range(TRACKINGS)]
    urls = [f"https://blog.naver.com/nobody/{number}" for number in range(TRACKINGS)]
    with night.adapters.store.begin() as tx:
        new = [
            NewTracking(target=target, target_url=url, keyword="성수동 김밥")
            for target, url in zip(targets, urls, strict=True)
        ]
        tx.trackings.add(new, at=now())
    params = {"action": "measure", "filter": {"kind": "blog"}, "expected_count": TRACKINGS}
    for _ in range(2):
        job_id = night.jobs.submit_job.submit(ADMIN, JobOrder(work="bulk_action", params=params)).job.id
        night.own.append(job_id)
        file = night.arm("after_result", job_id)
        night.nudge()
        night.kill(night.wait_held(file))
    row = night.audit("worker of a bulk action killed between its run and its end, twice")
    night.stop_runs()
    tell(row)
    assert row.happened == "2 succeeded"
