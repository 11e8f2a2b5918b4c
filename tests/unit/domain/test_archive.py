from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sunwi.domain.archive import (
    Key,
    Manifest,
    PartFile,
    Position,
    month_of,
    parse_month,
    part_key,
    reading_key,
    start_of_month,
)
from sunwi.errors import InvalidInput

AT = datetime(2026, 1, 31, 14, 59, 59, 999999, tzinfo=UTC)
FILE = PartFile(
    number=1,
    key="archive/attempt/2026-01/part-1.jsonl.gz",
    rows=5,
    bytes=90,
    sha256="0" * 64,
    first_at=AT,
    last_at=AT,
)


def test_a_month_is_that_of_the_korean_date() -> None:
    assert (month_of(AT), month_of(AT + timedelta(microseconds=1))) == ("2026-01", "2026-02")
    assert start_of_month("2026-02") == AT + timedelta(microseconds=1)
    assert month_of(datetime(2028, 2, 29, 14, 59, tzinfo=UTC)) == "2028-02"


@pytest.mark.parametrize("typed", ["2026-01", " 2026-12 "])
def test_a_month_is_read_as_it_is_typed(typed: str) -> None:
    assert parse_month(typed) == typed.strip()


@pytest.mark.parametrize("typed", ["", "2026-1", "2026-13", "2026-00", "2026-01-01", "지난달", "../2026-01"])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_month(typed)
    assert raised.value.code == "archive_month_unreadable"


def test_keys_say_where_something_stands() -> None:
    assert part_key("job", "2026-01", 12) == "archive/job/2026-01/part-12.jsonl.gz"
    assert part_key("job", "2026-01", 12, 3) == "archive/job/2026-01/part-12-r3.jsonl.gz"
    assert reading_key(7) == "archive/readings/7.json.gz"


def test_a_manifest_comes_back_as_it_was() -> None:
    manifest = Manifest("attempt", "2026-01").with_files([replace(FILE, number=2), FILE])
    assert [file.number for file in manifest.files] == [1, 2]
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest
    assert b'"rows": 10' in manifest.to_bytes()
    assert (manifest.find(2), manifest.find(3)) == (replace(FILE, number=2), None)


def test_of_two_files_of_one_number_the_later_revision_stands() -> None:
    newer = replace(FILE, revision=1, rows=4)
    manifest = Manifest("attempt", "2026-01", (FILE,))
    assert manifest.with_files([newer]).files == (newer,)
    assert manifest.with_files([newer]).with_files([FILE]).files == (newer,)


@pytest.mark.parametrize("key", [(), (7,), ("job-1", 2), (7, date(2026, 1, 2), "left")])
def test_a_position_comes_back_as_it_was(key: Key) -> None:
    assert Position.from_json(Position(AT, key).as_json()) == Position(AT, key)
