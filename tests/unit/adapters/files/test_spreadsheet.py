import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from subprocess import run

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from sunwi.adapters.files import check_workbook as limits
from sunwi.adapters.files import spreadsheet
from sunwi.adapters.files.spreadsheet import OpenpyxlReader
from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import SheetRow
from sunwi.wording.error_words import error_words
from tests.unit.adapters.files.workbooks import SHEET, changed, claiming_size, workbook, zip_of

HEADER = ("유형", "키워드", "대상 URL")
TABLE = [HEADER, ("블로그", "강남역 맛집", "https://blog.naver.com/a/1")]
READER = OpenpyxlReader()
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def read(data: bytes, sheet: str = "") -> list[SheetRow]:
    return list(READER.read(data, sheet=sheet).rows)


def test_rows_are_read_with_the_numbers_that_the_spreadsheet_shows() -> None:
    rows = read(workbook({"12월": [HEADER, (), (None, "", None), ("블로그", None, "x")]}))
    assert rows == [SheetRow(1, [*HEADER]), SheetRow(4, ["블로그", "", "x"])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (25, "25"),
        (25.0, "25"),
        (0.5, "0.5"),
        (1648862917, "1648862917"),
        (True, "TRUE"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC).replace(tzinfo=None), "2026-01-02 03:04:00"),
        (time(3, 4), "03:04:00"),
        (" 앞뒤 공백 ", " 앞뒤 공백 "),
        ("여러\n줄", "여러\n줄"),
    ],
)
def test_numbers_and_dates_become_what_a_person_would_write(value: object, text: str) -> None:
    assert read(workbook({"a": [(value, "x")]})) == [SheetRow(1, [text, "x"])]


def test_a_formula_is_not_computed_and_its_place_is_named() -> None:
    [row] = read(workbook({"a": [("x", "=1+1", '=HYPERLINK("https://a", "b")', "y")]}))
    assert row.formulas == {1, 2}
    assert row.cells[3] == "y"


def test_what_a_formula_became_is_not_taken_for_a_text_either() -> None:
    def as_error(xml: str) -> str:
        return xml.replace('<c r="B1" t="n"><v>7</v></c>', '<c r="B1" t="e"><v>#N/A</v></c>')

    [row] = read(changed(workbook({"a": [("x", 7)]}), SHEET, as_error))
    assert (list(row.cells), set(row.formulas)) == (["x", "#N/A"], {1})


def test_a_formula_over_many_cells_is_a_formula_too() -> None:
    [row] = read(workbook({"a": [("x", ArrayFormula("B1:B2", "=A1:A2"))]}))
    assert row.formulas == {1}


def test_a_text_that_only_looks_like_a_formula_is_left_to_the_validation() -> None:
    texts = workbook({"a": [("X1+1",)]})
    assert read(changed(texts, SHEET, lambda xml: xml.replace("X1+1", "=1+1"))) == [SheetRow(1, ["=1+1"])]


def test_the_first_sheet_that_is_not_hidden_is_read_and_the_others_are_named() -> None:
    data = workbook({"숨김": [("비밀",)], "12월": TABLE, "메모": [("x",)], "옛것": []}, hidden=["숨김", "옛것"])
    sheet = READER.read(data)
    assert (sheet.name, sheet.others, len(sheet.rows)) == ("12월", ["메모"], 2)


@pytest.mark.parametrize("name", ["메모", " 메모 ", "숨김"])
def test_a_sheet_is_read_by_its_name_hidden_or_not(name: str) -> None:
    data = workbook({"12월": TABLE, "메모": [("메모",)], "숨김": [("숨김",)]}, hidden=["숨김"])
    assert read(data, name) == [SheetRow(1, [name.strip()])]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match="no sheet called 1월: it has 12월, 메모") as raised:
        read(workbook({"12월": TABLE, "메모": []}), "1월")
    assert "시트 1월이(가) 없습니다" in error_words(raised.value)


def test_a_workbook_that_hides_all_its_sheets_is_refused() -> None:
    data = workbook({"a": TABLE, "b": TABLE}, hidden=["b"])
    hidden = changed(data, "xl/workbook.xml", lambda xml: xml.replace('state="visible"', 'state="veryHidden"'))
    with pytest.raises(InvalidInput, match="shows no sheet"):
        read(hidden)


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1", "Z9:A1"])
def test_what_a_sheet_says_of_its_size_is_not_believed(size: str) -> None:
    assert [row.number for row in read(claiming_size(workbook({"a": TABLE}), size))] == [1, 2]


