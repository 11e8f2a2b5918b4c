"""Files of rows: bytes → text, in the encodings that Korean spreadsheets write → cells."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sunwi.errors import InvalidInput

#: What workbooks begin with, those of today and of long ago.
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

#: What separates the cells of a CSV file.
DELIMITERS = (",", "\t", ";")

_REMEDY = "save it as CSV UTF-8 (or as cp949, Excel's plain CSV in Korean)"
_FIRST_SYLLABLE, _LAST_SYLLABLE = "가", "힣"


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one line of a file.

    Attributes:
        line: Physical line, from 1, the header included; where a row begins, if it has several.
        problem: Of the line, or of several things in it.
    """

    line: int
    problem: InvalidInput

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class Record:
    """One row.

    Attributes:
        line: Where it begins, from 1.
        formulas: Positions in `cells` of those that are computed, or show an error.
    """

    line: int
    cells: Sequence[str]
    formulas: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no cell has anything in it."""
        return not any(cell.strip() for cell in self.cells)


def decode_table(data: bytes) -> str | LineError:
    """Decode strictly as UTF-8 (with or without BOM), then as cp949.

    Damaged UTF-8 can decode as cp949 to nonsense, so what has read as Hangul in UTF-8 so far stays UTF-8.

    Args:
        data: The whole file.

    Returns:
        The text, or the first line that is in neither encoding.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return LineError(1, InvalidInput(f"the file is in UTF-16: {_REMEDY}", code="file_is_utf16"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        line = before.count("\n") + 1
        is_utf8 = data.startswith(b"\xef\xbb\xbf") or any(_FIRST_SYLLABLE <= c <= _LAST_SYLLABLE for c in before)
    if is_utf8:
        message = f"the file is UTF-8, but this line has a damaged character in it: {_REMEDY}"
        return LineError(line, InvalidInput(message, code="line_damaged"))
    try:
        return data.decode("cp949")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is neither UTF-8 nor cp949 from this line on: {_REMEDY}"
        return LineError(line, InvalidInput(message, code="line_in_unknown_encoding"))


def split_table(text: str, delimiter: str) -> Iterator[Record | LineError]:
    """Split a CSV file into rows, empty ones included; a row that is no CSV is an error of its line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            yield Record(line, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield _explain(line, str(error))


def _explain(line: int, reason: str) -> LineError:
    if "unexpected end" in reason:
        message = 'a quotation mark (") that opens in this line is never closed: close it or remove it'
        return LineError(line, InvalidInput(message, code="quotation_never_closed"))
    if "expected after" in reason:
        message = 'a quotation mark (") closes in the middle of a cell: put the cell in quotes and double those in it'
        return LineError(line, InvalidInput(message, code="quotation_closed_in_cell"))
    return LineError(line, InvalidInput(f"the line is not CSV ({reason})", code="line_is_no_csv"))
