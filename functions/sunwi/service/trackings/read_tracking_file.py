"""A CSV file or workbook of trackings → its rows, with the lines they stand in."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sunwi.domain.table_file import DELIMITERS, WORKBOOK_STARTS, LineError, Record, decode_table, split_table
from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import SpreadsheetReader
from sunwi.service.trackings.parse_tracking import TrackingFields

#: Names that a column may have, the one for messages first; case, spaces and underscores do not matter.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("유형", "kind", "종류", "type"),
    "keyword": ("키워드", "keyword", "검색어"),
    "target_url": ("대상 URL", "target url", "대상", "URL", "target", "링크", "link"),
    "surface": ("화면", "surface"),
    "device": ("기기", "device", "디바이스"),
    "location": ("좌표", "location", "위치"),
    "client": ("광고주", "client", "클라이언트", "advertiser"),
    "agency": ("업체", "agency", "대행사"),
    "areas": ("영역", "areas", "area", "집계 영역"),
    "bundled": ("묶음", "bundled", "묶음 집계", "묶인 글"),
    "tags": ("태그", "tags", "tag"),
    "target_rank": ("목표 순위", "target rank", "목표"),
    "session_days": ("회차 일수", "session days", "보장 일수"),
}
#: A name of its column only where no other name of it stands: a file may have the street of a business, too.
_SPARE_NAME, _SPARE_COLUMN = "주소", "target_url"
_REQUIRED = ("kind", "keyword", "target_url")


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row and the physical line it begins in."""

    line: int
    fields: TrackingFields


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingFile:
    """What a file holds; rows that could not be split stand among the errors.

    Attributes:
        sheet: Name of the sheet that was read; None of a CSV file.
        other_sheets: Names of a workbook's other sheets.
    """

    rows: Sequence[FileRow] = ()
    errors: Sequence[LineError] = ()
    ignored_columns: Sequence[str] = ()
    sheet: str | None = None
    other_sheets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    """Position of each known column, and what is wrong with the rest."""

    positions: Mapping[str, int]
    width: int
    doubled: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in _REQUIRED if name not in self.positions)


def read_tracking_file(data: bytes, *, spreadsheets: SpreadsheetReader, sheet: str = "") -> TrackingFile:
    """Split a file into rows.

    An Excel workbook, or CSV in UTF-8 with or without BOM or in cp949, by comma, tab or semicolon; Korean or English
    column names in any order. Empty rows are passed over.

    Args:
        data: The whole file.
        spreadsheets: Reads a workbook.
        sheet: Name of the workbook's sheet; none means the first that is not hidden.

    Raises:
        InvalidInput: A sheet is named of a file that has none.
    """
    if data.startswith(WORKBOOK_STARTS):
        return _read_workbook(data, spreadsheets, sheet)
    if sheet.strip():
        raise InvalidInput(f"a CSV file has no sheets: leave {sheet} out", code="file_without_sheets", sheet=sheet)
    text = decode_table(data)
    if isinstance(text, LineError):
        return TrackingFile(errors=[text])
    delimiter = max(DELIMITERS, key=lambda candidate: _count_known(text, candidate))
    return _read_records(split_table(text, delimiter))


def _read_workbook(data: bytes, spreadsheets: SpreadsheetReader, name: str) -> TrackingFile:
    try:
        sheet = spreadsheets.read(data, sheet=name)
    except InvalidInput as error:
        return TrackingFile(errors=[LineError(1, error)])
    file = _read_records(Record(row.number, row.cells, row.formulas) for row in sheet.fitted_rows())
    return replace(file, sheet=sheet.name, other_sheets=sheet.others)


def _read_records(split: Iterable[Record | LineError]) -> TrackingFile:
    records = (record for record in split if isinstance(record, LineError) or not record.is_empty)
    first = next(records, None)
    if first is None:
        message = f"the file is empty: its first line names the columns {_wanted()}"
        return TrackingFile(errors=[LineError(1, InvalidInput(message, code="file_empty", columns=_wanted()))])
    if isinstance(first, LineError):
        return TrackingFile(errors=[first])
    header = _read_header(first.cells)
    errors = _header_errors(header, first.line)
    if errors:
        return TrackingFile(errors=errors, ignored_columns=header.ignored)
    rows = [record if isinstance(record, LineError) else _read_row(record, header) for record in records]
    if not rows:
        message = "the file has column names and no rows: add one row per tracking"
        errors = [LineError(first.line, InvalidInput(message, code="file_without_rows"))]
    return TrackingFile(
        rows=[row for row in rows if isinstance(row, FileRow)],
        errors=[*errors, *(row for row in rows if isinstance(row, LineError))],
        ignored_columns=header.ignored,
    )


def _count_known(text: str, delimiter: str) -> int:
    """Count the column names that a delimiter makes of the first line that is not empty."""
    for record in split_table(text, delimiter):
        if isinstance(record, LineError):
            return 0
        if not record.is_empty:
            return len(_read_header(record.cells).positions)
    return 0


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).casefold().replace("_", " ").split())


_COLUMN_OF_NAME = {_plain(name): column for column, names in COLUMNS.items() for name in names}


def _read_header(cells: Sequence[str]) -> _Header:
    positions: dict[str, int] = {}
    doubled: list[str] = []
    ignored: list[str] = []
    for position, cell in enumerate(cells):
        column = _COLUMN_OF_NAME.get(_plain(cell))
        if column is None:
            ignored += [cell.strip()] if cell.strip() else []
        elif column in positions:
            doubled.append(column)
        else:
            positions[column] = position
    if _SPARE_COLUMN not in positions and _SPARE_NAME in ignored:
        ignored.remove(_SPARE_NAME)
        positions[_SPARE_COLUMN] = [cell.strip() for cell in cells].index(_SPARE_NAME)
    return _Header(positions, len(cells), tuple(doubled), tuple(ignored))


def _header_errors(header: _Header, line: int) -> list[LineError]:
    found = f"it has {', '.join(header.ignored)}" if header.ignored else "see the other columns' names"
    missing = [
        LineError(
            line,
            InvalidInput(
                f"the column {names[0]} is missing ({found}): name it {' or '.join(names)}",
                code="column_missing",
                column=names[0],
                names=names,
            ),
        )
        for names in map(COLUMNS.__getitem__, header.missing)
    ]
    doubled = [
        LineError(
            line,
            InvalidInput(
                f"two columns give the {names[0]}: keep one of {', '.join(names)}",
                code="column_doubled",
                column=names[0],
                names=names,
            ),
        )
        for names in map(COLUMNS.__getitem__, header.doubled)
    ]
    return missing + doubled


def _read_row(record: Record, header: _Header) -> FileRow | LineError:
    surplus = record.cells[header.width :]
    if len(record.cells) < header.width or any(cell.strip() for cell in surplus):
        return LineError(
            record.line,
            InvalidInput(
                f"the row has {len(record.cells)} cells and the column names are {header.width}: "
                "give every column a cell, and put a cell that has the separator in it in quotes",
                code="row_of_other_width",
                cells=len(record.cells),
                columns=header.width,
            ),
        )
    computed = [column for column, position in header.positions.items() if position in record.formulas]
    if computed:
        names = ", ".join(COLUMNS[column][0] for column in computed)
        return LineError(
            record.line,
            InvalidInput(
                f"the cells under {names} are formulas or show an error: paste them as values",
                code="cells_computed",
                columns=names,
            ),
        )
    cells = {column: record.cells[position] for column, position in header.positions.items()}
    return FileRow(record.line, TrackingFields(**cells))


def _wanted() -> str:
    return ", ".join(COLUMNS[column][0] for column in _REQUIRED)
