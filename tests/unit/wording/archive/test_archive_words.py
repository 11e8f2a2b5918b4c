from datetime import timedelta

import pytest

from sunwi.adapters.sql.archive.archived_tables import ARCHIVED
from sunwi.adapters.sql.personal.personal_tables import PERSONAL
from sunwi.domain.archive import ArchivePart, PartFile
from sunwi.service.archive.list_archive import ArchivedMonth
from sunwi.wording.archive.archive_words import size_words, state_words, table_words
from tests.examples import NIGHT

FILE = PartFile(number=1, key="k", rows=1, bytes=1, sha256="0", first_at=NIGHT, last_at=NIGHT)


def month(**values: object) -> ArchivedMonth:
    part = ArchivePart(table="attempt", month="2026-01", file=FILE, created_at=NIGHT, **values)  # type: ignore[arg-type]  # by name
    return ArchivedMonth(table="attempt", month="2026-01", parts=[part])


def test_every_table_that_a_screen_may_show_has_a_korean_name() -> None:
    tables = {table.name for table in ARCHIVED} | PERSONAL.keys()
    assert {table for table in tables if table_words(table) == table} == set()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (1_250_000, "1.2 MB"), (3_000_000_000, "3.0 GB")],
)
def test_a_size_is_said_by_one_unit(size: int, words: str) -> None:
    assert size_words(size) == words


def test_a_month_is_archived_under_way_or_restored() -> None:
    assert state_words(month(emptied_at=NIGHT)) == "보관"
    assert state_words(month()) == "옮기는 중"
    assert state_words(month(restored_at=NIGHT + timedelta(days=1))) == "되살림 (01-03)"
