import json
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.job_life import LOOKUP, JobLife, OnSleep

URL = "https://m.place.naver.com/restaurant/1234567890"
HEADER = "work,param.keyword,param.url,priority,param.device\n"
NOTIFY_HEADER = "work,param.keyword,param.url,notify\n"
GOOD = f"lookup,강남역 김밥,{URL},high,mobile\nlookup,서울 맛집,{URL},,\n"


def told_of(sunwi: CommandLine, batch_id: str) -> dict[int, object]:
    """Return who is told of the end of each job of a batch, by its row."""
    jobs = sunwi("jobs", "list", "--batch", batch_id, "--json").document()["jobs"]
    return {job["row"]: job["notify"] for job in jobs}


def test_a_job_is_submitted_and_says_how_to_follow_it(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "submit", "lookup", *LOOKUP, "--priority", "high")
    assert output.code == 0
    (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
    assert output.out == (
        f"작업을 제출했습니다: {job['job_id']} (실시간 조회, 높음)\n진행 보기: sunwi jobs watch {job['job_id']}\n"
    )
    assert (job["state"], job["priority"], job["params"]["keyword"]) == ("PENDING", "high", "강남역 김밥")
    assert job["owner"].startswith("cli:")


def test_the_same_key_again_is_the_same_job(sunwi: CommandLine) -> None:
    first = sunwi("jobs", "submit", "lookup", *LOOKUP, "--idempotency-key", "k", "--json").document()
    again = sunwi("jobs", "submit", "lookup", *LOOKUP, "--idempotency-key", "k", "--json").document()
    assert (first["is_repeat"], again["is_repeat"], again["job_id"]) == (False, True, first["job_id"])
    told = sunwi("jobs", "submit", "lookup", *LOOKUP, "--idempotency-key", "k").out
    assert f"같은 키로 이미 제출한 작업입니다: {first['job_id']} (실시간 조회, 보통, 대기)" in told
    other = sunwi("jobs", "submit", "lookup", *LOOKUP, "--param", "device=mobile", "--idempotency-key", "k")
    assert (other.code, "다른 내용으로 이미 쓰였습니다" in other.err) == (2, True)


def test_params_come_from_a_file_and_what_is_typed_goes_before(sunwi: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "params.json"
    file.write_text(json.dumps({"keyword": "다른 말", "url": URL, "device": "pc"}), encoding="utf-8")
    options = ("--params-json", str(file), "--param", "keyword=강남역 김밥", "--param", "bundled:=false")
    document = sunwi("jobs", "submit", "lookup", *options, "--json").document()
    params = document["params"]
    assert (params["keyword"], params["device"], params["bundled"]) == ("강남역 김밥", "pc", False)


def test_params_are_read_from_standard_input(sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = BytesIO(json.dumps({"keyword": "강남역 김밥", "url": URL}).encode())
    monkeypatch.setattr("sunwi.cli.read_file.sys", SimpleNamespace(stdin=SimpleNamespace(buffer=typed)))
    document = sunwi("jobs", "submit", "lookup", "--params-json", "-", "--json").document()
    assert document["params"]["url"] == URL


def test_a_job_for_later_says_when_in_korean_time(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "submit", "lookup", *LOOKUP, "--not-before", "2026-01-02T03:00")
    assert "01-02 03:00:00부터" in output.out
    (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
    assert job["not_before"] == "2026-01-01T18:00:00+00:00"
    assert "예약 (01-02 03:00)" in sunwi("jobs", "list").out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("nothing",), "작업 종류 'nothing'이(가) 없습니다"),
        (("lookup", "--param", "keyword"), "입력 'keyword'을(를) 읽을 수 없습니다"),
        (("lookup", "--param", "bundled:=yes"), "입력 'bundled:=yes'을(를) 읽을 수 없습니다"),
        (("lookup", *LOOKUP, "--not-before", "soon"), "'soon'은(는) 시각이 아닙니다"),
        (("lookup", *LOOKUP, "--priority", "urgent"), "우선순위 'urgent'이(가) 없습니다"),
    ],
)
def test_what_cannot_be_a_job_is_refused_and_not_stored(
    sunwi: CommandLine, arguments: tuple[str, ...], wanted: str
) -> None:
    output = sunwi("jobs", "submit", *arguments)
    assert (output.code, wanted in output.err) == (2, True), output.err
    assert sunwi("jobs", "list", "--json").document() == {"jobs": []}


def test_submit_and_watch_end_with_the_whole_job(sunwi: CommandLine, life: JobLife, on_sleep: OnSleep) -> None:
    def finish() -> None:
        (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
        life.succeed(life.run(job["job_id"]))

    on_sleep(finish)
    output = sunwi("jobs", "submit", "lookup", *LOOKUP, "--watch", "--json")
    document = output.document()
    assert (output.code, document["state"], document["progress"]) == (0, "SUCCEEDED", 100)
    assert [attempt["outcome"] for attempt in document["attempts_made"]] == ["succeeded"]


def test_submit_and_watch_leave_with_1_when_the_job_failed(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep
) -> None:
    def fail() -> None:
        (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
        life.fail(life.run(job["job_id"]))

    on_sleep(fail)
    output = sunwi("jobs", "submit", "lookup", *LOOKUP, "--watch")
    assert output.code == 1
    assert "사유: 작업을 실행하던 함수가 비정상 종료했습니다" in output.out


def test_a_file_of_jobs_is_submitted_as_one_batch_of_low_priority(sunwi: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    document = sunwi("jobs", "submit-file", str(file), "--json").document()
    assert (document["stored"], document["refused"]) == (2, [])
    assert [job["line"] for job in document["jobs"]] == [2, 3]
    listed = sunwi("jobs", "list", "--batch", document["batch_id"], "--json").document()["jobs"]
    assert {job["row"]: (job["priority"], job["params"]["device"]) for job in listed} == {
        1: ("high", "mobile"),
        2: ("low", ""),
    }
    assert {job["job_id"] for job in listed} == {job["job_id"] for job in document["jobs"]}


def test_a_bad_row_is_named_by_its_line_and_nothing_is_submitted_without_partial(
    sunwi: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text(f"{HEADER}{GOOD}nothing,a,{URL},,\n", encoding="utf-8")
    output = sunwi("jobs", "submit-file", str(file))
    assert output.code == 1
    assert "받지 않은 행 1건" in output.out
    assert "4   작업 종류 'nothing'이(가) 없습니다" in output.out
    assert "아무것도 제출하지 않았습니다" in output.out
    assert sunwi("jobs", "list", "--json").document() == {"jobs": []}
    partial = sunwi("jobs", "submit-file", str(file), "--partial", "--json")
    document = partial.document()
    assert (partial.code, document["stored"]) == (1, 2)
    assert [(row["line"], row["code"]) for row in document["refused"]] == [(4, "work_unknown")]


def test_a_file_that_was_submitted_under_a_key_is_not_submitted_twice(sunwi: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    first, again = (sunwi("jobs", "submit-file", str(file), "--idempotency-key", "k") for _ in range(2))
    assert first.out.startswith("작업을 제출했습니다: 2건")
    assert again.out.startswith("같은 키로 이미 제출했습니다: 2건")
    assert len(sunwi("jobs", "list", "--json").document()["jobs"]) == 2


def test_a_file_says_which_channel_is_told_of_each_end_unless_a_row_names_its_own(
    sunwi: CommandLine, tmp_path: Path
) -> None:
    for channel in ("ops", "own"):
        assert sunwi("channels", "add", channel, "email", f"{channel}@agency.co.kr").code == 0
    file = tmp_path / "jobs.csv"
    file.write_text(f"{NOTIFY_HEADER}lookup,강남역 김밥,{URL},own\nlookup,서울 맛집,{URL},\n", encoding="utf-8")
    batch = sunwi("jobs", "submit-file", str(file), "--notify", "ops", "--json").document()["batch_id"]
    assert told_of(sunwi, batch) == {1: {"channel": "own"}, 2: {"channel": "ops"}}
    batch = sunwi("jobs", "submit-file", str(file), "--json").document()["batch_id"]
    assert told_of(sunwi, batch) == {1: {"channel": "own"}, 2: None}


def test_a_file_whose_channel_is_not_there_is_refused_row_by_row(sunwi: CommandLine, tmp_path: Path) -> None:
    assert sunwi("channels", "add", "own", "email", "own@agency.co.kr").code == 0
    file = tmp_path / "jobs.csv"
    file.write_text(f"{NOTIFY_HEADER}lookup,강남역 김밥,{URL},own\nlookup,서울 맛집,{URL},\n", encoding="utf-8")
    refused = sunwi("jobs", "submit-file", str(file), "--notify", "none")
    assert refused.code == 1
    assert "3   작업이 끝나면 알릴 채널 'none'이(가) 없습니다" in refused.out
    assert sunwi("jobs", "list", "--json").document() == {"jobs": []}
    document = sunwi("jobs", "submit-file", str(file), "--notify", "none", "--partial", "--json").document()
    assert (document["stored"], [(row["line"], row["code"]) for row in document["refused"]]) == (
        1,
        [(3, "notify_unknown")],
    )


def test_a_key_is_refused_for_the_same_file_and_another_channel(sunwi: CommandLine, tmp_path: Path) -> None:
    assert sunwi("channels", "add", "ops", "email", "ops@agency.co.kr").code == 0
    file = tmp_path / "jobs.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    asked = ("jobs", "submit-file", str(file), "--idempotency-key", "k")
    assert sunwi(*asked, "--notify", "ops").code == 0
    assert sunwi(*asked, "--notify", "ops").out.startswith("같은 키로 이미 제출했습니다: 2건")
    other = sunwi(*asked)
    assert (other.code, "다른 내용으로 이미 쓰였습니다" in other.err) == (2, True)
