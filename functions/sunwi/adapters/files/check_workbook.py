"""Refuse files that are no workbook, or that would take the machine down with them."""

import io
import zipfile

from sunwi.errors import InvalidInput

#: Largest file, in bytes; its pictures are not read, but kept in memory.
MAX_FILE_BYTES = 50_000_000
#: Largest sum of a workbook's texts once unpacked, in bytes: 10,000 rows take about 10 million.
MAX_UNPACKED_BYTES = 64_000_000

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_REMEDY = "save it as an Excel workbook (.xlsx) without a password, or as CSV UTF-8"


def check_workbook(data: bytes) -> None:
    """Require an .xlsx (or .xlsm) file of a size that can be read.

    No part unpacks to more than the zip file says, for `zipfile` stops there: so what it says can be trusted.

    Raises:
        InvalidInput: It is another file, encrypted, damaged, or too large.
    """
    if len(data) > MAX_FILE_BYTES:
        size = f"{len(data):,} bytes, at most {MAX_FILE_BYTES:,}"
        raise InvalidInput(f"the file is too large ({size}): {_REMEDY}", code="workbook_too_large", size=size)
    if data.startswith(_OLD_CONTAINER):
        if _ENCRYPTED in data:
            raise InvalidInput(f"the file is encrypted: {_REMEDY}", code="workbook_encrypted")
        raise InvalidInput(
            f"the file is of the form of Excel 97 to 2003 (.xls): {_REMEDY}", code="workbook_of_excel_97"
        )
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged_workbook() from error
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise InvalidInput(f"the file is a binary workbook (.xlsb): {_REMEDY}", code="workbook_binary")
    if "content.xml" in names:
        raise InvalidInput(f"the file is an OpenDocument file: {_REMEDY}", code="workbook_opendocument")
    if "[Content_Types].xml" not in names:
        raise InvalidInput(f"the file is a zip file and no Excel workbook: {_REMEDY}", code="workbook_is_zip")
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidInput(f"the file is encrypted: {_REMEDY}", code="workbook_encrypted")
    unpacked = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if unpacked > MAX_UNPACKED_BYTES:
        size = f"{unpacked:,} bytes unpacked, at most {MAX_UNPACKED_BYTES:,}"
        raise InvalidInput(f"the file is too large ({size}): {_REMEDY}", code="workbook_unpacks_too_large", size=size)


def damaged_workbook() -> InvalidInput:
    """Return the error of a workbook that cannot be read to its end."""
    return InvalidInput(f"the file is damaged: {_REMEDY}", code="workbook_damaged")
