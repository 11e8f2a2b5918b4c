import pytest

from sunwi.domain.job import JobState
from tests.unit.web.people import AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def last_audit(world: World) -> tuple[str, str, str]:
    with world.store.read() as tx:
        (entry,) = tx.audit.latest(1)
    return entry.actor, entry.action, entry.subject


def test_a_job_that_waits_is_cancelled_and_whoever_did_it_is_kept(asking: AskingAs, world: World) -> None:
    job_id = world.job()
    reply = asking().ask("POST", f"/api/v1/jobs/{job_id}/cancel")
    assert reply.document == {"job_id": job_id, "answer": "ended", "code": None, "message": None}
    assert last_audit(world) == (asking().account.owner, "job_cancelled", f"job {job_id}")
    assert asking(AGENCY).ask("POST", f"/api/v1/jobs/{job_id}/cancel").document["answer"] == "ended"


def test_what_has_ended_is_not_cancelled(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", f"/api/v1/jobs/{world.ended_job()}/cancel")
    assert (reply.status, reply.document["code"]) == (409, "job_ended")


def test_one_that_failed_waits_again(asking: AskingAs, world: World) -> None:
    job_id = world.ended_job()
    reply = asking(AGENCY).ask("POST", f"/api/v1/jobs/{job_id}/retry?fresh=true")
    assert (reply.status, reply.document["is_retried"]) == (200, True)
    assert last_audit(world) == (AGENCY.owner, "jobs_retried", f"job {job_id}")
    reply = asking(AGENCY).ask("POST", f"/api/v1/jobs/{job_id}/retry")
    assert (reply.status, reply.document["code"]) == (409, "job_not_failed")


def test_those_of_a_cause_wait_again_and_only_the_caller_s(asking: AskingAs, world: World) -> None:
    world.ended_job()
    assert asking(FOREIGN_AGENCY).ask("POST", "/api/v1/jobs/retry", {"cause": "crash"}).document["retried"] == 0
    assert asking(AGENCY).ask("POST", "/api/v1/jobs/retry", {"cause": "crash"}).document["retried"] == 1


def test_ids_of_others_are_told_like_none(asking: AskingAs, world: World) -> None:
    ids = [world.ended_job(), "none"]
    answer = asking(FOREIGN_AGENCY).ask("POST", "/api/v1/jobs/retry", {"ids": ids}).document
    assert [row["code"] for row in answer["jobs"]] == ["job_missing", "job_missing"]
    assert (answer["retried"], answer["refused"]) == (0, 2)


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"states": []}, {"states": ["LOST"]}, {"all": True}])
def test_a_retry_of_nothing_in_particular_is_refused(asking: AskingAs, body: object) -> None:
    reply = asking().ask("POST", "/api/v1/jobs/retry", body)
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")


def test_what_is_no_bulk_action_is_not_taken_back(asking: AskingAs, world: World) -> None:
    job_id = world.ended_job(JobState.SUCCEEDED, {"ranks": []})
    reply = asking(AGENCY).ask("POST", f"/api/v1/jobs/{job_id}/undo")
    assert (reply.status, reply.document["code"]) == (409, "undo_impossible")
