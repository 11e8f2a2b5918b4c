"""Rows that are restored are what they were, letter by letter, and leave again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from sunwi.domain.job import JobState
from sunwi.errors import InvalidInput, Permanent, Postponed
from sunwi.service.ports.kept.archive import RestoredRows
from tests.archive.archive_world import ADMIN, BILLED, ArchiveWorld, check_nothing_lost, kill_behind
from tests.examples import NIGHT

DAY = timedelta(days=1)
#: All that is archived; children bring their parents along.
RESTORED = ("attempt", "observation", "canary_check", "watch_finding", "job_attempt", "pool_change", "audit")
TABLES = (*RESTORED, "page_reading", "job")


@pytest.fixture
def nights(old: ArchiveWorld) -> ArchiveWorld:
    old.add_night(NIGHT, job="job-old")
    old.add_night(NIGHT + 50 * DAY, job="job-young")
    old.let_pass()
    return old


def test_every_row_comes_back_letter_by_letter(nights: ArchiveWorld) -> None:
    before, billed = nights.raw(TABLES), nights.raw(BILLED)
    nights.archive()
    gone = {table: set(before[table]) - set(nights.raw((table,))[table]) for table in TABLES}
    for table in RESTORED:
        nights.restore_month.restore(ADMIN, table, "2026-01")
    after = nights.raw(TABLES)
    for table in TABLES:
        missing = set(before[table]) - set(after[table])
        # Three readings stay, without the content that has moved.
        assert len(missing) == (3 if table == "page_reading" else 0), table
        assert len(gone[table]) > len(missing), table
        assert len(after[table]) == len(set(after[table]))
    assert nights.raw(BILLED) == billed


def test_twice_is_once_and_what_is_there_stays_as_it_is(nights: ArchiveWorld) -> None:
    nights.archive()
    first = nights.restore_month.restore(ADMIN, "observation", "2026-01")
    assert first.tables == {"page_reading": RestoredRows(2, 0, 0), "observation": RestoredRows(2, 0, 0)}
    with nights.engine.begin() as connection:
        connection.execute(text("UPDATE observation SET rank = 99 WHERE tracking_id = 2 AND page_reading_id = 2"))
    again = nights.restore_month.restore(ADMIN, "observation", "2026-01")
    assert again.tables == {"page_reading": RestoredRows(0, 2, 0), "observation": RestoredRows(0, 1, 1)}


def test_restored_rows_stay_for_a_while_and_leave_by_the_same_files(nights: ArchiveWorld) -> None:
    before = nights.everything()
    nights.archive()
    files = dict(nights.files.files)
    nights.restore_month.restore(ADMIN, "observation", "2026-01")
    nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    job = nights.archive()
    assert job.result is not None
    assert job.result["left_alone"] == ["2026-01"]
    assert nights.count("attempt") == 12
    nights.let_pass(timedelta(days=15))
    job = nights.archive()
    assert job.result is not None
    assert (job.result["left_alone"], job.result["rows"]) == ([], {})
    assert nights.count("attempt") == 6
    assert nights.files.files == files
    check_nothing_lost(before, nights.everything())
    assert all(month.restored_at is None for month in nights.list_archive.months())


def test_rows_that_are_young_again_since_more_days_are_kept_stay_until_they_are_old(nights: ArchiveWorld) -> None:
    nights.archive()
    nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    nights.archive_days = 200
    nights.let_pass(timedelta(days=20))
    nights.archive()
    assert nights.count("attempt") == 12
    nights.let_pass(timedelta(days=90))
    nights.archive()
    assert nights.count("attempt") == 6


def test_a_restored_row_that_has_changed_stays_and_leaves_the_archive(nights: ArchiveWorld) -> None:
    nights.archive()
    nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    with nights.engine.begin() as connection:
        connection.execute(text("UPDATE attempt SET error = 'new' WHERE id = 1"))
    before = nights.stored()["attempt"]
    nights.let_pass(timedelta(days=15))
    nights.archive()
    assert nights.stored()["attempt"] + nights.archived()["attempt"] == before
    assert nights.count("attempt") == 7


def test_a_restore_that_breaks_off_goes_on_when_it_is_done_again(nights: ArchiveWorld) -> None:
    before = nights.raw(("observation",))["observation"]
    nights.archive()
    files = nights.files.files
    key = "archive/observation/2026-01/part-1.jsonl.gz"
    kept = files.pop(key)
    with pytest.raises(Permanent):
        nights.restore_month.restore(ADMIN, "observation", "2026-01")
    files[key] = kept
    nights.restore_month.restore(ADMIN, "observation", "2026-01")
    assert nights.raw(("observation",))["observation"] == before


def test_who_restored_what_is_audited(nights: ArchiveWorld) -> None:
    nights.archive()
    nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    with nights.store.read() as tx:
        (entry, *_) = tx.audit.latest(1)
    assert (entry.actor, entry.action, entry.subject) == ("cli:admin", "archive_restored", "archive attempt 2026-01")
    assert entry.after == {"attempt": {"added": 6, "there": 0, "different": 0}}


def test_nothing_is_restored_of_what_is_not_archived_or_while_somebody_writes(nights: ArchiveWorld) -> None:
    with pytest.raises(InvalidInput) as raised:
        nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    assert raised.value.code == "archive_month_empty"
    nights.archive()
    nights.lease.take("job:other")
    with pytest.raises(Postponed) as busy:
        nights.restore_month.restore(ADMIN, "attempt", "2026-01")
    assert busy.value.code == "archive_busy"


def test_a_part_that_is_half_written_is_not_restored(nights: ArchiveWorld) -> None:
    kill_behind(nights.files, "put_once", "attempt/2026-01/part-1.jsonl.gz")
    job_id = nights.begin()
    nights.kill(job_id)
    nights.files.behind = lambda _method, _key: None
    (month,) = nights.list_archive.months("attempt")
    assert month.is_under_way
    assert nights.restore_month.restore(ADMIN, "attempt", "2026-01").tables == {}
    while not nights.world.job(job_id).state.is_ended:
        nights.attempt(job_id)
    assert nights.world.job(job_id).state is JobState.SUCCEEDED
    assert not nights.list_archive.months("attempt")[0].is_under_way
