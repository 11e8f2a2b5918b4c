import gzip
import hashlib

import pytest

from sunwi.domain.archive import PartFile
from sunwi.errors import Permanent
from sunwi.service.archive.part_file import Packed, check_file, pack, unpack
from tests.examples import NIGHT

LINES = ['{"id":1,"말":"강남역\\n \u2028 😀"}', '{"id":2}', ""]


def file_of(packed: Packed) -> PartFile:
    return PartFile(
        number=1,
        key="k",
        rows=packed.rows,
        bytes=len(packed.data),
        sha256=packed.sha256,
        first_at=NIGHT,
        last_at=NIGHT,
    )


def test_lines_come_back_as_they_were_and_the_same_lines_are_the_same_bytes() -> None:
    packed = pack(LINES)
    assert list(unpack(packed.data)) == LINES
    assert packed == pack(iter(LINES))
    assert packed.sha256 == hashlib.sha256(packed.data).hexdigest()
    assert gzip.decompress(packed.data).decode().count("\n") == packed.rows == 3
    check_file(file_of(packed), packed.data)


def test_no_lines_are_a_file_as_well() -> None:
    packed = pack([])
    assert (packed.rows, list(unpack(packed.data))) == (0, [])


def test_another_file_is_refused() -> None:
    packed, other = pack(LINES), pack(LINES[:2])
    with pytest.raises(Permanent) as raised:
        check_file(file_of(packed), other.data)
    assert raised.value.code == "archive_file_damaged"
