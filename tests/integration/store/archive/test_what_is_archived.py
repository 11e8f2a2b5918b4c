"""What leaves the database, what stays, and that it is whole wherever it is."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from sunwi.adapters.sql.archive.archived_tables import archived_table
from sunwi.domain.evaluation import EventKind
from sunwi.domain.job import JobState
from sunwi.domain.worker_pool import Paused
from sunwi.service.archive.archive_job import BEGINNING
from tests.archive.archive_world import ADMIN, BILLED, LATER, ArchiveWorld, check_nothing_lost
from tests.evaluation.evaluation_world import MISSED, EvaluationWorld
from tests.examples import NIGHT

DAY = timedelta(days=1)
#: Of an old night, how many rows of a table nothing points to.
FREE = {"attempt": 6, "observation": 2, "page_reading": 2, "canary_check": 1, "watch_finding": 1, "audit": 1}


def two_nights(old: ArchiveWorld) -> None:
    """One that is old in the end, and one that is not: on SQLite the newest row of a table stays anyway."""
    old.add_night(NIGHT, job="job-old")
    old.add_night(NIGHT + 50 * DAY, job="job-young")
    old.let_pass()


def test_what_is_old_and_free_leaves_and_nothing_is_lost_or_doubled(old: ArchiveWorld) -> None:
    two_nights(old)
    before, billed = old.everything(), old.raw(BILLED)
    counts = {table: old.count(table) for table in FREE}
    job = old.archive()
    assert job.result is not None
    assert {table: job.result["rows"].get(table) for table in FREE} == FREE
    assert {table: counts[table] - old.count(table) for table in FREE} == FREE
    check_nothing_lost(before, old.everything())
    assert old.raw(BILLED) == billed


def test_what_the_ledger_states_or_a_correction_is_of_stays_and_only_its_content_moves(old: ArchiveWorld) -> None:
    two_nights(old)
    job = old.archive()
    assert job.result is not None
    assert job.result["contents"] == 3
    with old.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, run_id, content IS NULL AS moved, content_sha256 FROM page_reading ORDER BY id")
        ).all()
    of_old = [row for row in rows if row.run_id == "scheduled-20260102"]
    assert [row.id for row in of_old] == [1, 3, 4]
    assert all(row.moved and row.content_sha256 is not None for row in of_old)
    assert not any(row.moved for row in rows if row not in of_old)
    with old.engine.connect() as connection:
        left = connection.execute(text("SELECT tracking_id FROM observation WHERE run_id = 'scheduled-20260102'"))
        assert sorted(left.scalars()) == [1, 3, 3]


def test_a_second_job_finds_nothing_more_and_one_from_the_start_neither(old: ArchiveWorld) -> None:
    two_nights(old)
    old.archive()
    files = dict(old.files.files)
    for params in ({}, {"from_start": True}):
        job = old.archive(**params)
        assert job.result is not None
        assert (job.result["rows"], job.result["contents"]) == ({}, 0)
    assert old.files.files == files


def test_what_grows_old_later_becomes_a_further_part_of_its_month(old: ArchiveWorld) -> None:
    for day in range(20):
        old.add_night(NIGHT + day * DAY)
    old.add_night(NIGHT + 80 * DAY)
    before = old.everything()
    old.let_pass(timedelta(days=95))
    old.archive()
    old.let_pass(timedelta(days=7))
    old.archive()
    (month,) = old.list_archive.months("attempt")
    assert [(part.number, part.file.rows) for part in month.parts] == [(1, 6 * 6), (2, 7 * 6)]
    assert (month.month, month.is_under_way, month.restored_at) == ("2026-01", False, None)
    check_nothing_lost(before, old.everything())


def test_months_are_of_korean_dates(old: ArchiveWorld) -> None:
    last_of_january = NIGHT.replace(day=31, hour=14, minute=59)
    old.add_night(last_of_january)
    old.add_night(last_of_january + timedelta(minutes=1))
    old.add_night(NIGHT + 60 * DAY)
    old.let_pass(timedelta(days=140))
    old.archive()
    assert [(month.month, month.rows) for month in old.list_archive.months("attempt")] == [
        ("2026-01", 6),
        ("2026-02", 6),
    ]


def test_more_rows_than_a_part_takes_become_several(old: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunwi.service.archive.walk_rows.PART_ROWS", 4)
    for table in ("attempt", "observation", "page_reading", "canary_check"):
        shrink(monkeypatch, table, rows_at_once=2)
    for day in range(3):
        old.add_night(NIGHT + day * DAY)
    old.add_night(NIGHT + 50 * DAY)
    before = old.everything()
    old.let_pass(timedelta(days=103))
    job = old.archive()
    assert job.result is not None
    assert (job.result["rows"]["attempt"], job.result["parts"]["attempt"]) == (18, 5)
    check_nothing_lost(before, old.everything())


def shrink(monkeypatch: pytest.MonkeyPatch, table: str, *, rows_at_once: int) -> None:
    monkeypatch.setitem(archived_table(table).__dict__, "rows_at_once", rows_at_once)


def test_a_walk_past_rows_that_stay_stores_how_far_it_has_come(
    old: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.service.archive.walk_rows.LOOKED_AT_ROWS", 1)
    shrink(monkeypatch, "observation", rows_at_once=1)
    two_nights(old)
    before = old.everything()
    job = old.archive()
    assert job.result is not None
    assert job.result["rows"]["observation"] == 2
    check_nothing_lost(before, old.everything())


def test_jobs_that_wait_or_are_tried_again_stay_with_their_attempts(old: ArchiveWorld) -> None:
    old.add_night(NIGHT, job="job-old")
    old.add_job("job-failed", NIGHT)
    with old.engine.begin() as connection:
        connection.execute(text("UPDATE job SET state = 'FAILED', failure_code = 'crash' WHERE id = 'job-failed'"))
    old.let_pass()
    with old.store.begin() as tx:
        now = old.world.clock.now()
        tx.jobs.retry(["job-failed"], at=now, expires_at={"export": now + DAY}, fresh=False)
    old.archive()
    with old.store.read() as tx:
        assert tx.jobs.get("job-old") is None
        assert tx.jobs.attempts_of("job-old") == []
        # The tender has admitted it again meanwhile.
        failed, attempts = tx.jobs.get("job-failed"), tx.jobs.attempts_of("job-failed")
    assert failed is not None
    assert (failed.state, [attempt.generation for attempt in attempts]) == (JobState.QUEUED, [1, 2])


def test_the_last_pause_of_the_pool_stays_and_other_changes_go(old: ArchiveWorld) -> None:
    for hours, paused, reason in (
        (0, Paused.ALL, "paused"),
        (1, Paused.NOBODY, "resumed"),
        (2, Paused.ALL, "paused"),
        (3, Paused.NOBODY, "resumed"),
    ):
        old.world.clock.at = NIGHT + timedelta(hours=hours)
        old.world.set_pool(paused=paused, reason=reason)
    old.let_pass()
    old.world.set_pool(workers=9, reason="limits")
    old.archive()
    with old.store.read() as tx:
        left = [change for change in tx.job_queue.pool_changes(10) if change.at < old.world.clock.now() - LATER]
        assert [(change.at, change.reason) for change in left] == [(NIGHT + timedelta(hours=2), "paused")]
        assert tx.job_queue.paused_at() == NIGHT + timedelta(hours=2)


def test_an_unresolved_finding_stays_however_old_it_is(old: ArchiveWorld) -> None:
    two_nights(old)
    old.archive()
    with old.engine.connect() as connection:
        keys = connection.execute(text("SELECT key FROM watch_finding ORDER BY key")).scalars().all()
    assert keys == ["gone:scheduled-20260221", "open:scheduled-20260102", "open:scheduled-20260221"]


def test_an_unmeasured_event_that_holds_stays_since_the_next_judging_would_find_it_anew(old: ArchiveWorld) -> None:
    world = EvaluationWorld(old.store)
    ids = world.track(5, client="가게")
    nights: list[dict[int, int | None]] = [{ids[0]: 3, ids[1]: 3}, {ids[0]: MISSED, ids[1]: None}, {ids[0]: MISSED}]
    for number, found in enumerate(nights):
        world.night(number, {**found, **dict.fromkeys(ids[2:], 3)})
        world.evaluate()
    assert len(world.take()) == 2
    with old.store.read() as tx:
        seen = tx.archive.look("evaluation_event", after=BEGINNING, before=NIGHT + 100 * DAY, limit=9)
    assert {(row.key[0], row.key[2]): row.is_free for row in seen} == {
        (ids[1], EventKind.LEFT): True,
        (ids[0], EventKind.UNMEASURED): False,
    }


def test_events_that_were_told_leave_and_come_back_letter_by_letter(old: ArchiveWorld) -> None:
    world = EvaluationWorld(old.store)
    (tracking,) = world.track(1, client="가게")
    for number, rank in enumerate([3, None, 3, None]):
        world.night(number, {tracking: rank})
        world.evaluate()
    world.take()
    before = old.raw(("evaluation_event",))
    old.let_pass()
    job = old.archive()
    assert job.result is not None
    assert (job.state, job.result["rows"].get("evaluation_event"), old.count("evaluation_event")) == (
        JobState.SUCCEEDED,
        3,
        0,
    )
    (manifest,) = [one for one in old.manifests() if one.table == "evaluation_event"]
    old.restore_month.restore(ADMIN, "evaluation_event", manifest.month)
    assert old.raw(("evaluation_event",)) == before


def test_days_of_jobs_are_those_of_the_setting_for_jobs(old: ArchiveWorld) -> None:
    two_nights(old)
    old.history_days = 400
    job = old.archive()
    assert job.result is not None
    assert set(job.result["rows"]).isdisjoint({"job", "job_attempt", "pool_change"})
    old.history_days = 90
    job = old.archive()
    assert job.result is not None
    assert (job.result["rows"]["job"], job.result["rows"]["job_attempt"]) == (1, 1)


def test_a_row_that_changes_between_its_part_and_its_deletion_stays_and_leaves_the_part(old: ArchiveWorld) -> None:
    two_nights(old)
    changed: list[str] = []

    def change(method: str, key: str) -> None:
        if method == "replace" and key == "archive/attempt/2026-01/manifest.json" and not changed:
            changed.append(key)
            with old.engine.begin() as connection:
                connection.execute(text("UPDATE attempt SET error = '나중' WHERE id = 2"))

    old.files.behind = change
    before = old.everything()
    job = old.archive()
    assert job.state is JobState.SUCCEEDED
    (month,) = old.list_archive.months("attempt")
    (part,) = month.parts
    assert (part.file.rows, part.file.revision, part.file.key) == (5, 1, "archive/attempt/2026-01/part-1-r1.jsonl.gz")
    assert "archive/attempt/2026-01/part-1.jsonl.gz" not in old.files.files
    after = old.everything()
    (gone,) = before["attempt"] - after["attempt"]
    (come,) = after["attempt"] - before["attempt"]
    assert (json.loads(gone)["id"], json.loads(come)["error"]) == (2, "나중")
    before["attempt"] = before["attempt"] - Counter([gone]) + Counter([come])
    check_nothing_lost(before, after)


def test_a_row_that_is_pointed_to_meanwhile_stays_and_leaves_the_part(old: ArchiveWorld) -> None:
    two_nights(old)
    with old.engine.connect() as connection:
        statement = text("SELECT min(id) FROM observation WHERE tracking_id = 2")
        observation = connection.execute(statement).scalar_one()

    def state(method: str, key: str) -> None:
        if method == "replace" and key == "archive/observation/2026-01/manifest.json":
            old.files.behind = lambda _method, _key: None
            with old.engine.begin() as connection:
                connection.execute(
                    text("UPDATE rank_history SET observation_id = :id WHERE date = '2026-01-02'"), {"id": observation}
                )

    old.files.behind = state
    before = old.everything()
    old.archive()
    check_nothing_lost(before, old.everything())
    with old.engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM observation WHERE id = :id"), {"id": observation}).scalar_one()


def test_whoever_comes_second_waits(old: ArchiveWorld) -> None:
    two_nights(old)
    job_id, now = old.begin(), old.world.clock.now()
    with old.store.begin() as tx:
        assert tx.archive_index.take_lease("somebody", now=now, until=now + timedelta(minutes=90))
    old.attempt(job_id)
    job = old.world.job(job_id)
    assert (job.state, job.attempts, job.failure) == (JobState.PENDING, 0, None)
    while not old.world.job(job_id).state.is_ended:
        old.attempt(job_id)
    assert old.world.job(job_id).state is JobState.SUCCEEDED


def test_what_a_manifest_knows_and_a_restored_database_does_not_is_taken_in(old: ArchiveWorld) -> None:
    two_nights(old)
    before = old.everything()
    old.archive()
    # As after a restore of a backup of before: rows are there again, and the index knows nothing.
    old.restore_month.restore(ADMIN, "attempt", "2026-01")
    with old.engine.begin() as connection:
        connection.execute(text("DELETE FROM archive_part WHERE table_name = 'attempt'"))
        connection.execute(text("DELETE FROM archive_mark WHERE step = 'attempt'"))
    assert sum(old.stored()["attempt"].values()) == 12
    old.archive()
    check_nothing_lost(before, old.everything())
    (month,) = old.list_archive.months("attempt")
    assert [(part.number, part.file.rows) for part in month.parts] == [(1, 6)]
