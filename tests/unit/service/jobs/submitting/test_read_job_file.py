from datetime import datetime

import pytest

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.domain.schedule import KST
from sunwi.errors import InvalidInput
from sunwi.service.jobs.submitting.read_job_file import JobFile, ReadJobFile
from sunwi.service.ports.spreadsheets import Sheet, SheetRow
from sunwi.testing import InMemorySpreadsheets
from sunwi.wording.error_words import error_words

SHEETS = InMemorySpreadsheets()


def read(text: str, encoding: str = "utf-8", *, sheet: str = "") -> JobFile:
    return ReadJobFile(SHEETS).read(text.encode(encoding), sheet=sheet)


def refusal(text: str | bytes) -> InvalidInput:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(InvalidInput) as caught:
        ReadJobFile(SHEETS).read(data)
    return caught.value


def test_each_row_is_an_order() -> None:
    file = read(
        "work,params,priority,not_before,notify\n"
        '"lookup","{""keyword"": ""강남역 맛집""}",high,2026-01-02T03:00,영업팀\n'
        "\n"
        "lookup,,,,\n"
    )
    assert file.orders == [
        JobOrder(
            work="lookup",
            params={"keyword": "강남역 맛집"},
            priority=Priority.HIGH,
            not_before=datetime(2026, 1, 2, 3, 0, tzinfo=KST),
            notify={"channel": "영업팀"},
        ),
        JobOrder(work="lookup", params={}),
    ]
    assert (file.problems, file.lines) == ([], [2, 4])


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "cp949")])
def test_params_may_have_columns_of_their_own(delimiter: str, encoding: str) -> None:
    lines = ["작업,param.keyword,param.bundled:=,우선순위", "lookup,강남역,true,긴급", "lookup,,,"]
    file = read("\n".join(lines).replace(",", delimiter), encoding)
    assert file.orders == [
        JobOrder(work="lookup", params={"keyword": "강남역", "bundled": True}, priority=Priority.CRITICAL),
        JobOrder(work="lookup", params={}),
    ]


def test_a_column_goes_before_what_the_params_say_of_it() -> None:
    (order,) = read('work,params,param.a\nx,"{""a"": 1, ""b"": 2}",3\n').orders
    assert order.params == {"a": "3", "b": 2}


def test_a_workbook_is_read_like_a_file() -> None:
    rows = [SheetRow(1, ["work", "param.a"]), SheetRow(3, ["x"]), SheetRow(4, ["y", "1", "note"])]
    reader = InMemorySpreadsheets(Sheet("작업", [*rows, SheetRow(5, ["z", "1"], frozenset({1}))]))
    file = ReadJobFile(reader).read(b"PK\x03\x04", sheet="작업")
    assert file.orders == [JobOrder(work="x", params={}), JobOrder(work="y", params={"a": "1"})]
    assert file.lines == [3, 4, 5]
    assert [(problem.row, problem.error.code) for problem in file.problems] == [(3, "cells_computed")]
    assert reader.asked_for == ["작업"]


@pytest.mark.parametrize(
    ("row", "code", "korean"),
    [
        ("x,not json,,", "cell_no_json", "params 열의 'not json'"),
        ("x,[1],,", "cell_no_object", "JSON 객체가 아닙니다"),
        ("x,,urgent,", "priority_unknown", "우선순위 'urgent'이(가) 없습니다: 낮음, 보통, 높음, 긴급"),
        ("x,,,tomorrow", "not_before_unreadable", "2026-01-02T03:00 처럼"),
        ("x,,,0001-01-01", "not_before_unreadable", "2026-01-02T03:00 처럼"),
        ("x,,", "row_of_other_width", "칸이 3개인데 열 이름은 4개"),
        ("x,,,,y", "row_of_other_width", "칸이 5개"),
        ('x,"a"b,,', "quotation_closed_in_cell", "따옴표"),
    ],
)
def test_a_bad_row_is_a_problem_of_its_own(row: str, code: str, korean: str) -> None:
    file = read(f"work,params,priority,not_before\nx,,,\n{row}\nx,,,\n")
    (problem,) = file.problems
    assert (problem.row, problem.error.code, len(file.orders)) == (2, code, 2)
    assert korean in error_words(problem.error)


@pytest.mark.parametrize(
    ("text", "code", "korean"),
    [
        ("", "file_empty", "파일이 비어 있습니다"),
        ("params\n{}\n", "job_column_missing", "work 열이 없습니다"),
        ("work,작업\nx,y\n", "job_column_doubled", "열 '작업'이(가) 둘입니다"),
        ("work,colour\nx,y\n", "job_column_unknown", "work, params, priority, not_before, notify, param.<name>"),
        (b"\xff\xfew\0", "line_unusable", "1행: 파일이 UTF-16입니다"),
        ('work\n"x'.encode("utf-16-le"), "job_column_missing", "work 열이 없습니다"),
        ('"work\n', "line_unusable", "1행: 이 행에서 연 따옴표"),
        (b"PK\x03\x04", "invalid_input", "damaged"),
    ],
)
def test_a_file_that_is_none_of_jobs_is_refused_whole(text: str | bytes, code: str, korean: str) -> None:
    error = refusal(text)
    found = [error, *error.problems]
    assert code in [one.code for one in found]
    assert korean in error_words(error)


def test_a_csv_file_has_no_sheets() -> None:
    with pytest.raises(InvalidInput) as caught:
        read("work\nx\n", sheet="Sheet1")
    assert caught.value.code == "file_without_sheets"
