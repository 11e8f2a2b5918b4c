"""Bytes of a stored page → its text, or what is wrong with the file."""

import codecs
import gzip
import io
import zlib

from sunwi.errors import InvalidInput

#: No page comes near it; a small gzip file can hold as much as it likes.
MAX_PAGE_BYTES = 64 * 1024 * 1024

_GZIP_MAGIC = b"\x1f\x8b"
#: Bytes at the start of a file in which no text has a zero.
_PROBED_BYTES = 8192
#: One wrong character in so many is a page that was cut or damaged, more are no UTF-8 at all.
_CHARACTERS_PER_WRONG_ONE = 50


def decode_page(data: bytes, name: str) -> str:
    """Read a page as a browser would: UTF-8, gzipped or not, a cut character replaced.

    UTF-16 with its mark, and CP949 (EUC-KR), are what some browsers and editors store a page as.

    Args:
        data: The whole file.
        name: Of the file, for the message.

    Raises:
        InvalidInput: The file is empty, binary, too large, in no known encoding, or its gzip is damaged.
    """
    if data.startswith(_GZIP_MAGIC):
        data = _decompress(data, name)
    if len(data) > MAX_PAGE_BYTES:
        raise InvalidInput(
            f"the file {name} holds more than {MAX_PAGE_BYTES // 2**20} MB, which no page does",
            code="page_file_too_large",
            file=name,
            megabytes=MAX_PAGE_BYTES // 2**20,
        )
    if not data.strip():
        raise InvalidInput(
            f"the file {name} is empty: store the page again",
            code="page_file_empty",
            file=name,
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:_PROBED_BYTES]:
        raise InvalidInput(
            f"the file {name} is binary: a stored page is HTML in UTF-8, plain or gzipped",
            code="page_file_binary",
            file=name,
        )
    return _decode_text(data, name)


def _decode_text(data: bytes, name: str) -> str:
    text = data.decode("utf-8-sig", errors="replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}") - data.count("\N{REPLACEMENT CHARACTER}".encode())
    if wrong > 1 and (korean := _decode_korean(data)) is not None:
        return korean
    if wrong > 1 + len(text) // _CHARACTERS_PER_WRONG_ONE:
        raise InvalidInput(
            f"the file {name} is not UTF-8 text: store the page as Naver serves it",
            code="page_file_not_utf8",
            file=name,
        )
    return text


def _decode_korean(data: bytes) -> str | None:
    """Read CP949, whose last character may be cut; None where it is something else."""
    for end in (len(data), -1):
        try:
            return data[:end].decode("cp949")
        except UnicodeDecodeError:
            continue
    return None


def _decompress(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(MAX_PAGE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInput(
            f"the file {name} is a damaged gzip file ({error}): store the page again",
            code="page_file_damaged",
            file=name,
        ) from error
