from datetime import UTC, datetime, timedelta

import pytest

from sunwi.domain.backup import Backend, BackupFacts, BackupWarning, backup_key, find_warnings, start_of_month
from sunwi.domain.schedule import KST
from tests.backup.backup_examples import facts_of

SHRUNK, GROWN, SLOW = BackupWarning.SHRUNK, BackupWarning.GROWN, BackupWarning.SLOW


@pytest.mark.parametrize(
    ("at", "has_monthly", "key"),
    [
        (datetime(2026, 1, 2, 3, 0, tzinfo=KST), True, "backups/daily/sunwi_prod_20260102_030000.dump"),
        (datetime(2026, 2, 1, 0, 0, tzinfo=KST), False, "backups/monthly/sunwi_prod_20260201_000000.dump"),
        (datetime(2026, 2, 1, 23, 59, 59, tzinfo=KST), False, "backups/monthly/sunwi_prod_20260201_235959.dump"),
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=KST), False, "backups/monthly/sunwi_prod_20260131_235959.dump"),
        (datetime(2028, 2, 29, 3, 0, tzinfo=KST), True, "backups/daily/sunwi_prod_20280229_030000.dump"),
    ],
)
def test_a_month_without_one_that_is_kept_for_longer_gets_one(at: datetime, *, has_monthly: bool, key: str) -> None:
    for moment in (at, at.astimezone()):
        chosen = backup_key(
            Backend.POSTGRESQL, database="sunwi", environment="prod", at=moment, has_monthly=has_monthly
        )
        assert chosen == key


@pytest.mark.parametrize(
    ("at", "begun"),
    [
        (datetime(2026, 1, 31, 15, 0, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=KST)),
        (datetime(2026, 1, 31, 14, 59, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=KST)),
    ],
)
def test_a_month_begins_in_korea(at: datetime, begun: datetime) -> None:
    assert start_of_month(at) == begun


def test_a_name_has_no_letter_that_a_key_or_a_shell_would_mind() -> None:
    at = datetime(2026, 1, 2, 3, 0, tzinfo=KST)
    key = backup_key(Backend.SQLITE, database="순위 /../x;" + "y" * 100, environment="staging", at=at)
    assert key.startswith("backups/monthly/____.._x_yyy")
    assert key.endswith("y_staging_20260102_030000.db.gz")
    assert key.count("/") == 2


@pytest.mark.parametrize(
    ("size", "before", "seconds", "warnings"),
    [
        (100, None, 300, ()),
        (100, 100, 301, (SLOW,)),
        (50, 100, 10, (SHRUNK,)),
        (51, 100, 10, ()),
        (199, 100, 10, ()),
        (200, 100, 10, (GROWN,)),
        (10, 100, 599, (SHRUNK, SLOW)),
    ],
)
def test_half_or_double_of_the_one_before_and_five_minutes_are_odd(
    size: int, before: int | None, seconds: float, warnings: tuple[BackupWarning, ...]
) -> None:
    previous = None if before is None else facts_of(size_bytes=before)
    assert find_warnings(facts_of(size_bytes=size, seconds=seconds), previous) == warnings


def test_what_is_written_down_is_read_as_it_was_with_what_a_later_release_adds() -> None:
    facts = facts_of()
    document = facts.as_document()
    assert BackupFacts.from_document({**document, "of_later": 1}) == facts
    assert facts.name == "sunwi_prod_20260102_030000.dump"
    assert facts.megabytes == pytest.approx(12.345678)
    assert (
        BackupFacts.from_document(facts_of(server_major=None, backend=Backend.SQLITE).as_document()).server_major
        is None
    )


@pytest.mark.parametrize("spoilt", [{"taken_at": "never"}, {"backend": "oracle"}])
def test_what_cannot_be_read_is_refused(spoilt: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"never|oracle"):
        BackupFacts.from_document({**facts_of().as_document(), **spoilt})
    document = facts_of().as_document()
    del document["sha256"]
    with pytest.raises(KeyError):
        BackupFacts.from_document(document)


def test_times_are_read_in_utc() -> None:
    document = {**facts_of().as_document(), "taken_at": "2026-01-02T03:00:00+09:00"}
    assert BackupFacts.from_document(document).taken_at.utcoffset() == timedelta()
