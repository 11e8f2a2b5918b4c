import pytest

from sunwi.domain.bulk_action import BulkCheckpoint
from tests.examples import NIGHT, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import LOOKUP, JobLife, OnSleep


@pytest.fixture
def bulk_action(container: FakeContainer, sunwi: CommandLine) -> str:
    """The id of one that waits."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(1, "강남역 맛집", agency="한빛")], at=NIGHT)
    document = sunwi("trackings", "bulk", "pause", "--agency", "한빛", "--json").document()
    return str(document["job"]["job_id"])


def change_one(life: JobLife, job_id: str) -> None:
    """Run a bulk action that changes a row."""
    key = life.run(job_id)
    checkpoint = BulkCheckpoint(items="items", total=1, done=1, changed=1, files=("part",))
    with life.container.adapters.store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, checkpoint.as_json())
    life.succeed(key, {"changed": 1})


def test_what_has_not_begun_is_cancelled(sunwi: CommandLine, bulk_action: str) -> None:
    assert sunwi("jobs", "undo", bulk_action).out == f"시작하기 전이어서 취소했습니다: {bulk_action}\n"
    assert sunwi("jobs", "show", bulk_action, "--json").document()["state"] == "CANCELLED"


def test_the_document_of_one_that_had_not_begun_names_no_job(sunwi: CommandLine, bulk_action: str) -> None:
    document = sunwi("jobs", "undo", bulk_action, "--json").document()
    assert document == {"job_id": bulk_action, "answer": "cancelled", "job": None, "is_repeat": False}


def test_what_has_ended_is_taken_back_by_one_job_however_often_that_is_asked(
    sunwi: CommandLine, life: JobLife, bulk_action: str
) -> None:
    change_one(life, bulk_action)
    document = sunwi("jobs", "undo", bulk_action, "--json").document()
    job = document["job"]
    assert (document["answer"], document["is_repeat"], job["undoes"]) == ("submitted", False, bulk_action)
    assert job["params"] == {"action": "undo", "job_id": bulk_action}
    again = sunwi("jobs", "undo", bulk_action)
    assert (
        again.out
        == f"이미 되돌리는 작업을 제출했습니다: {job['job_id']}\n진행 보기: sunwi jobs watch {job['job_id']}\n"
    )


def test_undo_and_watch_end_with_the_job_that_takes_it_back(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, bulk_action: str
) -> None:
    change_one(life, bulk_action)

    def finish() -> None:
        undoing = sunwi("jobs", "list", "--state", "pending", "--json").document()["jobs"][0]["job_id"]
        life.succeed(life.run(undoing), {"changed": 1})

    on_sleep(finish)
    output = sunwi("jobs", "undo", bulk_action, "--watch")
    assert output.code == 0
    assert output.out.startswith("되돌리는 작업을 제출했습니다: ")
    assert f"되돌린 작업: {bulk_action}" in output.out


def test_another_kind_of_job_cannot_be_taken_back(sunwi: CommandLine, life: JobLife) -> None:
    job_id = sunwi("jobs", "submit", "lookup", *LOOKUP, "--json").document()["job_id"]
    life.succeed(life.run(job_id))
    output = sunwi("jobs", "undo", job_id)
    assert (output.code, output.out) == (2, "")
    assert "되돌릴 수 없는 작업입니다" in output.err
