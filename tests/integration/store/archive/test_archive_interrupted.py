"""An archive job that is killed at a point, twice in a row, loses nothing, doubles nothing, and comes to its end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sunwi.adapters.sql.archive.archive import SqlArchive
from sunwi.adapters.sql.archive.archive_index import SqlArchiveIndex
from sunwi.domain.archive import ArchivePart
from sunwi.domain.job import JobState
from sunwi.service.jobs.cancel_job import CancelJob
from tests.archive.archive_world import ADMIN, BILLED, ArchiveWorld, Killed, check_nothing_lost, kill_behind
from tests.examples import NIGHT

DAY = timedelta(days=1)
DEATHS = 2

PART, MANIFEST = r"/2026-0\d/part-1.jsonl.gz", r"/2026-0\d/manifest.json"
#: Point → what writes there, and what its key is like; two months are old, so that there are two parts of each table.
BEHIND_WRITES = {
    "behind the part, before its manifest": ("put_once", f"attempt{PART}"),
    "behind a later table's part": ("put_once", f"page_reading{PART}"),
    "behind the manifest, before the deletion": ("replace", f"attempt{MANIFEST}"),
    "behind a child's manifest": ("replace", f"observation{MANIFEST}"),
    "behind a parent's manifest": ("replace", f"page_reading{MANIFEST}"),
    "behind the manifest of jobs": ("replace", f"job{MANIFEST}"),
    "behind a reading's file, before its NULL": ("put_once", r"readings/\d+.json.gz"),
}


@pytest.fixture
def nights(old: ArchiveWorld) -> ArchiveWorld:
    old.add_night(NIGHT, job="job-old")
    old.add_night(NIGHT + 40 * DAY, job="job-old-too")
    old.add_night(NIGHT + 100 * DAY, job="job-young")
    old.let_pass(150 * DAY)
    return old


def run_to_the_end(old: ArchiveWorld, *, deaths: int = DEATHS) -> None:
    """Let a job die at the armed point as often as that, and then go on; compare the books."""
    before, billed = old.everything(), old.raw(BILLED)
    job_id = old.begin()
    for _ in range(deaths):
        old.kill(job_id)
    old.files.behind = lambda _method, _key: None
    while not old.world.job(job_id).state.is_ended:
        old.attempt(job_id)
    assert old.world.job(job_id).state is JobState.SUCCEEDED
    check_nothing_lost(before, old.everything())
    assert old.raw(BILLED) == billed
    assert old.count("attempt") == 6
    assert left_over(old) == set()


def left_over(old: ArchiveWorld) -> set[str]:
    """Files that no manifest names and no row."""
    named = {file.key for manifest in old.manifests() for file in manifest.files}
    parts = {key for key in old.files.files if key.endswith(".jsonl.gz")}
    with old.store.read() as tx:
        assert not tx.archive_index.unsettled()
    return parts - named


@pytest.mark.parametrize("point", BEHIND_WRITES)
def test_a_job_that_is_killed_behind_a_write_loses_and_doubles_nothing(nights: ArchiveWorld, point: str) -> None:
    deaths = kill_behind(nights.files, *BEHIND_WRITES[point])
    run_to_the_end(nights)
    assert deaths() == DEATHS


def killing(method: Callable[..., Any], *, deaths: int, table: str) -> Callable[..., Any]:
    """Kill whoever has called a method for a table, behind the call and inside its transaction."""
    left = [deaths]

    def call(self: Any, subject: Any, *given: Any, **named: Any) -> Any:
        answer = method(self, subject, *given, **named)
        name = subject.table if isinstance(subject, ArchivePart) else subject
        if name == table and left[0]:
            left[0] -= 1
            raise Killed
        return answer

    return call


@pytest.mark.parametrize("table", ["attempt", "observation", "page_reading", "job_attempt", "job"])
def test_a_job_that_is_killed_in_the_middle_of_deletions_has_deleted_nothing(
    nights: ArchiveWorld, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.setattr(SqlArchive, "delete", killing(SqlArchive.delete, deaths=DEATHS, table=table))
    run_to_the_end(nights)


@pytest.mark.parametrize("table", ["attempt", "page_reading"])
def test_a_job_that_is_killed_before_its_file_is_there_leaves_no_part_behind(
    nights: ArchiveWorld, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    # Behind the commit: the index knows the part by now.
    put_once = nights.files.put_once
    left = [DEATHS]

    def die(files: dict[str, bytes]) -> None:
        if left[0] and f"archive/{table}/2026-01/part-1.jsonl.gz" in files:
            left[0] -= 1
            raise Killed
        put_once(files)

    monkeypatch.setattr(nights.files, "put_once", die)
    run_to_the_end(nights)


def test_a_job_that_is_killed_inside_the_transaction_that_announces_a_part_has_announced_nothing(
    nights: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlArchiveIndex, "add", killing(SqlArchiveIndex.add, deaths=DEATHS, table="attempt"))
    run_to_the_end(nights)


def test_a_job_that_is_killed_between_two_parts_goes_on_behind_the_first(nights: ArchiveWorld) -> None:
    deaths = kill_behind(nights.files, "put_once", f"canary_check{PART}")
    run_to_the_end(nights)
    assert deaths() == DEATHS
    assert nights.files.writes.count(("put_once", "archive/attempt/2026-01/part-1.jsonl.gz")) == 1


def test_a_job_that_nobody_goes_on_with_is_finished_by_the_next_ones(nights: ArchiveWorld) -> None:
    before = nights.everything()
    kill_behind(nights.files, "replace", f"observation{MANIFEST}")
    job_id = nights.begin()
    nights.kill(job_id)
    nights.files.behind = lambda _method, _key: None
    CancelJob(store=nights.store, tender=nights.world.tender, clock=nights.world.clock).cancel(ADMIN, job_id)
    nights.archive()
    check_nothing_lost(before, nights.everything())
    assert left_over(nights) == set()


def test_a_job_whose_time_is_over_goes_on_where_it_stopped(nights: ArchiveWorld) -> None:
    def take_long(method: str, _key: str) -> None:
        if method == "put_once":
            nights.world.clock.advance(seconds=400)

    nights.files.behind = take_long
    before = nights.everything()
    job_id = nights.begin()
    outcomes = []
    while not nights.world.job(job_id).state.is_ended:
        outcomes.append(nights.attempt(job_id))
    assert outcomes[-1] == "succeeded"
    assert set(outcomes[:-1]) == {"paused"}
    assert nights.world.job(job_id).attempts <= 1
    check_nothing_lost(before, nights.everything())


def test_a_job_whose_bucket_is_away_deletes_nothing_and_is_tried_again(nights: ArchiveWorld) -> None:
    before = nights.everything()
    nights.files.is_away = True
    job_id = nights.begin()
    nights.attempt(job_id)
    assert nights.world.job(job_id).state is JobState.PENDING
    assert nights.stored()["attempt"] == before["attempt"]
    nights.files.is_away = False
    while not nights.world.job(job_id).state.is_ended:
        nights.attempt(job_id)
    check_nothing_lost(before, nights.everything())


def test_a_file_that_reads_otherwise_than_it_was_written_deletes_nothing(nights: ArchiveWorld) -> None:
    def damage(method: str, key: str) -> None:
        if method == "put_once" and key.endswith("part-1.jsonl.gz"):
            nights.files.files[key] = nights.files.files[key][:-9] + b"123456789"

    nights.files.behind = damage
    before = nights.stored()
    job_id = nights.begin()
    nights.attempt(job_id)
    job = nights.world.job(job_id)
    assert (job.state, job.failure and job.failure.code) == (JobState.FAILED, "archive_file_damaged")
    check_nothing_lost(before, nights.stored())


def test_a_cancelled_job_keeps_what_it_has_archived(nights: ArchiveWorld) -> None:
    def cancel(method: str, key: str) -> None:
        if method == "put_once" and key.endswith("observation/2026-01/part-1.jsonl.gz"):
            with nights.store.begin() as tx:
                tx.jobs.request_cancel(job_id, at=nights.world.clock.now())

    before = nights.everything()
    job_id = nights.begin()
    nights.files.behind = cancel
    nights.attempt(job_id)
    assert nights.world.job(job_id).state is JobState.CANCELLED
    check_nothing_lost(before, nights.everything())
    assert nights.count("attempt") == 6
    nights.files.behind = lambda _method, _key: None
    nights.archive()
    check_nothing_lost(before, nights.everything())
