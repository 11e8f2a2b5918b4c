"""Workbooks as agencies send them, and as nobody should."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = ()) -> bytes:
    """Write a workbook of these sheets, in this order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Rewrite one part of a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content.decode()) if part == name else content)
    return file.getvalue()


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    """Write a zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def claiming_size(data: bytes, size: str) -> bytes:
    """Let a workbook's first sheet say that it covers these cells."""
    return changed(data, SHEET, lambda xml: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{size}"', xml))


SHEET = "xl/worksheets/sheet1.xml"
