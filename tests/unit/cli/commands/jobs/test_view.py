import getpass

import pytest

from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import JobLife


def test_jobs_are_listed_newest_first_and_page_by_page(
    sunwi: CommandLine, container: FakeContainer, life: JobLife
) -> None:
    ids = []
    for _ in range(3):
        ids.append(life.submit())
        container.own_clock.advance(seconds=1)
    first = sunwi("jobs", "list", "--limit", "2", "--json").document()
    assert [job["job_id"] for job in first["jobs"]] == [ids[2], ids[1]]
    rest = sunwi("jobs", "list", "--limit", "2", "--after", first["next"], "--json").document()
    assert ([job["job_id"] for job in rest["jobs"]], "next" in rest) == ([ids[0]], False)
    assert f"더 보기: --after {first['next']}" in sunwi("jobs", "list", "--limit", "2").out


def test_jobs_are_listed_by_state_kind_and_cause(sunwi: CommandLine, life: JobLife) -> None:
    failed, waiting = life.submit(), life.submit()
    life.fail(life.run(failed), "blocked")

    def listed(*options: str) -> list[str]:
        return [job["job_id"] for job in sunwi("jobs", "list", *options, "--json").document()["jobs"]]

    assert listed("--state", "failed") == [failed]
    assert listed("--state", "pending", "--state", "running") == [waiting]
    assert listed("--cause", "blocked") == [failed]
    assert listed("--cause", "crash") == []
    assert listed("--work", "lookup", "--state", "FAILED") == [failed]
    assert listed("--work", "report") == []
    assert set(listed("--since", "2026-01-02")) == {failed, waiting}
    assert listed("--since", "2026-01-03") == []
    assert "차단" in sunwi("jobs", "list", "--state", "failed").out


def test_mine_leaves_out_what_another_account_submitted(
    sunwi: CommandLine, life: JobLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = life.submit()
    monkeypatch.setattr(getpass, "getuser", lambda: "somebody-else")
    mine = life.submit()
    listed = sunwi("jobs", "list", "--mine", "--json").document()["jobs"]
    assert [(job["job_id"], job["owner"]) for job in listed] == [(mine, "cli:somebody-else")]
    assert {job["job_id"] for job in sunwi("jobs", "list", "--json").document()["jobs"]} == {mine, theirs}


def test_without_jobs_the_list_says_so(sunwi: CommandLine) -> None:
    assert sunwi("jobs", "list").out == "작업이 없습니다\n"


def test_a_job_shows_its_attempts_over_time_and_why_it_failed(
    sunwi: CommandLine, container: FakeContainer, life: JobLife
) -> None:
    job_id = life.submit()
    life.back_off(life.run(job_id), "blocked", seconds=18)
    container.own_clock.advance(seconds=40)
    life.fail(life.run(job_id), "crash", seconds=18)
    output = sunwi("jobs", "show", job_id)
    assert output.code == 0
    assert f"작업 {job_id} (실시간 조회, 보통): 실패" in output.out
    assert "입력 {" in output.out
    assert '"location"' not in output.out
    lines = output.out.splitlines()
    assert "1  ░" + "█" * 9 + " " * 30 + "  다시 시도 (차단) 18.0초" in lines
    assert "2  " + "·" * 30 + "░" + "█" * 9 + "  비정상 종료 18.0초" in lines
    assert "쓴 시도 2 / 3" in lines
    assert "사유: 작업을 실행하던 함수가 비정상 종료했습니다" in lines
    document = sunwi("jobs", "show", job_id, "--json").document()
    assert (document["state"], document["failure"]["code"], document["attempts"]) == ("FAILED", "crash", 2)
    made = [(attempt["generation"], attempt["outcome"], attempt["code"]) for attempt in document["attempts_made"]]
    assert made == [(1, "backed_off", "blocked"), (2, "crashed", "crash")]
    assert document["steps"] == ["wait", "read"]


def test_a_running_job_shows_its_step_of_all(sunwi: CommandLine, life: JobLife) -> None:
    job_id = life.submit()
    key = life.run(job_id)
    life.progress(key, 20, "read", "검색 결과 1쪽을 읽는 중")
    output = sunwi("jobs", "show", job_id).out
    assert "진행 20%, 2/2 페이지 읽기: 검색 결과 1쪽을 읽는 중" in output
    assert "진행 중" in output
    assert "기한 01-02 01:15:00, 실행 0.0초 / 최대 10분 0초" in output


def test_a_job_that_is_not_there_is_a_bad_argument(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "show", "0190-nothing", "--json")
    assert output.code == 2
    assert output.document()["error"]["name"] == "InvalidInput"
    assert "작업 '0190-nothing'이(가) 없습니다" in output.err
