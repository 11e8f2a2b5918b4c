"""The kind, and an evaluation run as a worker runs it."""

from dataclasses import replace

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.evaluation import EVALUATION_WORK, EventKind
from sunwi.domain.job import JobState
from sunwi.domain.job_priority import Priority
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.evaluation.evaluation import EVALUATION, parse_evaluation
from sunwi.service.evaluation.run_evaluation import RunEvaluation
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.job_desk import AGENCY
from tests.job_world import KINDS, JobWorld


@pytest.mark.parametrize("params", [{}, {"day": "2026-01-02"}])
def test_params_are_kept_as_they_are(params: dict[str, str]) -> None:
    assert parse_evaluation(params) == params


@pytest.mark.parametrize(("params", "code"), [({"day": "yesterday"}, "param_unusable"), ({"days": 3}, "param_unknown")])
def test_params_that_are_no_use_are_refused(params: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_evaluation(params)
    assert refused.value.code == code


def job_world(world: EvaluationWorld) -> JobWorld:
    assert isinstance(world.store, SqlStore)
    jobs = JobWorld(world.store, clock=world.clock, kinds=(*KINDS, EVALUATION))
    jobs.set_pool(workers=3)
    return jobs


def test_an_evaluation_is_critical_and_not_an_agency_s_to_ask_for(world: EvaluationWorld) -> None:
    jobs = job_world(world)
    assert jobs.job(jobs.submit(EVALUATION_WORK)).priority is Priority.CRITICAL
    with pytest.raises(Forbidden):
        jobs.submit(EVALUATION_WORK, actor=AGENCY)


def test_what_the_end_of_a_night_has_submitted_judges_tells_and_leaves_its_figures(world: EvaluationWorld) -> None:
    jobs = job_world(world)
    [one] = world.track(client="가게")
    world.night(0, {one: 3})
    world.night(1, {one: None})
    runner = RunEvaluation(store=world.store, post=world.post)
    worker = replace(jobs.worker(), runners={EVALUATION_WORK: lambda: runner})
    jobs.tick.tick()
    for job_id in ("evaluation-1", "evaluation-2"):
        jobs.run(job_id, worker=worker)
        job = jobs.job(job_id)
        assert (job.state, job.failure) == (JobState.SUCCEEDED, None)
    first, second = (jobs.job(job_id).result for job_id in ("evaluation-1", "evaluation-2"))
    assert first is not None
    assert (first["judged"], first["digests"], first["through"]) == (2, 1, "2026-01-03")
    assert second is not None
    assert (second["judged"], second["digests"]) == (0, 0)
    assert world.held() == [(one, 1, EventKind.LEFT)]
    assert len(world.pending) == 1
