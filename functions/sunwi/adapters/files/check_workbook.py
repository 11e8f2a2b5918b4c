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
_KOREAN_REMEDY = "암호 없이 Excel 통합 문서(.xlsx)나 CSV UTF-8로 저장하세요"


def check_workbook(data: bytes) -> None:
    """Require an .xlsx (or .xlsm) file of a size that can be read.

    No part unpacks to more than the zip file says, for `zipfile` stops there: so what it says can be trusted.

    Raises:
        InvalidInput: It is another file, encrypted, damaged, or too large.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _refused("is too large", "너무 큽니다", f"{len(data):,} bytes, at most {MAX_FILE_BYTES:,}")
    if data.startswith(_OLD_CONTAINER):
        if _ENCRYPTED in data:
            raise _refused("is encrypted", "암호로 보호되어 있습니다")
        raise _refused("is of the form of Excel 97 to 2003 (.xls)", "엑셀 97~2003 형식(.xls)입니다")
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise damaged_workbook() from error
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise _refused("is a binary workbook (.xlsb)", "이진 통합 문서(.xlsb)입니다")
    if "content.xml" in names:
        raise _refused("is an OpenDocument file", "오픈도큐먼트(.ods) 파일입니다")
    if "[Content_Types].xml" not in names:
        raise _refused("is a zip file and no Excel workbook", "zip 파일이고 엑셀 통합 문서가 아닙니다")
    if any(part.flag_bits & 1 for part in parts):
        raise _refused("is encrypted", "암호로 보호되어 있습니다")
    unpacked = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if unpacked > MAX_UNPACKED_BYTES:
        size = f"{unpacked:,} bytes unpacked, at most {MAX_UNPACKED_BYTES:,}"
        raise _refused("is too large", "풀었을 때 너무 큽니다", size)


def damaged_workbook() -> InvalidInput:
    """Return the error of a workbook that cannot be read to its end."""
    return _refused("is damaged", "손상되어 읽을 수 없습니다")


def _refused(what: str, korean: str, size: str = "") -> InvalidInput:
    size = f" ({size})" if size else ""
    return InvalidInput(f"the file {what}{size}: {_REMEDY}", korean=f"파일이 {korean}{size}: {_KOREAN_REMEDY}")
