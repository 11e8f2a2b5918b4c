from datetime import timedelta
from pathlib import Path

import pytest

from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TaskState
from sunwi.errors import Retryable
from tests.examples import DAY, NIGHT, blog_tracking, new_run, place_tracking
from tests.unit.adapters.files.workbooks import workbook
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

HEADER = "유형,키워드,대상 URL,광고주\n"
PLACE = "플레이스,강남역 맛집,https://map.naver.com/p/entry/place/1648862917,가나식당\n"
BLOG = "블로그,강남역 맛집,https://blog.naver.com/writer/223000000001,가나식당\n"
BAD = "병원,맛집,https://blog.naver.com/writer/223000000001,가나식당\n"
PLACE_OPTIONS = (
    "--kind",
    "플레이스",
    "--keyword",
    "강남역 맛집",
    "--url",
    "https://map.naver.com/p/entry/place/1648862917",
)


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "trackings.csv"


def test_import_stores_and_measures_at_once(sunwi: CommandLine, container: FakeContainer, csv_file: Path) -> None:
    csv_file.write_text(HEADER + PLACE + BLOG)
    output = sunwi("trackings", "import", str(csv_file))
    assert output.code == 0
    assert "등록 2건, 중복 0건, 오류 0건" in output.out
    assert "측정을 시작했습니다: on-demand-20260102-010000-" in output.out
    assert [(tracking_id, express) for _, tracking_id, express in container.own_queue.sent] == [(1, True), (2, True)]
    assert len(container.own_state_machine.started) == 1


def test_import_prints_one_document_as_json(sunwi: CommandLine, csv_file: Path) -> None:
    csv_file.write_text(HEADER + PLACE + BLOG + BLOG)
    document = sunwi("trackings", "import", str(csv_file), "--json").document()
    assert document["imported"] == [{"line": 2, "tracking_id": 1}, {"line": 3, "tracking_id": 2}]
    assert [(double["line"], double["same_as_line"]) for double in document["duplicates"]] == [(4, 3)]
    assert document["run"]["kind"] == "ON_DEMAND"
    assert document["measure_error"] is None


def test_import_without_measuring_starts_no_run(sunwi: CommandLine, container: FakeContainer, csv_file: Path) -> None:
    csv_file.write_text(HEADER + PLACE)
    assert sunwi("trackings", "import", str(csv_file), "--no-measure").code == 0
    assert container.own_queue.sent == []


def test_a_bad_row_fails_the_import_and_stores_nothing(
    sunwi: CommandLine, container: FakeContainer, csv_file: Path
) -> None:
    csv_file.write_text(HEADER + PLACE + BAD)
    output = sunwi("trackings", "import", str(csv_file))
    assert output.code == 1
    assert "3행 오류: 유형 '병원': 알 수 없는 값입니다" in output.err
    assert "아무것도 등록하지 않았습니다" in output.out
    assert container.own_queue.sent == []
    assert sunwi("trackings", "list", "--json").document() == {"trackings": []}


def test_partial_stores_the_good_rows_and_still_leaves_with_1(sunwi: CommandLine, csv_file: Path) -> None:
    csv_file.write_text(HEADER + PLACE + BAD)
    output = sunwi("trackings", "import", str(csv_file), "--partial")
    assert output.code == 1
    assert "등록 1건, 중복 0건, 오류 1건" in output.out
    assert len(sunwi("trackings", "list", "--json").document()["trackings"]) == 1


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("유형,키워드\n블로그,맛집\n".encode(), "the column 대상 URL is missing"),
        (b"kind,keyword\n\xff\xff\n", "neither UTF-8 nor cp949"),
        ((HEADER + "블로그,=1+1,https://blog.naver.com/writer/1,\n").encode(), "would run as a formula"),
        (b"", "the file is empty"),
    ],
)
def test_a_file_that_is_no_use_says_so(sunwi: CommandLine, csv_file: Path, data: bytes, wanted: str) -> None:
    csv_file.write_bytes(data)
    output = sunwi("trackings", "import", str(csv_file), "--json")
    assert output.code == 1
    assert wanted in output.document()["errors"][0]["message"]


