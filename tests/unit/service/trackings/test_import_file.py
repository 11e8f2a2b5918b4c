import unicodedata
from pathlib import Path

import pytest

from sunwi.domain.exposure_criteria import NamedArea
from sunwi.domain.tracking import Device
from sunwi.service.trackings.parse_tracking import TrackingFields, parse_tracking
from sunwi.service.trackings.read_tracking_file import TrackingFile, read_tracking_file
from sunwi.testing import InMemorySpreadsheets

URL = "https://blog.naver.com/writer/223000000001"
HEADER = "유형,키워드,대상 URL"
ROW = f"블로그,강남역 맛집,{URL}"


def read_bytes(data: bytes) -> TrackingFile:
    return read_tracking_file(data, spreadsheets=InMemorySpreadsheets())


def read(text: str, encoding: str = "utf-8") -> TrackingFile:
    return read_bytes(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_utf8_with_and_without_bom_and_cp949_read_the_same(encoding: str) -> None:
    rows = read(f"{HEADER}\n{ROW}\n", encoding).rows
    assert [(row.line, row.fields) for row in rows] == [
        (2, TrackingFields(kind="블로그", keyword="강남역 맛집", target_url=URL))
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_comma_tab_and_semicolon_separate(delimiter: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace(",", delimiter)
    assert read(text).rows[0].fields.keyword == "강남역 맛집"


def test_a_comma_in_a_keyword_does_not_make_commas_the_delimiter() -> None:
    assert read(f'유형;키워드;대상 URL\n블로그;"서울, 맛집";{URL}').rows[0].fields.keyword == "서울, 맛집"


@pytest.mark.parametrize(
    "header", ["Kind,KEYWORD,Target URL", "유형,키워드,대상URL", "kind,keyword,target_url", "종류,검색어,링크"]
)
def test_columns_are_known_by_korean_and_english_names(header: str) -> None:
    assert read(f"{header}\n{ROW}").rows[0].fields.target_url == URL


def test_decomposed_hangul_names_a_column_too() -> None:
    assert read(unicodedata.normalize("NFD", HEADER) + f"\n{ROW}").rows[0].fields.kind == "블로그"


def test_columns_stand_in_any_order_and_optional_ones_are_read() -> None:
    text = f"업체,대상,광고주,기기,키워드,화면,유형,좌표\nA기획,{URL},가나식당,모바일,맛집,통합검색,블로그,\n"
    assert read(text).rows[0].fields == TrackingFields(
        kind="블로그",
        keyword="맛집",
        target_url=URL,
        surface="통합검색",
        device="모바일",
        client="가나식당",
        agency="A기획",
    )


def test_an_unknown_column_is_named_and_left_out() -> None:
    file = read(f"{HEADER},메모\n{ROW},급함\n")
    assert (file.ignored_columns, len(file.rows), file.errors) == (("메모",), 1, [])


def test_a_missing_column_is_named_with_its_accepted_names() -> None:
    [error] = read(f"유형,키워드,주소록\n{ROW}\n").errors
    assert error.line == 1
    assert "the column 대상 URL is missing (it has 주소록)" in error.message
    assert "대상 URL or target url or 대상" in error.message


def test_every_missing_column_is_named() -> None:
    assert len(read("가,나\n1,2\n").errors) == 3


def test_a_column_that_stands_twice_is_refused() -> None:
    [error] = read(f"{HEADER},검색어\n{ROW},b\n").errors
    assert "two columns give the 키워드" in error.message


def test_lines_are_physical_with_quoted_newlines_and_empty_rows_between() -> None:
    text = f'{HEADER}\n블로그,"강남\n맛집",{URL}\n\n,,\n{ROW}\r\n카페,짧다\n'
    file = read(text)
    assert [row.line for row in file.rows] == [2, 6]
    assert [error.line for error in file.errors] == [7]


def test_empty_rows_before_the_column_names_are_passed_over() -> None:
    assert read(f"\n,,\n{HEADER}\n{ROW}").rows[0].line == 4


@pytest.mark.parametrize("row", ["블로그,맛집", f"{ROW},남음"])
def test_a_row_with_another_number_of_cells_is_refused(row: str) -> None:
    [error] = read(f"{HEADER}\n{row}\n").errors
    assert error.line == 2
    assert "cells and the column names are 3" in error.message


def test_empty_cells_at_the_end_do_no_harm() -> None:
    assert len(read(f"{HEADER}\n{ROW},,\n").rows) == 1


def test_an_open_quote_is_reported_where_it_opens() -> None:
    [error] = read(f'{HEADER}\n{ROW}\n블로그,"맛집,{URL}\n{ROW}\n').errors
    assert error.line == 3
    assert "never closed" in error.message


def test_a_quote_in_the_middle_spoils_its_own_line_only() -> None:
    file = read(f'{HEADER}\n블로그,"강남" 맛집,{URL}\n{ROW}\n')
    assert [row.line for row in file.rows] == [3]
    assert [(error.line, "middle of a cell" in error.message) for error in file.errors] == [(2, True)]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n\n", "the file is empty"),
        (HEADER.encode(), "no rows"),
        (b"PK\x03\x04rest", "the file is damaged"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (b"kind,keyword\n\xff\xff\xff", "neither UTF-8 nor cp949"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, wanted: str) -> None:
    file = read_bytes(data)
    assert (len(file.errors), list(file.rows)) == (1, [])
    assert wanted in file.errors[0].message


def test_an_unknown_encoding_names_the_line_and_the_encodings() -> None:
    [error] = read_bytes(b"kind,keyword\nx,y\n\xff\xff\xff\n").errors
    assert error.line == 3
    assert "CSV UTF-8" in error.message
    assert "cp949" in error.message


def test_damaged_utf8_is_not_taken_for_cp949() -> None:
    damaged = f"{HEADER}\n{ROW}\n".encode() + b"\xb0\xa1,\xb0\xa1,x\n"
    [error] = read_bytes(damaged).errors
    assert error.line == 3
    assert "damaged" in error.message


def test_an_address_may_stand_under_its_korean_name() -> None:
    assert read(f"유형,키워드,주소\n블로그,맛집,{URL}\n").rows[0].fields.target_url == URL


def test_beside_a_column_of_links_an_address_is_that_of_a_street() -> None:
    file = read(f"유형,키워드,주소,링크\n블로그,맛집,서울 강남대로 1,{URL}\n")
    assert (file.rows[0].fields.target_url, file.errors, list(file.ignored_columns)) == (URL, [], ["주소"])


def test_the_sample_of_the_readme_can_be_imported() -> None:
    readme = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    sample = readme.partition("### The file of trackings\n\n")[2].partition("\n\n")[0]
    file = read("\n".join(line.strip() for line in sample.splitlines()))
    assert not file.errors
    place, blog = (parse_tracking(row.fields) for row in file.rows)
    assert (place.target.id, place.device) == ("1234567890", Device.MOBILE)
    assert (blog.target.id, blog.counting.bundled) == ("blog:somebody/223456789012", True)
    assert (set(place.tags), place.target_rank, place.session_days) == ({"단골", "강남"}, 5, 25)
    assert (set(blog.tags), blog.target_rank, blog.session_days) == (set(), None, 10)
    assert blog.counting.areas == {NamedArea.POPULAR_POSTS, NamedArea.SMART_BLOCKS}
