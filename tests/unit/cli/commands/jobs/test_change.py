import pytest

from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.job_life import JobLife


def test_a_waiting_job_ends_at_once_and_a_running_one_is_asked_to_stop(sunwi: CommandLine, life: JobLife) -> None:
    waiting, running = life.submit(), life.submit()
    life.run(running)
    output = sunwi("jobs", "cancel", waiting, running)
    assert output.code == 0
    assert output.out == (f"{waiting}: 취소했습니다\n{running}: 취소를 요청했습니다: 다음 안전한 지점에서 멈춥니다\n")
    states = {job["job_id"]: job["state"] for job in sunwi("jobs", "list", "--json").document()["jobs"]}
    assert states == {waiting: "CANCELLED", running: "RUNNING"}
    assert f"{running}  실시간 조회  취소하는 중" in " ".join(sunwi("jobs", "list").out.splitlines())


def test_a_job_that_has_ended_or_is_not_there_is_told_beside_those_that_were_cancelled(
    sunwi: CommandLine, life: JobLife
) -> None:
    ended, waiting = life.submit(), life.submit()
    life.succeed(life.run(ended))
    output = sunwi("jobs", "cancel", ended, waiting, "nothing", "--json")
    assert output.code == 1
    told = [(job["job_id"], job["answer"], job["code"]) for job in output.document()["jobs"]]
    assert told == [(ended, None, "job_ended"), (waiting, "ended", None), ("nothing", None, "job_missing")]
    spoken = sunwi("jobs", "cancel", ended)
    assert (spoken.code, spoken.out) == (1, "")
    assert "이미 끝났습니다 (성공)" in spoken.err


def test_failed_jobs_wait_again_by_their_cause(sunwi: CommandLine, life: JobLife) -> None:
    crashed, blocked = life.submit(), life.submit()
    life.fail(life.run(crashed), "crash")
    life.fail(life.run(blocked), "blocked")
    document = sunwi("jobs", "retry", "--cause", "crash", "--json").document()
    assert (document["retried"], document["refused"]) == (1, 0)
    assert [(job["job_id"], job["is_retried"]) for job in document["jobs"]] == [(crashed, True)]
    states = {job["job_id"]: job["state"] for job in sunwi("jobs", "list", "--json").document()["jobs"]}
    assert states == {crashed: "PENDING", blocked: "FAILED"}
    assert sunwi("jobs", "retry", "--state", "failed", "--work", "lookup").out == "다시 기다리는 작업 1건\n"
    assert sunwi("jobs", "retry", "--state", "expired").out == "다시 시도할 작업이 없습니다\n"


def test_a_job_that_did_not_fail_is_refused_with_its_reason(sunwi: CommandLine, life: JobLife) -> None:
    done = life.submit()
    life.succeed(life.run(done))
    output = sunwi("jobs", "retry", done)
    assert output.code == 1
    assert "다시 시도하지 않은 작업 1건" in output.out
    assert "성공 상태입니다" in output.out
    (verdict,) = sunwi("jobs", "retry", done, "--json").document()["jobs"]
    assert (verdict["is_retried"], verdict["code"]) == (False, "job_not_failed")


@pytest.mark.parametrize(("options", "is_kept"), [((), True), (("--fresh",), False)])
def test_a_retry_keeps_the_checkpoint_unless_it_is_to_be_fresh(
    *, sunwi: CommandLine, life: JobLife, options: tuple[str, ...], is_kept: bool
) -> None:
    job_id = life.submit()
    key = life.run(job_id)
    with life.container.adapters.store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"page": 3})
    life.fail(key)
    assert sunwi("jobs", "retry", job_id, *options).code == 0
    assert sunwi("jobs", "show", job_id, "--json").document()["has_checkpoint"] is is_kept


def test_a_retry_of_nothing_is_a_bad_argument(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "retry")
    assert (output.code, "--cause, --work, --state" in output.err) == (2, True)