def test_a_file_that_is_not_there_is_a_bad_argument(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "import", "nowhere.csv", "--json")
    assert output.code == 2
    assert "nowhere.csv" in output.document()["error"]["message"]


def test_import_warns_when_the_night_is_too_short(sunwi: CommandLine, csv_file: Path) -> None:
    rows = "".join(f"블로그,키워드 {i},https://blog.naver.com/writer/{223000000000 + i},\n" for i in range(800))
    csv_file.write_text(HEADER + rows)
    output = sunwi("trackings", "import", str(csv_file), "--no-measure")
    assert output.code == 0
    assert "CRAWL_BATCH_TIMEOUT 을 4000 이상으로 정하세요" in output.err


def test_a_repeated_import_shows_some_duplicates_and_counts_all(sunwi: CommandLine, csv_file: Path) -> None:
    rows = "".join(f"블로그,맛집 {i},https://blog.naver.com/writer/{223000000000 + i},\n" for i in range(30))
    csv_file.write_text(HEADER + rows)
    sunwi("trackings", "import", str(csv_file), "--no-measure")
    output = sunwi("trackings", "import", str(csv_file))
    assert output.code == 0
    assert output.out.count("이미 등록된 추적") == 20
    assert "외 중복 10건" in output.out


def test_what_cannot_be_measured_now_stays_stored(sqlite_settings_only: CommandLine, csv_file: Path) -> None:
    csv_file.write_text(HEADER + PLACE)
    output = sqlite_settings_only("trackings", "import", str(csv_file))
    assert output.code == 1
    assert "등록 1건" in output.out
    assert "아직 측정되지 않았습니다 (EXPRESS_QUEUE_URL 설정이 없습니다" in output.err
    assert "sunwi runs start --tracking 1" in output.err
    assert len(sqlite_settings_only("trackings", "list", "--json").document()["trackings"]) == 1


def test_a_queue_that_refuses_leaves_the_trackings_stored(sunwi: CommandLine, container: FakeContainer) -> None:
    container.own_queue.refused.add(1)
    output = sunwi("trackings", "add", *PLACE_OPTIONS, "--json")
    assert output.code == 1
    document = output.document()
    assert (document["id"], document["is_new"], document["run"]) == (1, True, None)
    assert "the queue refused 1 of 1 messages" in document["measure_error"]


def test_add_stores_and_measures_one(sunwi: CommandLine, container: FakeContainer) -> None:
    output = sunwi("trackings", "add", *PLACE_OPTIONS, "--client", "가나식당", "--device", "모바일")
    assert output.code == 0
    assert "가나식당" in output.out
    assert "모바일" in output.out
    assert [tracking_id for _, tracking_id, _ in container.own_queue.sent] == [1]


def test_add_finds_what_is_there_and_says_how_to_wake_it(sunwi: CommandLine, container: FakeContainer) -> None:
    sunwi("trackings", "add", *PLACE_OPTIONS, "--no-measure")
    sunwi("trackings", "end", "1")
    output = sunwi("trackings", "add", *PLACE_OPTIONS)
    assert output.code == 0
    assert "이미 등록된 추적 1번" in output.out
    assert "sunwi trackings resume 1" in output.out
    assert container.own_queue.sent == []


