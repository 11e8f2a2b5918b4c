from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text

from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import StoreConflict
from sunwi.service.bulk_actions import run_bulk_action
from sunwi.service.bulk_actions.change_rows import change_statuses
from sunwi.wording.jobs.job_failure_words import job_failure_words
from tests.bulk_world import ADMIN, HANBIT, SAEBOM, BulkWorld, outcome

ACTIVE, PAUSED, ENDED = TrackingStatus.ACTIVE, TrackingStatus.PAUSED, TrackingStatus.ENDED
SHOP = {"client": "미용실"}


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_bulk_action, "CHUNK", 4)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("pause", [ACTIVE, PAUSED, ENDED], [PAUSED, PAUSED, ENDED]),
        ("resume", [ACTIVE, PAUSED, ENDED], [ACTIVE, ACTIVE, ACTIVE]),
        ("end", [ACTIVE, PAUSED, ENDED], [ENDED, ENDED, ENDED]),
    ],
)
def test_each_row_is_changed_as_far_as_it_can_be(
    bulk: BulkWorld, action: str, before: list[TrackingStatus], after: list[TrackingStatus]
) -> None:
    ids = bulk.add(3, client="미용실")
    for tracking_id, status in zip(ids, before, strict=True):
        bulk.manage.set_status(SYSTEM, [tracking_id], status)
    others = [1, 2]
    job = bulk.do(action, filter=SHOP)
    assert job.state is JobState.SUCCEEDED
    assert bulk.statuses(ids) == after
    assert bulk.statuses(others) == [ACTIVE, ACTIVE]
    changed = [
        {"id": tracking_id, "verdict": "changed", "before": old.value, "after": new.value}
        for tracking_id, old, new in zip(ids, before, after, strict=True)
        if old is not new
    ]
    assert [row for row in bulk.rows(job) if row["verdict"] == "changed"] == changed


def test_a_row_that_cannot_be_changed_says_why(bulk: BulkWorld) -> None:
    ids = bulk.add(3, client="미용실")
    bulk.manage.set_status(SYSTEM, [ids[1]], PAUSED)
    bulk.manage.set_status(SYSTEM, [ids[2]], ENDED)
    job = bulk.do("pause", filter=SHOP)
    assert outcome(job) == (1, 1, 1)
    assert job.result is not None
    assert job.result["codes"] == {"so_already": 1, "tracking_ended": 1}
    assert [row.get("code") for row in bulk.rows(job)] == [None, "so_already", "tracking_ended"]