def test_a_cell_far_down_and_one_far_to_the_right_cost_nothing() -> None:
    def far(xml: str) -> str:
        return xml.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>')

    rows = read(changed(workbook({"a": TABLE}), SHEET, far))
    assert [row.number for row in rows] == [1, 2]


def test_10000_rows_are_read_with_their_last_number() -> None:
    rows = read(workbook({"a": [HEADER, *(("블로그", f"말 {number}", "u") for number in range(10_000))]}))
    assert (len(rows), rows[-1]) == (10_001, SheetRow(10_001, ["블로그", "말 9999", "u"]))


def test_more_rows_than_anyone_imports_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 2)
    assert len(read(workbook({"a": TABLE}))) == 2
    with pytest.raises(InvalidInput, match="more than 2 rows"):
        read(workbook({"a": [*TABLE, ("x",)]}))


@pytest.mark.parametrize(
    ("data", "wanted", "korean"),
    [
        (OLD_CONTAINER, "Excel 97 to 2003", ".xls"),
        (OLD_CONTAINER + "EncryptedPackage".encode("utf-16-le"), "is encrypted", "암호"),
        (zip_of({"xl/workbook.bin": b"", "[Content_Types].xml": b""}), "binary workbook", ".xlsb"),
        (zip_of({"content.xml": b"", "mimetype": b""}), "OpenDocument", ".ods"),
        (zip_of({"photo.jpg": b""}), "a zip file and no Excel workbook", "zip"),
        (b"PK\x03\x04 and nothing", "is damaged", "손상"),
        (zip_of({"[Content_Types].xml": b"<nothing"}), "is damaged", "손상"),
        (changed(workbook({"a": TABLE}), SHEET, lambda xml: xml[:-40]), "is damaged", "손상"),
        (changed(workbook({"a": TABLE}), SHEET, lambda xml: xml.replace('r="2"', 'r="two"')), "is damaged", "손상"),
        (workbook({"a": TABLE})[:-200], "is damaged", "손상"),
    ],
)
def test_a_file_that_is_no_workbook_of_today_is_refused_with_what_to_do(data: bytes, wanted: str, korean: str) -> None:
    with pytest.raises(InvalidInput, match=wanted) as raised:
        read(data)
    assert korean in error_words(raised.value)
    assert "CSV UTF-8" in str(raised.value)


def test_a_workbook_with_a_password_for_each_part_is_refused() -> None:
    data = bytearray(workbook({"a": TABLE}))
    for start in (b"PK\x01\x02", b"PK\x03\x04"):
        place = data.find(start)
        data[place + (8 if start == b"PK\x01\x02" else 6)] |= 1
    with pytest.raises(InvalidInput, match="is encrypted"):
        read(bytes(data))


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_is_unpacked() -> None:
    bomb = zip_of({"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": b" " * (limits.MAX_UNPACKED_BYTES + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(InvalidInput, match="bytes unpacked, at most 64,000,000"):
        read(bomb)


def test_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    whole = changed(
        workbook({"a": TABLE}), SHEET, lambda xml: xml.replace("</sheetData>", " " * 5_000 + "</sheetData>")
    )
    data = bytearray(whole)
    name = data.rfind(SHEET.encode())
    size_at = name - 46 + 24
    data[size_at : size_at + 4] = (300).to_bytes(4, "little")
    with pytest.raises(InvalidInput, match="is damaged"):
        read(bytes(data))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1_000)
    with pytest.raises(InvalidInput, match="too large"):
        read(workbook({"a": TABLE}))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def test_entities_that_multiply_are_refused() -> None:
    def laugh(xml: str) -> str:
        doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "haha">{LAUGHS}]>'
        return doctype + xml.replace("<sheetData>", "<sheetData><row><c t='inlineStr'><is><t>&l11;</t></is></c></row>")

    with pytest.raises(InvalidInput, match="is damaged"):
        read(changed(workbook({"a": TABLE}), SHEET, laugh))


def test_a_file_outside_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("비밀")

    def refer(xml: str) -> str:
        doctype = f'<!DOCTYPE worksheet [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
        return doctype + xml.replace("<sheetData>", "<sheetData><row><c t='inlineStr'><is><t>&s;</t></is></c></row>")

    with pytest.raises(InvalidInput, match="is damaged"):
        read(changed(workbook({"a": TABLE}), SHEET, refer))


def test_the_library_is_loaded_only_when_a_workbook_is_read() -> None:
    program = "import sys, sunwi.bootstrap.trackings; sys.exit('openpyxl' in sys.modules)"
    assert run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - this very Python
