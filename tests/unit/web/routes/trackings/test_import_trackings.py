from typing import Any

import pytest

from sunwi.adapters.sql.tables import AuditRow, RunRow, TaskRow, TrackingRow
from sunwi.web.routes.trackings.import_trackings import CSV, MOST_ROWS, WORKBOOK
from tests.unit.web.people import AGENCY, FOREIGN_AGENCY, MARK
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.routes.trackings.test_add_trackings import PLACE, count, forget_answers
from tests.unit.web.walk.world import World

IMPORT = "/api/v1/trackings/import"


def rows(number: int) -> dict[str, Any]:
    return {"rows": [{**PLACE, "keyword": f"맛집 {row}"} for row in range(number)]}


def test_rows_are_stored_with_the_run_that_measures_them(asking: AskingAs, world: World) -> None:
    answer = asking(AGENCY).ask("POST", IMPORT, rows(3)).document
    assert [row["line"] for row in answer["imported"]] == [1, 2, 3]
    assert (answer["run"]["kind"], answer["run"]["expected"], answer["waits_for_night"]) == ("ON_DEMAND", 3, 0)
    assert (count(world, TrackingRow), count(world, TaskRow), count(world, AuditRow)) == (3, 3, 1)
    again = asking(AGENCY).ask("POST", IMPORT, rows(4)).document
    assert [row["line"] for row in again["imported"]] == [4]
    assert [(row["line"], row["tracking_id"]) for row in again["duplicates"]] == [(1, 1), (2, 2), (3, 3)]
    assert again["run"]["expected"] == 1


def test_many_are_sent_by_the_state_machine_and_what_no_run_gets_to_waits(asking: AskingAs, world: World) -> None:
    answer = asking(AGENCY).ask("POST", IMPORT, rows(3000)).document
    expected, waiting = answer["run"]["expected"], answer["waits_for_night"]
    assert expected + waiting == 3000
    assert waiting > 0
    assert f"{waiting}건은 밤의 정기 배치가 측정합니다" in answer["told"]
    assert world.queue.sent == []
    assert world.machine.started == [f"{answer['run']['run_id']}-0"]


def test_what_died_before_it_could_answer_goes_on(asking: AskingAs, world: World) -> None:
    headers = {"idempotency-key": "a"}
    first = asking(AGENCY).ask("POST", IMPORT, rows(5), headers).document
    assert asking(AGENCY).ask("POST", IMPORT, rows(5), headers).document == first
    forget_answers(world)
    world.clock.advance(minutes=2)
    again = asking(AGENCY).ask("POST", IMPORT, rows(5), headers).document
    assert (again["imported"], again["duplicates"]) == (first["imported"], [])
    assert (again["run"]["run_id"], again["waits_for_night"]) == (first["run"]["run_id"], 0)
    assert (count(world, RunRow), count(world, TaskRow), count(world, AuditRow)) == (1, 5, 1)


def test_a_preview_says_what_would_become_of_each_row_and_stores_nothing(asking: AskingAs, world: World) -> None:
    asking(AGENCY).ask("POST", IMPORT, rows(2))
    before = count(world, AuditRow)
    given = [
        {**PLACE, "keyword": "맛집 0"},
        {**PLACE, "keyword": "맛집 1", "target_rank": 3},
        {**PLACE, "keyword": "새 맛집"},
        {**PLACE, "keyword": "새 맛집"},
        {**PLACE, "keyword": "=1+1"},
        {**PLACE, "agency": "남의 업체"},
        {**PLACE, "target_rank": "많이"},
    ]
    answer = asking(AGENCY).ask("POST", f"{IMPORT}?preview=true", {"rows": given}).document
    verdicts = [row["verdict"] for row in answer["rows"]]
    assert verdicts == ["known", "changed", "add", "known", "refused", "refused", "refused"]
    assert answer["counts"] == {"add": 1, "known": 2, "changed": 1, "refused": 3}
    assert [row["line"] for row in answer["rows"]] == [1, 2, 3, 4, 5, 6, 7]
    assert (answer["rows"][1]["tracking_id"], answer["rows"][1]["differs_in"]) == (2, ["target_rank"])
    assert answer["rows"][3]["same_as_line"] == 3
    assert "수식" in answer["rows"][4]["reason"]
    assert answer["rows"][5]["code"] == "agency_foreign"
    assert (count(world, TrackingRow), count(world, AuditRow), count(world, RunRow)) == (2, before, 1)