def test_what_waits_in_a_queue_is_cancelled_with_a_pause(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    run = bulk.dispatch.started(RunKind.MANUAL, ids, request_id="r")
    bulk.do("pause", filter={"client": "미용실"})
    with bulk.world.store.read() as tx:
        assert tx.tasks.count_states(run.id) == {TaskState.CANCELLED: 2}


def test_tags_are_added_and_removed_where_they_are_not_or_are(bulk: BulkWorld) -> None:
    ids = bulk.add(3, client="미용실")
    bulk.change.tag(SYSTEM, [ids[0]], add=frozenset({"여름"}), remove=frozenset())
    bulk.change.tag(SYSTEM, [ids[1]], add=frozenset({f"{number}" for number in range(20)}), remove=frozenset())
    job = bulk.do("tag", filter=SHOP, tags=["여름", "행사"])
    assert outcome(job) == (2, 0, 1)
    assert bulk.rows(job) == [
        {"id": ids[0], "verdict": "changed", "added": ["행사"], "removed": []},
        {"id": ids[1], "verdict": "refused", "code": "tags_too_many"},
        {"id": ids[2], "verdict": "changed", "added": ["여름", "행사"], "removed": []},
    ]
    job = bulk.do("untag", filter=SHOP, tags=["여름"])
    assert outcome(job) == (2, 1, 0)
    assert [bulk.tags(tracking_id) for tracking_id in (ids[0], ids[2])] == [("행사",), ("행사",)]


def test_an_agency_acts_on_its_own_alone(bulk: BulkWorld) -> None:
    mine, theirs = bulk.add(2, client="미용실"), bulk.add(2, agency="새봄", client="미용실")
    job = bulk.do("pause", actor=HANBIT, filter=SHOP)
    assert outcome(job) == (2, 0, 0)
    assert (bulk.statuses(mine), bulk.statuses(theirs)) == ([PAUSED] * 2, [ACTIVE] * 2)
    job = bulk.do("pause", actor=HANBIT, filter={"agency_id": 2}, expected_count=3)
    assert job.failure is not None
    assert (job.failure.code, job.failure.fields["found"]) == ("count_moved", 0)


def test_another_number_than_was_decided_on_changes_nothing(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    job_id = bulk.submit("end", filter=SHOP)
    ids += bulk.add(1, client="미용실")
    assert bulk.attempt(job_id) == "failed"
    job = bulk.world.job(job_id)
    assert (job.state, job.checkpoint) == (JobState.FAILED, None)
    assert job.failure is not None
    assert (job.failure.code, job.failure.fields) == ("count_moved", {"expected": 2, "found": 3})
    assert "2건에서 3건으로 바뀌어" in job_failure_words(job.failure)
    assert bulk.statuses(ids) == [ACTIVE] * 3


def test_the_rows_are_those_of_its_beginning_whatever_matches_later(bulk: BulkWorld) -> None:
    ids = bulk.add(9, client="미용실")
    job_id = bulk.submit("tag", filter={"client": "미용실", "status": "ACTIVE"}, tags=["행사"])
    assert bulk.attempt(job_id, remaining_seconds=30) == "paused"
    checkpoint = bulk.world.job(job_id).checkpoint
    assert checkpoint is not None
    assert (checkpoint["total"], checkpoint["done"]) == (9, 0)
    bulk.manage.set_status(SYSTEM, ids[:3], PAUSED)
    late = bulk.add(1, client="미용실")
    bulk.attempt(job_id)
    assert outcome(bulk.world.job(job_id)) == (9, 0, 0)
    assert bulk.tags(late[0]) == ()


def test_it_goes_on_where_its_time_was_over_and_names_every_row_once(bulk: BulkWorld) -> None:
    ids = bulk.add(10, client="미용실")
    job_id = bulk.submit("pause", filter=SHOP)
    outcomes = [bulk.attempt(job_id, remaining_seconds=30) for _ in range(4)]
    assert outcomes == ["paused"] * 4
    assert bulk.statuses(ids) == [PAUSED] * 10
    assert bulk.attempt(job_id) == "succeeded"
    job = bulk.world.job(job_id)
    assert (outcome(job), job.attempts) == ((10, 0, 0), 1)
    assert [row["id"] for row in bulk.rows(job)] == ids


def test_a_cancel_is_heard_between_chunks_and_what_was_done_stays(bulk: BulkWorld) -> None:
    ids = bulk.add(9, client="미용실")
    job_id = bulk.submit("pause", filter=SHOP)
    meanwhile(bulk, after=3, happens=lambda: bulk.cancel_job.cancel(ADMIN, job_id))
    assert bulk.attempt(job_id) == "cancelled"
    assert bulk.statuses(ids) == [PAUSED] * 4 + [ACTIVE] * 5
    checkpoint = bulk.world.job(job_id).checkpoint
    assert checkpoint is not None
    assert checkpoint["changed"] == 4


def test_rows_their_file_and_the_checkpoint_stand_or_fall_together(bulk: BulkWorld) -> None:
    ids = bulk.add(9, client="미용실")
    job_id = bulk.submit("pause", filter=SHOP)
    real, puts = bulk.world.files.put, iter(range(100))

    def put(key: str, data: bytes, *, content_type: str) -> None:
        bulk.world.files.is_away = next(puts) == 2
        real(key, data, content_type=content_type)

    bulk.world.files.put = put  # type: ignore[method-assign]
    assert bulk.attempt(job_id) == "backed_off"
    assert bulk.statuses(ids) == [PAUSED] * 4 + [ACTIVE] * 5
    bulk.world.files.is_away = False
    assert bulk.attempt(job_id) == "succeeded"
    job = bulk.world.job(job_id)
    assert (outcome(job), [row["id"] for row in bulk.rows(job)]) == ((9, 0, 0), ids)


def test_an_attempt_that_was_taken_away_changes_nothing_more(bulk: BulkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = bulk.add(9, client="미용실")
    job_id = bulk.submit("pause", filter=SHOP)

    def taken(tx: SqlTransaction, *arguments: object, **named: object) -> object:
        tx.connection.execute(text("UPDATE job SET generation = generation + 1"))
        return change_statuses(tx, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(run_bulk_action, "change_statuses", taken)
    assert bulk.world.job(job_id).state is JobState.PENDING
    assert bulk.attempt(job_id) == "lost"
    assert bulk.statuses(ids) == [ACTIVE] * 9


def test_a_chunk_that_another_transaction_was_in_the_way_of_is_done_once(
    bulk: BulkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = bulk.add(3, client="미용실")
    calls = iter(range(100))

    def clashing(tx: SqlTransaction, *arguments: object, **named: object) -> object:
        rows = change_statuses(tx, *arguments, **named)  # type: ignore[arg-type]
        if next(calls) == 0:
            raise StoreConflict("a deadlock")
        return rows

    monkeypatch.setattr(run_bulk_action, "change_statuses", clashing)
    job = bulk.do("pause", filter=SHOP)
    assert (outcome(job), job.attempts, bulk.statuses(ids)) == ((3, 0, 0), 1, [PAUSED] * 3)


def test_measuring_starts_one_run_over_what_is_active(bulk: BulkWorld) -> None:
    ids = bulk.add(9, client="미용실")
    bulk.manage.set_status(SYSTEM, [ids[0]], PAUSED)
    bulk.manage.set_status(SYSTEM, [ids[1]], ENDED)
    job = bulk.do("measure", filter=SHOP)
    assert outcome(job) == (7, 0, 2)
    assert job.result is not None
    assert job.result["codes"] == {"tracking_paused": 1, "tracking_ended": 1}
    assert sorted(bulk.queue.sent) == [(job.result["run_id"], tracking_id, True) for tracking_id in ids[2:]]
    with bulk.world.store.read() as tx:
        run = tx.runs.get(job.result["run_id"])
    assert run is not None
    assert (run.kind, run.request_id, run.expected) == (RunKind.MANUAL, f"job:{job.id}:1", 7)


def test_a_measuring_that_is_repeated_is_the_same_run(bulk: BulkWorld) -> None:
    bulk.add(3, client="미용실")
    job_id = bulk.submit("measure", filter=SHOP)
    files, keys = bulk.world.files, []

    def put(key: str, data: bytes, *, content_type: str) -> None:
        keys.append(key)
        files.is_away = len(keys) == 2
        type(files).put(files, key, data, content_type=content_type)

    files.put = put  # type: ignore[method-assign]
    assert bulk.attempt(job_id) == "backed_off"
    files.is_away = False
    assert bulk.attempt(job_id) == "succeeded"
    with bulk.world.store.read() as tx:
        assert len(tx.runs.list(10)) == 1
    assert len(bulk.queue.sent) == 3


def test_nothing_is_started_when_nothing_is_active(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    bulk.manage.set_status(SYSTEM, ids, PAUSED)
    job = bulk.do("measure", filter=SHOP)
    assert outcome(job) == (0, 0, 2)
    assert job.result is not None
    assert job.result["run_id"] is None


def test_what_is_paused_just_before_the_start_is_left_out(bulk: BulkWorld) -> None:
    ids = bulk.add(3, client="미용실")
    job_id = bulk.submit("measure", filter=SHOP)
    real = bulk.dispatch

    def dispatch_late() -> object:
        bulk.manage.set_status(SYSTEM, [ids[0]], PAUSED)
        return real

    worker = bulk.worker()
    runner = replace(bulk.runner, open_dispatch=dispatch_late)  # type: ignore[arg-type]
    bulk.world.tick.tick()
    bulk.world.run(job_id, worker=replace(worker, runners={"bulk_action": lambda: runner}))
    assert outcome(bulk.world.job(job_id)) == (2, 0, 1)


def test_failed_jobs_are_retried_as_their_asker_may(bulk: BulkWorld) -> None:
    mine = [fail(bulk, actor=HANBIT) for _ in range(5)]
    theirs = fail(bulk, actor=SAEBOM)
    job = bulk.do("retry", actor=HANBIT, filter={"code": "never_done"})
    assert outcome(job) == (5, 0, 0)
    assert {row["id"] for row in bulk.rows(job)} == set(mine)
    assert {bulk.world.job(job_id).state for job_id in mine} <= {JobState.PENDING, JobState.QUEUED}
    assert bulk.world.tender.nudges[-1] is False
    assert bulk.world.job(theirs).state is JobState.FAILED


def fail(bulk: BulkWorld, *, actor: object = ADMIN) -> str:
    job_id = bulk.world.submit("failing", actor=actor, params={"fail": "permanent"})  # type: ignore[arg-type]
    bulk.world.tick.tick()
    bulk.world.run(job_id, worker=bulk.worker())
    assert bulk.world.job(job_id).state is JobState.FAILED
    return job_id


@dataclass
class Meanwhile:
    """A store in which something happens before one of the transactions that write."""

    store: SqlStore
    after: int
    happens: Callable[[], object]
    opened: int = 0

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        self.opened += 1
        if self.opened == self.after + 1:
            self.happens()
        with self.store.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with self.store.read() as tx:
            yield tx


def meanwhile(bulk: BulkWorld, *, after: int, happens: Callable[[], object]) -> None:
    """Let something happen after so many transactions of the attempt itself, its claim the first."""
    store, real = bulk.world.store, bulk.worker

    def worker() -> object:
        return replace(real(), store=Meanwhile(store, after, happens))

    bulk.worker = worker  # type: ignore[method-assign,assignment]
