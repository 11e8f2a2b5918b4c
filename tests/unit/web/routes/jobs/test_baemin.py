"""The addresses of the first crawling service, as its programs use them."""

from sunwi.domain.job import JobState
from tests.unit.web.people import AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_a_crawl_is_refused_clearly_as_long_as_there_is_no_such_kind(asking: AskingAs) -> None:
    body = {"user_id": "user123", "task_options": {"timeout": 120}}
    reply = asking(AGENCY).ask("POST", "/api/baemin/start-crawling", body)
    assert (reply.status, reply.document["code"]) == (422, "work_unknown")
    assert "baemin" in reply.document["title"]


def test_a_task_says_how_far_it_is(asking: AskingAs, world: World) -> None:
    waiting, failed = world.job(), world.ended_job()
    done = world.ended_job(JobState.SUCCEEDED, {"stores": 3})
    status = asking(AGENCY).ask("GET", f"/api/baemin/task-status/{waiting}").document
    assert status == {
        "task_id": waiting,
        "status": "PENDING",
        "progress": 0,
        "step": None,
        "message": None,
        "error": None,
    }
    status = asking(AGENCY).ask("GET", f"/api/baemin/task-status/{failed}").document
    assert (status["status"], status["error"]) == ("FAILURE", "작업을 실행하던 함수가 비정상 종료했습니다")
    status = asking(AGENCY).ask("GET", f"/api/baemin/task-status/{done}").document
    assert (status["status"], status["progress"]) == ("SUCCESS", 100)


def test_a_task_is_cancelled(asking: AskingAs, world: World) -> None:
    task = world.job()
    assert asking(AGENCY).ask("DELETE", f"/api/baemin/cancel-task/{task}").document["success"] is True
    assert asking(AGENCY).ask("GET", f"/api/baemin/task-status/{task}").document["status"] == "REVOKED"


def test_tasks_of_others_are_not_there(asking: AskingAs, world: World) -> None:
    task = world.job()
    assert asking(FOREIGN_AGENCY).ask("GET", f"/api/baemin/task-status/{task}").status == 404
    assert asking(FOREIGN_AGENCY).ask("DELETE", f"/api/baemin/cancel-task/{task}").status == 404