@pytest.mark.parametrize(
    ("fields", "korean", "wanted"),
    [
        (("병원", "맛집", "https://blog.naver.com/w/1"), "알 수 없는 값입니다", "'병원' is not known"),
        (("blog", "맛집", "https://example.com/w/1"), "네이버가 아닌 example.com", "which is not Naver"),
        (("blog", " ", "https://blog.naver.com/writer/223000000001"), "키워드가 비어 있습니다", "is empty"),
    ],
)
def test_add_refuses_bad_arguments_with_2_in_korean_and_in_json_in_english(
    sunwi: CommandLine, fields: tuple[str, str, str], korean: str, wanted: str
) -> None:
    kind, keyword, url = fields
    options = ("--kind", kind, "--keyword", keyword, "--url", url)
    plain, as_json = sunwi("trackings", "add", *options), sunwi("trackings", "add", *options, "--json")
    assert (plain.code, plain.out, as_json.code) == (2, "", 2)
    assert plain.err.startswith("오류: ")
    assert korean in plain.err
    assert as_json.document()["error"]["name"] == "InvalidInput"
    assert wanted in as_json.document()["error"]["message"]


def test_list_filters_by_status_kind_keyword_and_client(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        new = [place_tracking(client="Alpha"), blog_tracking(), place_tracking(7, "부산 Café", client="Beta")]
        tx.trackings.add(new, at=container.adapters.clock.now())
    sunwi("trackings", "pause", "2")

    def ids(*options: str) -> list[int]:
        return [line["id"] for line in sunwi("trackings", "list", *options, "--json").document()["trackings"]]

    assert ids() == [1, 2, 3]
    assert ids("--status", "paused") == [2]
    assert ids("--kind", "플레이스") == [1, 3]
    assert ids("--keyword", "CAFÉ") == [3]
    assert ids("--client", "alpha") == [1]
    assert ids("--kind", "blog", "--client", "alpha") == []


def test_list_shows_the_session_and_the_latest_rank(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(keyword="[red]강남[/red]")], at=container.adapters.clock.now())
    write_day(container.adapters.store, 1, DAY, 4)
    write_day(container.adapters.store, 1, DAY + timedelta(days=1), None)
    output = sunwi("trackings", "list")
    assert "[red]강남[/red]" in output.out
    assert "1/25" in output.out
    assert "01-03 미노출" in output.out
    [line] = sunwi("trackings", "list", "--json").document()["trackings"]
    assert (line["exposed_days"], line["last"]["date"], line["last"]["rank"]) == (1, "2026-01-03", None)


def end_unmeasured(container: FakeContainer, tracking_id: int, *, night: int) -> None:
    """Let the scheduled run of a later night fail to measure a tracking."""
    run = new_run(f"scheduled-202601{2 + night:02}", at=NIGHT + timedelta(days=night))
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, [tracking_id])
        task = tx.tasks.lock(run.id, tracking_id, message_id="m")
        assert task is not None
        tx.tasks.set_state(task, TaskState.FAILED, failure=Failure(FailureCause.LAYOUT, "no section list"))
        tx.states.add_missed(tracking_id, run.business_date)


def test_list_says_that_a_tracking_could_not_be_measured_since_its_latest_rank(
    sunwi: CommandLine, container: FakeContainer
) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2), place_tracking(3)], at=container.adapters.clock.now())
    write_day(container.adapters.store, 1, DAY, 4)
    end_unmeasured(container, 1, night=1)
    end_unmeasured(container, 2, night=2)
    write_day(container.adapters.store, 3, DAY + timedelta(days=4), 5)
    end_unmeasured(container, 3, night=3)
    output = sunwi("trackings", "list").out
    assert "01-02 4위, 01-03 미측정" in output
    assert output.count("미측정") == 2
    lines = sunwi("trackings", "list", "--json").document()["trackings"]
    assert [line["missed_on"] for line in lines] == ["2026-01-03", "2026-01-04", None]


def test_list_tells_the_surfaces_of_one_place_and_keyword_apart(sunwi: CommandLine) -> None:
    for surface in ("", "플레이스목록"):
        sunwi("trackings", "add", *PLACE_OPTIONS, "--surface", surface, "--no-measure")
    output = sunwi("trackings", "list").out
    assert "통합검색 PC" in output
    assert "플레이스 목록 PC" in output


