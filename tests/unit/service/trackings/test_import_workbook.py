"""A workbook's rows go through the same checks as a CSV file's, with the numbers that the spreadsheet shows."""

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import Sheet, SheetRow
from sunwi.service.trackings.import_trackings import ImportReport, ImportTrackings
from sunwi.testing import InMemorySpreadsheets, ManualClock
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT

HEADER = ("유형", "키워드", "대상 URL", "광고주", "태그", "목표 순위", "회차 일수")
PLACE = ("플레이스", "강남역 맛집", "https://map.naver.com/p/entry/place/1648862917")
BLOG = ("블로그", "강남역 맛집", "https://blog.naver.com/writer/223000000001")
WORKBOOK = b"PK\x03\x04"


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


def import_rows(store: SqlStore, *rows: SheetRow, partial: bool = False) -> ImportReport:
    sheet = Sheet("12월", [SheetRow(2, HEADER), *rows], others=["메모"])
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets(sheet))
    return imports.import_file(SYSTEM, WORKBOOK, partial=partial)


def test_rows_are_stored_with_tags_rank_and_session_days(store: SqlStore) -> None:
    report = import_rows(store, SheetRow(3, [*PLACE, "가나식당", "단골|강남", "3", "10"]), SheetRow(7, [*BLOG]))
    assert [(row.line, row.tracking_id) for row in report.imported] == [(3, 1), (7, 2)]
    assert (report.sheet, report.other_sheets) == ("12월", ["메모"])
    with store.read() as tx:
        first, second = tx.trackings.list()
        assert tx.trackings.tags_of([1, 2]) == {1: ("강남", "단골")}
    assert (first.client, first.session_days, first.target_rank) == ("가나식당", 10, 3)
    assert (second.client, second.session_days, second.target_rank) == ("", 25, None)


def test_a_bad_row_is_named_by_its_number_in_the_spreadsheet(store: SqlStore) -> None:
    report = import_rows(store, SheetRow(5, ["병원", *PLACE[1:]]), SheetRow(9, [*PLACE]), partial=True)
    assert [error.line for error in report.errors] == [5]
    assert [row.line for row in report.imported] == [9]


def test_a_formula_in_a_column_that_is_read_is_refused_by_the_columns_name(store: SqlStore) -> None:
    report = import_rows(store, SheetRow(3, [*PLACE[:2], "=HYPERLINK()", "가나"], frozenset({2, 3})))
    [error] = report.errors
    assert error.line == 3
    assert "the cells under 대상 URL, 광고주 are formulas" in error.message
    assert "값으로 붙여 넣으세요" in error_words(error.problem)


def test_a_formula_beside_the_table_and_notes_there_are_passed_over(store: SqlStore) -> None:
    row = SheetRow(3, [*PLACE, "가나", "", "", "", "", "=SUM(A1)", "메모"], frozenset({8}))
    report = import_rows(store, row)
    assert (len(report.imported), report.errors) == (1, [])


def test_a_text_that_starts_like_a_formula_is_refused_as_in_a_csv_file(store: SqlStore) -> None:
    [error] = import_rows(store, SheetRow(3, [*PLACE, "=1+1"])).errors
    assert "would run as a formula" in error.message


def test_a_workbook_that_cannot_be_read_is_an_error_of_the_file(store: SqlStore) -> None:
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets())
    [error] = imports.import_file(SYSTEM, WORKBOOK, partial=True).errors
    assert (error.line, error.message) == (1, "the file is damaged")


def test_the_sheet_that_is_asked_for_is_read(store: SqlStore) -> None:
    reader = InMemorySpreadsheets(Sheet("1월", [SheetRow(1, HEADER), SheetRow(2, [*PLACE])]))
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=reader)
    imports.import_file(SYSTEM, WORKBOOK, partial=False, sheet="1월")
    assert reader.asked_for == ["1월"]


def test_a_csv_file_has_no_sheet_to_ask_for(store: SqlStore) -> None:
    imports = ImportTrackings(store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets())
    with pytest.raises(InvalidInput, match="a CSV file has no sheets"):
        imports.import_file(SYSTEM, "유형,키워드,대상 URL\n".encode(), partial=False, sheet="1월")


def test_an_empty_sheet_says_so(store: SqlStore) -> None:
    imports = ImportTrackings(
        store=store, clock=ManualClock(NIGHT), spreadsheets=InMemorySpreadsheets(Sheet("a", [], ["b"]))
    )
    report = imports.import_file(SYSTEM, WORKBOOK, partial=False)
    assert "the file is empty" in report.errors[0].message
    assert report.other_sheets == ["b"]


def test_a_duplicate_with_other_terms_names_them_and_changes_nothing(store: SqlStore) -> None:
    import_rows(store, SheetRow(3, [*PLACE, "가나", "단골", "3", "10"]))
    report = import_rows(
        store, SheetRow(3, [*PLACE, "가나", "신규", "5", "20"]), SheetRow(4, [*PLACE, "가나", "신규", "5", "30"])
    )
    assert [(row.line, row.differs_in) for row in report.duplicates] == [
        (3, ("session_days", "target_rank", "tags")),
        (4, ("session_days",)),
    ]
    with store.read() as tx:
        [stored] = tx.trackings.list()
        assert tx.trackings.tags_of([1]) == {1: ("단골",)}
    assert (stored.session_days, stored.target_rank) == (10, 3)
