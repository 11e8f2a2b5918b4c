"""A CSV file or workbook of jobs → what is ordered, row by row."""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunwi.domain.job_answers import RowProblem
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import parse_priority
from sunwi.domain.schedule import KST
from sunwi.domain.table_file import DELIMITERS, WORKBOOK_STARTS, LineError, Record, decode_table, split_table
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import SpreadsheetReader

#: Names that a column may have, the one for messages first; case, spaces and underscores do not matter.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "work": ("work", "종류", "작업"),
    "params": ("params", "입력"),
    "priority": ("priority", "우선순위"),
    "not_before": ("not before", "예약", "시작 시각"),
    "notify": ("notify", "알릴 채널"),
}
#: A column of one param; with `:=` at its end the cells are JSON: numbers, true, lists.
_PARAM, _AS_JSON = "param.", ":="
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """What a file holds.

    Attributes:
        orders: Of the rows that could be read, in their order.
        problems: Of the others; rows count from 1 below the column names, empty ones left out.
        lines: Where each row begins in the file, from 1.
    """

    orders: Sequence[JobOrder]
    problems: Sequence[RowProblem]
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Header:
    """Position of each column; of `params` by their names, those of JSON with `_AS_JSON` behind."""

    positions: Mapping[str, int]
    params: Mapping[str, int]
    width: int


@dataclass(frozen=True, slots=True)
class ReadJobFile:
    """Read files of jobs; nothing is stored."""

    spreadsheets: SpreadsheetReader

    def read(self, data: bytes, *, sheet: str = "") -> JobFile:
        """Split a file into orders.

        An Excel workbook, or CSV in UTF-8 with or without BOM or in cp949, by comma, tab or semicolon. Columns: `work`,
        then `params` (a JSON object) or one `param.<name>` for each, `priority`, `not_before` (Korean time unless it
        says otherwise), `notify` (name of a channel). An empty cell is left out.

        Args:
            data: The whole file.
            sheet: Name of the workbook's sheet; none means the first that is not hidden.

        Raises:
            InvalidInput: The file cannot be read, or its columns are none of jobs.
        """
        records = self._records(data, sheet)
        first = next(records, None)
        if not isinstance(first, Record):
            raise _empty() if first is None else _at_line(first)
        header = _read_header(first.cells)
        orders: list[JobOrder] = []
        problems: list[RowProblem] = []
        lines: list[int] = []
        for row, record in enumerate(records, start=1):
            lines.append(record.line)
            try:
                orders.append(_read_row(record, header))
            except InvalidInput as error:
                problems.append(RowProblem(row, error))
        return JobFile(orders=orders, problems=problems, lines=lines)

    def _records(self, data: bytes, sheet: str) -> Iterator[Record | LineError]:
        if data.startswith(WORKBOOK_STARTS):
            rows = self.spreadsheets.read(data, sheet=sheet).fitted_rows()
            return _filled(Record(row.number, row.cells, row.formulas) for row in rows)
        if sheet.strip():
            raise InvalidInput(f"a CSV file has no sheets: leave {sheet} out", code="file_without_sheets", sheet=sheet)
        text = decode_table(data)
        if isinstance(text, LineError):
            raise _at_line(text)
        delimiter = max(DELIMITERS, key=lambda candidate: _count_known(text, candidate))
        return _filled(split_table(text, delimiter))


def _filled(records: Iterable[Record | LineError]) -> Iterator[Record | LineError]:
    return (record for record in records if isinstance(record, LineError) or not record.is_empty)


def _empty() -> InvalidInput:
    names = COLUMNS["work"][0]
    return InvalidInput(
        f"the file is empty: its first line names the columns {names}", code="file_empty", columns=names
    )


def _at_line(error: LineError) -> InvalidInput:
    return InvalidInput(
        f"line {error.line}: {error.problem}", code="line_unusable", line=error.line, error=error.problem
    )