def test_list_leaves_out_the_columns_that_nothing_fills(sunwi: CommandLine) -> None:
    sunwi("trackings", "add", *PLACE_OPTIONS, "--no-measure")
    assert not {"광고주", "업체", "집계"} & set(sunwi("trackings", "list").out.split())
    blog = ("--kind", "blog", "--keyword", "맛집", "--url", "https://blog.naver.com/writer/223000000001")
    sunwi("trackings", "add", *blog, "--client", "가나식당", "--areas", "인기글", "--no-measure")
    headings = set(sunwi("trackings", "list").out.split())
    assert {"광고주", "집계"} < headings
    assert "업체" not in headings


def test_show_draws_25_boxes_and_what_lies_between(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=container.adapters.clock.now())
    write_day(container.adapters.store, 1, DAY, 4)
    write_day(container.adapters.store, 1, DAY + timedelta(days=1), None)
    container.own_clock.advance(days=3)
    output = sunwi("trackings", "show", "1")
    assert output.code == 0
    assert "1회차 (진행)  노출 1/25일" in output.out
    assert "01-02 4위" in output.out
    assert output.out.count("·") == 24
    assert "미노출 1일: 01-03 (7칸 확인)" in output.out
    assert "미측정 1일\n  01-04 배치 기록이 없습니다" in output.out
    [session] = sunwi("trackings", "show", "1", "--json").document()["sessions"]
    assert [day["rank"] for day in session["exposed"]] == [4]
    assert session["not_measured"] == [{"date": "2026-01-04", "reason": None}]


@pytest.mark.parametrize("command", ["show", "pause", "resume", "end"])
def test_an_unknown_tracking_is_a_bad_argument(sunwi: CommandLine, command: str) -> None:
    output = sunwi("trackings", command, "99")
    assert (output.code, output.out) == (2, "")
    assert output.err.startswith("오류: 추적 99번이 없습니다")


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63)])
def test_a_number_that_no_tracking_can_have_is_a_bad_argument(sunwi: CommandLine, number: str) -> None:
    assert sunwi("trackings", "show", "--json", "--", number).code == 2


def test_several_trackings_change_at_once(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(), blog_tracking()], at=container.adapters.clock.now())
    assert "진행 → 중지" in sunwi("trackings", "pause", "1", "2").out
    changed = sunwi("trackings", "resume", "1", "2", "--json").document()["trackings"]
    assert [(tracking["id"], tracking["status"]) for tracking in changed] == [(1, "ACTIVE"), (2, "ACTIVE")]


