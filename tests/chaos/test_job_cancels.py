"""Jobs that are cancelled at each point of their way, whose process then goes on, or is killed."""

from collections.abc import Callable, Iterator

import pytest

from infra.local.stack import LocalStack
from sunwi.domain.job_answers import CancelAnswer
from sunwi.errors import Conflict
from tests.chaos.audit import Row
from tests.chaos.jobs_night import WAIT_SCALE, JobsNight, jobs_night
from tests.stack.jobs_stack import ADMIN

pytestmark = [pytest.mark.timeout(240), pytest.mark.chaos]

Tell = Callable[[Row], None]
ENDED, REQUESTED, TOO_LATE = CancelAnswer.ENDED.value, CancelAnswer.REQUESTED.value, "job_ended"

#: What a cancel is answered at a point and how the job ends: of the process that goes on, and of the one that is
#: killed, which at `in_tend` and `after_tend` is told of a crash. Inside a commit SQLite is locked, and hears nobody.
POINTS = {
    "after_insert": ((ENDED, "CANCELLED"), (ENDED, "CANCELLED")),
    "after_admission": ((ENDED, "CANCELLED"), (ENDED, "CANCELLED")),
    "before_start": ((ENDED, "CANCELLED"), (ENDED, "CANCELLED")),
    "before_claim": ((ENDED, "CANCELLED"), (ENDED, "CANCELLED")),
    "after_claim": ((REQUESTED, "CANCELLED"), (REQUESTED, "CANCELLED")),
    "in_progress": ((REQUESTED, "CANCELLED"), (REQUESTED, "CANCELLED")),
    "before_checkpoint": ((REQUESTED, "CANCELLED"), (REQUESTED, "CANCELLED")),
    "after_result": ((REQUESTED, "SUCCEEDED"), (REQUESTED, "CANCELLED")),
    "after_commit": ((TOO_LATE, "SUCCEEDED"), (TOO_LATE, "SUCCEEDED")),
    "in_tend": ((TOO_LATE, "SUCCEEDED"), (REQUESTED, "CANCELLED")),
    "after_tend": ((TOO_LATE, "SUCCEEDED"), (ENDED, "CANCELLED")),
    "in_tick": ((REQUESTED, "CANCELLED"), (REQUESTED, "CANCELLED")),
}


@pytest.fixture(scope="module")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsNight]:
    folder = tmp_path_factory.mktemp("jobs")
    with LocalStack(wait_scale=WAIT_SCALE) as stack, jobs_night(stack, "job-cancels", folder) as night:
        yield night


@pytest.fixture
def night(module_night: JobsNight) -> JobsNight:
    module_night.begin_row()
    return module_night


def cancel(night: JobsNight, job_id: str) -> str:
    """Cancel a job twice, which is once."""
    answers = set()
    for _ in range(2):
        try:
            answers.add(night.jobs.cancel_job.cancel(ADMIN, job_id).value)
        except Conflict as error:
            answers.add(error.code)
    (answer,) = answers
    return answer


@pytest.mark.parametrize("point", POINTS)
def test_a_job_that_is_cancelled_at_a_point_ends_as_it_was_answered(night: JobsNight, tell: Tell, point: str) -> None:
    went_on = night.hold(point, 0)
    answers = [cancel(night, went_on.job_id)]
    went_on.let_go()
    killed = night.hold(point, 1)
    answers.append(cancel(night, killed.job_id))
    night.kill(killed)
    row = night.audit(f"cancel {point.replace('_', ' ')}; one process goes on, one is killed")
    tell(row)
    assert tuple(zip(answers, night.states(), strict=True)) == POINTS[point]