def _count_known(text: str, delimiter: str) -> int:
    """Count the columns that a delimiter makes of the first line that is not empty."""
    first = next(_filled(split_table(text, delimiter)), None)
    if not isinstance(first, Record):
        return 0
    return sum(_plain(cell) in _COLUMN_OF_NAME or cell.strip().startswith(_PARAM) for cell in first.cells)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).casefold().replace("_", " ").split())


_COLUMN_OF_NAME = {_plain(name): column for column, names in COLUMNS.items() for name in names}


def _read_header(cells: Sequence[str]) -> _Header:
    """Find the columns; unlike a list of trackings, a file of jobs has no notes beside them.

    Raises:
        InvalidInput: Of all that are missing, doubled or unknown.
    """
    positions: dict[str, int] = {}
    params: dict[str, int] = {}
    problems: list[InvalidInput] = []
    for position, cell in enumerate(cells):
        name = cell.strip()
        column = _COLUMN_OF_NAME.get(_plain(name))
        known, key = (params, name.removeprefix(_PARAM)) if name.startswith(_PARAM) else (positions, column or "")
        if key and key not in known:
            known[key] = position
        elif name:
            problems.append(_column_problem(name, is_doubled=bool(key)))
    if "work" not in positions:
        names = COLUMNS["work"]
        problems.append(InvalidInput(f"the column {names[0]} is missing", code="job_column_missing", column=names[0]))
    if problems:
        raise InvalidInput.of_all(problems)
    return _Header(positions, params, len(cells))


def _column_problem(name: str, *, is_doubled: bool) -> InvalidInput:
    if is_doubled:
        return InvalidInput(f"there are two columns {quote(name)}: keep one", code="job_column_doubled", column=name)
    known = [*(names[0].replace(" ", "_") for names in COLUMNS.values()), f"{_PARAM}<name>"]
    return InvalidInput(
        f"the column {quote(name)} is not known: use {', '.join(known)}",
        code="job_column_unknown",
        column=name,
        known=known,
    )


def _read_row(record: Record | LineError, header: _Header) -> JobOrder:
    if isinstance(record, LineError):
        raise record.problem
    surplus = record.cells[header.width :]
    if len(record.cells) < header.width or any(cell.strip() for cell in surplus):
        raise InvalidInput(
            f"the row has {len(record.cells)} cells and the column names are {header.width}: "
            "give every column a cell, and put a cell that has the separator in it in quotes",
            code="row_of_other_width",
            cells=len(record.cells),
            columns=header.width,
        )
    if record.formulas:
        columns = {position: name for name, position in {**header.positions, **header.params}.items()}
        names = ", ".join(columns[position] for position in sorted(record.formulas) if position in columns)
        raise InvalidInput(
            f"the cells under {names} are formulas or show an error: paste them as values",
            code="cells_computed",
            columns=names,
        )
    cells = {column: record.cells[position].strip() for column, position in header.positions.items()}
    typed = {name: record.cells[position].strip() for name, position in header.params.items()}
    priority, not_before, channel = cells.get("priority"), cells.get("not_before"), cells.get("notify")
    return JobOrder(
        work=cells["work"],
        params=_params(cells.get("params", ""), typed),
        priority=parse_priority(priority) if priority else None,
        not_before=_moment(not_before) if not_before else None,
        notify={"channel": channel} if channel else None,
    )


def _params(text: str, typed: Mapping[str, str]) -> dict[str, Any]:
    params = _json("params", text) if text else {}
    if not isinstance(params, dict):
        raise InvalidInput(f"the params {quote(text)} are no JSON object", code="cell_no_object", text=text)
    for name, cell in typed.items():
        if cell:
            key = name.removesuffix(_AS_JSON)
            params[key] = _json(name, cell) if name.endswith(_AS_JSON) else unicodedata.normalize("NFC", cell)
    return params


def _json(column: str, text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput(
            f'the cell {quote(text)} under {column} is no JSON: write {{"name": "value"}}, 1 or true',
            code="cell_no_json",
            column=column,
            text=text,
        ) from None


def _moment(text: str) -> datetime:
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise InvalidInput(
            f"the time {quote(text)} cannot be read: write it like 2026-01-02T03:00, in Korean time",
            code="not_before_unreadable",
            text=text,
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=KST)