def test_a_preview_says_that_the_night_would_be_too_short(asking: AskingAs) -> None:
    assert asking().ask("POST", f"{IMPORT}?preview=true", rows(3)).document["capacity_warning"] is None
    warning = asking().ask("POST", f"{IMPORT}?preview=true", rows(9000)).document["capacity_warning"]
    assert "서로 다른 화면 9000개" in warning


def test_without_partial_one_bad_row_keeps_all_out(asking: AskingAs, world: World) -> None:
    given = {"rows": [PLACE, {**PLACE, "kind": "shop"}]}
    refused = asking(AGENCY).ask("POST", IMPORT, given).document
    assert (refused["imported"], [row["line"] for row in refused["errors"]]) == ([], [2])
    assert "유형" in refused["errors"][0]["message"]
    assert (count(world, TrackingRow), count(world, AuditRow), count(world, RunRow)) == (0, 0, 0)
    partial = asking(AGENCY).ask("POST", f"{IMPORT}?partial=true", given).document
    assert ([row["line"] for row in partial["imported"]], len(partial["errors"])) == ([1], 1)


def test_a_csv_file_is_read_as_the_command_reads_it(asking: AskingAs, world: World) -> None:
    text = (
        "유형,키워드,대상 URL,광고주,메모\n"
        f"플레이스,김밥 🍙,{PLACE['target_url']},<script>alert(1)</script>,x\n"
        f"플레이스,국밥,{PLACE['target_url']},가게,y\n"
    )
    answer = asking(FOREIGN_AGENCY).ask("POST", IMPORT, text, {"content-type": CSV}).document
    assert ([row["line"] for row in answer["imported"]], answer["ignored_columns"]) == ([2, 3], ["메모"])
    listed = asking(FOREIGN_AGENCY).ask("GET", "/api/v1/trackings").document["trackings"]
    assert [(one["keyword"], one["client"], one["agency"]) for one in listed] == [
        ("김밥 🍙", "<script>alert(1)</script>", "새봄"),
        ("국밥", "가게", "새봄"),
    ]
    assert MARK not in str(answer)
    assert count(world, TrackingRow) == 2


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        ({"rows": []}, None, (422, "import_of_nothing")),
        ({"rows": [{}] * (MOST_ROWS + 1)}, None, (422, "import_too_large")),
        ({"lines": []}, None, (422, "request_invalid")),
        ("유형", "application/pdf", (415, "body_type_unknown")),
        ("{", "application/json", (422, "body_not_json")),
        ("가" * 2_000_000, CSV, (413, "body_too_large")),
    ],
)
def test_what_is_no_import_is_refused(
    asking: AskingAs, world: World, body: Any, content_type: str | None, problem: tuple[int, str]
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    reply = asking(AGENCY).ask("POST", IMPORT, body, headers)
    assert (reply.status, reply.document["code"]) == problem
    assert count(world, TrackingRow) == 0


@pytest.mark.parametrize(("content", "kind"), [("", CSV), ("유형,키워드,대상 URL\n", CSV), ("PK\x03\x04", WORKBOOK)])
def test_a_file_without_rows_says_what_is_wrong_with_it(asking: AskingAs, content: str, kind: str) -> None:
    answer = asking(AGENCY).ask("POST", IMPORT, content, {"content-type": kind}).document
    assert (answer["imported"], len(answer["errors"])) == ([], 1)
