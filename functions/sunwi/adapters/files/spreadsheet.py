"""Excel workbooks, read by openpyxl.

Source: docs/adr/0048-agencies-and-clients-are-rows.md.
"""

import io
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sunwi.adapters.files.check_workbook import check_workbook, damaged_workbook
from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import Sheet, SheetRow, SpreadsheetReader

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

#: Columns that are read; a cell far to the right makes every row as long.
MAX_COLUMNS = 100
#: Most rows that have something in them.
MAX_ROWS = 50_000

_VISIBLE = "visible"
#: A formula, or what became of one.
_COMPUTED = frozenset({"f", "e"})


class OpenpyxlReader(SpreadsheetReader):
    """Reads row by row what is in the file; computes nothing, and follows no link."""

    @override
    def read(self, data: bytes, *, sheet: str = "") -> Sheet:
        check_workbook(data)
        from openpyxl import load_workbook  # noqa: PLC0415 - half a second that only an import of a workbook pays for

        with _translated():
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheets: list[ReadOnlyWorksheet] = list(book.worksheets)
            chosen = _choose(sheets, sheet)
            others = [one.title for one in sheets if one.sheet_state == _VISIBLE and one is not chosen]
            # What a file says of its sheet's size may be anything.
            chosen.reset_dimensions()
            rows: Any = chosen  # its stubs take the method for another class's
            return Sheet(chosen.title, _rows(rows.iter_rows(max_col=MAX_COLUMNS)), others)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn whatever a damaged file does to the reader into an error; its warnings are of looks and validations."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (InvalidInput, MemoryError):
        raise
    except Exception as error:  # openpyxl raises what its parts raise: KeyError, ParseError, zlib.error, TypeError …
        raise damaged_workbook() from error


def _choose(sheets: Sequence["ReadOnlyWorksheet"], wanted: str) -> "ReadOnlyWorksheet":
    visible = [sheet for sheet in sheets if sheet.sheet_state == _VISIBLE]
    if not wanted.strip():
        if visible:
            return visible[0]
        raise InvalidInput(
            "the workbook shows no sheet of cells: unhide the one to read, or name it",
            code="workbook_shows_no_sheet",
        )
    named = [sheet for sheet in sheets if _plain(sheet.title) == _plain(wanted)]
    if not named:
        known = ", ".join(sheet.title for sheet in visible)
        raise InvalidInput(
            f"the workbook has no sheet called {wanted}: it has {known}",
            code="sheet_unknown",
            sheet=wanted,
            known=known,
        )
    return named[0]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _rows(rows: Iterable[Sequence[Any]]) -> list[SheetRow]:
    found: list[SheetRow] = []
    empty: Sequence[Any] | None = None
    for number, cells in enumerate(rows, 1):
        # One and the same for each of perhaps a million rows that are not in the file.
        if cells is empty:
            continue
        texts = [_text(cell.value) for cell in cells]
        if not any(text.strip() for text in texts):
            empty = cells
            continue
        if len(found) == MAX_ROWS:
            raise InvalidInput(
                f"the sheet has more than {MAX_ROWS:,} rows: import it in parts",
                code="sheet_too_long",
                most=MAX_ROWS,
            )
        while texts and not texts[-1]:
            texts.pop()
        computed = frozenset(place for place, cell in enumerate(cells) if cell.data_type in _COMPUTED)
        found.append(SheetRow(number, texts, computed))
    return found


def _text(value: object) -> str:
    """Write a value as a person would: no `.0`, no midnight."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if value is None or isinstance(value, str | int | float | date | time | timedelta):
        return "" if value is None else str(value)
    return "="  # an array or table formula, which is an object