def test_a_retryable_error_is_one_sentence_and_leaves_with_1(
    sunwi: CommandLine, container: FakeContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise Retryable("the queue is away", code="messages_refused", messages=3, refused=2)

    monkeypatch.setattr("sunwi.cli.commands.list_trackings.open_container", fail)
    output = sunwi("trackings", "list")
    assert (output.code, output.out, output.err) == (1, "", "오류: 대기열이 메시지 3건 중 2건을 거절했습니다\n")
    assert container.own_queue.sent == []


TERMS = ("--tag", "단골", "--tag", "강남  점", "--target-rank", "3", "--session-days", "10", "--no-measure")


def test_tags_target_rank_and_session_days_are_stored_shown_and_printed(sunwi: CommandLine) -> None:
    added = sunwi("trackings", "add", *PLACE_OPTIONS, *TERMS, "--json").document()
    [listed] = sunwi("trackings", "list", "--json").document()["trackings"]
    shown = sunwi("trackings", "show", "1", "--json").document()
    for document in (added, listed, shown):
        assert (document["tags"], document["target_rank"], document["session_days"]) == (["강남 점", "단골"], 3, 10)
    assert shown["sessions"][0]["session_days"] == 10
    assert "0/10" in sunwi("trackings", "list").out
    screen = sunwi("trackings", "show", "1").out
    assert "회차 10일, 목표 3위 이내" in screen
    assert "태그 강남 점, 단골" in screen
    assert screen.count("·") == 10


def test_a_tracking_that_is_there_with_other_terms_names_them(sunwi: CommandLine) -> None:
    sunwi("trackings", "add", *PLACE_OPTIONS, *TERMS)
    again = sunwi("trackings", "add", *PLACE_OPTIONS, "--no-measure")
    assert "다르지만 바꾸지 않은 값: 회차 일수" in again.out
    document = sunwi("trackings", "add", *PLACE_OPTIONS, "--tag", "신규", "--no-measure", "--json").document()
    assert (document["is_new"], document["differs_in"]) == (False, ["session_days", "tags"])


def test_tags_are_added_and_removed(sunwi: CommandLine) -> None:
    sunwi("trackings", "add", *PLACE_OPTIONS, *TERMS)
    tagged = sunwi("trackings", "tag", "1", "--add", "신규", "--remove", "단골", "--json").document()
    assert tagged == {"trackings": [{"id": 1, "tags": ["강남 점", "신규"]}]}
    assert "추적 1번: 태그 없음" in sunwi("trackings", "tag", "1", "--remove", "강남 점", "--remove", "신규").out
    nothing = sunwi("trackings", "tag", "1")
    assert (nothing.code, "--add 나 --remove" in nothing.err) == (2, True)


def test_session_days_change_until_the_first_day_is_written(sunwi: CommandLine, container: FakeContainer) -> None:
    sunwi("trackings", "add", *PLACE_OPTIONS, "--no-measure")
    changed = sunwi("trackings", "change", "1", "--session-days", "30", "--target-rank", "5", "--json").document()
    assert [(line["session_days"], line["target_rank"]) for line in changed["trackings"]] == [(30, 5)]
    again = sunwi("trackings", "change", "1", "--target-rank", "4").out
    assert "집계 모든 영역, 회차 30일, 목표 4위 이내" in again
    write_day(container.adapters.store, 1, DAY, 3)
    refused = sunwi("trackings", "change", "1", "--session-days", "10")
    assert (refused.code, "첫 기록 뒤에 바꿀 수 없습니다" in refused.err) == (2, True)
    cleared = sunwi("trackings", "change", "1", "--target-rank", "0", "--json").document()
    assert [(line["session_days"], line["target_rank"]) for line in cleared["trackings"]] == [(30, None)]


@pytest.mark.parametrize(
    ("option", "value"), [("--session-days", "0"), ("--session-days", "101"), ("--target-rank", "301")]
)
def test_terms_out_of_range_are_refused(sunwi: CommandLine, option: str, value: str) -> None:
    output = sunwi("trackings", "add", *PLACE_OPTIONS, option, value)
    assert (output.code, output.err.startswith("오류: ")) == (2, True)


def test_a_workbook_is_imported_by_the_sheet_that_is_named(sunwi: CommandLine, tmp_path: Path) -> None:
    header, place = ([cell.strip() for cell in line.split(",")] for line in (HEADER, PLACE))
    file = tmp_path / "trackings.xlsx"
    file.write_bytes(workbook({"안내": [("표지",)], "12월": [[*header, "회차 일수"], [], [*place, 10]]}))
    wrong = sunwi("trackings", "import", str(file), "--no-measure")
    assert (wrong.code, "시트 안내 (읽지 않은 시트: 12월)" in wrong.out) == (1, True)
    document = sunwi("trackings", "import", str(file), "--sheet", "12월", "--no-measure", "--json").document()
    assert document["imported"] == [{"line": 3, "tracking_id": 1}]
    assert (document["sheet"], document["other_sheets"]) == ("12월", ["안내"])
    [listed] = sunwi("trackings", "list", "--json").document()["trackings"]
    assert (listed["client"], listed["session_days"]) == ("가나식당", 10)
