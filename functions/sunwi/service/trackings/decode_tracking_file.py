"""Bytes of a tracking file → text, in the encodings that Korean spreadsheets write."""

from dataclasses import dataclass

from sunwi.errors import InvalidInput

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


def decode_tracking_file(data: bytes) -> str | LineError:
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
