"""`sunwi schedules` over a scheduler in memory, at 01:00 on 2 January 2026 in Korea."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.domain.schedule_time import Unreadable
from sunwi.domain.work import Works
from sunwi.service.lookups.lookup import LOOKUP
from sunwi.service.schedules.default_schedules import defaults_of
from sunwi.testing.schedules import InMemorySchedules
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import LOOKUP as LOOKUP_OPTIONS

URL = "https://m.place.naver.com/restaurant/1234567890"
RANK = JobOrder(work="lookup", params={"keyword": "강남역 김밥", "url": URL})


@pytest.fixture(autouse=True)
def schedules(container: FakeContainer) -> InMemorySchedules:
    """Backup and archive, as a deployment creates them, and one of a person that submits a lookup."""
    own = Works((LOOKUP, replace(LOOKUP, name="backup"), replace(LOOKUP, name="archive")))
    kept = InMemorySchedules()
    for default in defaults_of(own):
        kept.create(default.name, default.when, default.order)
    (backup, *_) = defaults_of(own)
    kept.create("rank-at-nine", backup.when, RANK)
    vars(container.schedules)["works"] = own
    replace_parts(container, schedules=kept)
    return kept


def test_schedules_are_listed_in_korean_with_what_they_do_when_and_when_next(sunwi: CommandLine) -> None:
    output = sunwi("schedules", "list")
    assert output.code == 0
    heading, _, *rows = [line.split() for line in output.out.splitlines() if line.strip()]
    assert heading == ["이름", "하는", "일", "언제", "다음", "상태"]
    shown = [" ".join(row) for row in rows]
    assert shown[:4] == [
        "매일 측정 모든 추적의 순위 측정 매일 01:00 2026-01-03 01:00 켜짐",
        "백업 (backup) 데이터베이스 백업 매일 03:00 2026-01-02 03:00 켜짐",
        "보관 (archive) 오래된 기록 보관 매주 일 00:00 2026-01-04 00:00 켜짐",
        "rank-at-nine 실시간 조회 매일 03:00 2026-01-02 03:00 켜짐",
    ]
    assert "CrawlScheduleHour" in shown[-1]


def test_the_list_is_a_document_for_programs(sunwi: CommandLine, schedules: InMemorySchedules) -> None:
    schedules.remove("archive")
    daily, backup, archive, own = sunwi("schedules", "list", "--json").document()["schedules"]
    assert daily == {
        "name": "daily-run",
        "korean_name": "매일 측정",
        "submit": None,
        "when": {"form": "daily", "at": "01:00"},
        "when_in_korean": "매일 01:00",
        "next": "2026-01-03T01:00:00+09:00",
        "state": "active",
        "is_editable": False,
    }
    assert (backup["submit"], backup["next"]) == ({"work": "backup", "params": {}}, "2026-01-02T03:00:00+09:00")
    assert (archive["state"], archive["next"], archive["is_editable"]) == ("missing", None, True)
    assert own["submit"]["params"] == RANK.params


def test_what_a_person_has_set_elsewhere_is_shown_as_it_is(sunwi: CommandLine, schedules: InMemorySchedules) -> None:
    strange = JobSchedule(name="strange", when=Unreadable("cron(0 3 15W * ? *)", "UTC"), order=None)
    schedules.kept["strange"] = strange
    row = next(line for line in sunwi("schedules", "list").out.splitlines() if "strange" in line)
    assert " ".join(row.split()) == "strange 작업 제출이 아님 cron(0 3 15W * ? *) (UTC) ? 켜짐"
    document = sunwi("schedules", "list", "--json").document()["schedules"][-1]
    assert document["when"] == {"form": "unreadable", "expression": "cron(0 3 15W * ? *)", "zone": "UTC"}
    assert (document["next"], document["submit"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("매일", "05:30"), "백업 (backup): 매일 05:30, 다음 2026-01-02 05:30, 켜짐\n"),
        (("weekly", "mon,wed", "09:00"), "백업 (backup): 매주 월,수 09:00, 다음 2026-01-05 09:00, 켜짐\n"),
        (("매월", "30일", "00:00"), "백업 (backup): 매월 말일 00:00, 다음 2026-01-31 00:00, 켜짐\n"),
        (("6시간마다",), "백업 (backup): 6시간마다, 다음 2026-01-02 06:00, 켜짐\n"),
        (("매시 30분",), "백업 (backup): 매시 30분, 다음 2026-01-02 01:30, 켜짐\n"),
        (("한번", "2026-01-02T02:00"), "백업 (backup): 한번 2026-01-02 02:00, 다음 2026-01-02 02:00, 켜짐\n"),
    ],
)
@pytest.mark.parametrize("name", ["backup", "백업"])
def test_a_schedule_is_moved_by_either_of_its_names(
    sunwi: CommandLine, name: str, words: tuple[str, ...], wanted: str
) -> None:
    output = sunwi("schedules", "set", name, *words)
    assert (output.code, output.out) == (0, wanted)


def test_a_schedule_is_paused_and_resumed(sunwi: CommandLine, schedules: InMemorySchedules) -> None:
    assert sunwi("schedules", "pause", "백업").out == "백업 (backup): 매일 03:00, 멈춤\n"
    assert schedules.kept["backup"].is_paused
    document = sunwi("schedules", "list", "--json").document()["schedules"][1]
    assert (document["state"], document["next"]) == ("paused", None)
    assert sunwi("schedules", "resume", "백업", "--json").document()["state"] == "active"


def test_a_new_schedule_takes_a_job_and_a_time_and_is_removed_again(
    sunwi: CommandLine, schedules: InMemorySchedules
) -> None:
    job = ("--work", "lookup", *LOOKUP_OPTIONS, "--priority", "low")
    document = sunwi("schedules", "set", "mine", "매일", "09:00", *job, "--json").document()
    assert (document["name"], document["next"]) == ("mine", "2026-01-02T09:00:00+09:00")
    assert document["submit"]["priority"] == "low"
    assert schedules.kept["mine"].order is not None
    assert sunwi("schedules", "remove", "mine").out == "일정을 지웠습니다: mine\n"
    assert "mine" not in schedules.kept
    assert sunwi("schedules", "remove", "rank-at-nine", "--json").document() == {
        "name": "rank-at-nine",
        "is_removed": True,
    }


def test_a_run_submits_the_job_now_under_a_key_of_its_own_and_leaves_the_schedule(
    sunwi: CommandLine, schedules: InMemorySchedules
) -> None:
    before = schedules.kept["rank-at-nine"]
    output = sunwi("schedules", "run", "rank-at-nine")
    sunwi("schedules", "run", "rank-at-nine")
    jobs = sunwi("jobs", "list", "--json").document()["jobs"]
    assert f"작업을 제출했습니다: {jobs[-1]['job_id']} (실시간 조회, 보통)" in output.out
    assert len(jobs) == 2
    assert {job["owner"].partition(":")[0] for job in jobs} == {"cli"}
    assert schedules.kept["rank-at-nine"] == before
    assert sunwi("schedules", "run", "rank-at-nine", "--json").document()["work"] == "lookup"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("set", "backup", "곧"), "'곧'에서 시각을 읽을 수 없습니다: 매일 03:00, 매주 월,수 09:00"),
        (("set", "backup", "매일", "25:00"), "'매일 25:00'에 시각이 없습니다: 끝에 03:00 처럼"),
        (("set", "backup", "매주", "달", "09:00"), "'달'은(는) 요일이 아닙니다: 월, 화, 수"),
        (("set", "backup", "매월", "32일", "09:00"), "32일이 있는 달은 없습니다"),
        (("set", "backup", "한번", "2025-01-01"), "2025-01-01 00:00:00 KST은(는) 이미 지났습니다"),
        (("set", "backup"), "바꿀 것이 없습니다"),
        (("set", "backup", "매일", "03:00", "--param", "a=b"), "--work 로 작업 종류를 쓰세요"),
        (("set", "gone", "매일", "03:00"), "일정 'gone'이(가) 없습니다: sunwi schedules list 로 확인하세요"),
        (
            ("set", "mine", "--work", "lookup", *LOOKUP_OPTIONS),
            "언제 오는지 쓰지 않았습니다: 시각을 쓰세요 (예: sunwi schedules set mine",
        ),
        (("set", "내일정", "매일", "03:00", "--work", "archive"), "일정 이름으로 쓸 수 없습니다"),
        (("set", "daily-run", "매일", "02:00"), "CrawlScheduleMinute를 바꾸어 배포하세요. 지금 측정하려면 sunwi runs"),
        (("pause", "매일 측정"), "매일 측정은 배포에 든 규칙이라"),
        (("resume", "gone"), "일정 'gone'이(가) 없습니다"),
        (("remove", "백업"), "지우지 말고 멈추세요 (sunwi schedules pause backup)"),
        (("run", "gone"), "일정 'gone'이(가) 없습니다"),
    ],
)
def test_what_cannot_be_done_says_of_which_thing_and_what_to_do(
    sunwi: CommandLine, schedules: InMemorySchedules, arguments: tuple[str, ...], wanted: str
) -> None:
    before = dict(schedules.kept)
    output = sunwi("schedules", *arguments)
    assert output.code == 2
    assert wanted in " ".join(output.err.split())
    assert schedules.kept == before


def test_a_scheduler_that_cannot_be_reached_is_a_failure_and_no_empty_list(
    sunwi: CommandLine, schedules: InMemorySchedules
) -> None:
    schedules.refusals = 1
    output = sunwi("schedules", "list")
    assert (output.code, output.out) == (1, "")
    assert "EventBridge Scheduler에 연결할 수 없습니다" in output.err


def test_without_a_group_the_setting_is_named(container: FakeContainer, sunwi: CommandLine) -> None:
    del vars(container.schedules)["schedules"]
    output = sunwi("schedules", "list")
    assert (output.code, "SCHEDULE_GROUP 설정이 없습니다" in output.err) == (1, True)


def test_the_list_fits_a_terminal_of_80_columns(sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    sunwi("schedules", "set", "archive", "매주", "월,화,수,목,금,토", "09:00")
    table = sunwi("schedules", "list").out.split("바꾸기: ")[0]
    assert max(cell_len(line) for line in table.splitlines()) <= 80
