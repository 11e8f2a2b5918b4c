import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.bulk_actions import run_bulk_action
from sunwi.wording.error_words import error_words
from tests.bulk_world import ADMIN, HANBIT, SAEBOM, BulkWorld, outcome

ACTIVE, PAUSED, ENDED = TrackingStatus.ACTIVE, TrackingStatus.PAUSED, TrackingStatus.ENDED
SHOP = {"client": "미용실"}


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_bulk_action, "CHUNK", 4)


@pytest.mark.parametrize("action", ["pause", "resume", "end"])
def test_every_row_is_again_what_it_was(bulk: BulkWorld, action: str) -> None:
    ids = bulk.add(9, client="미용실")
    bulk.manage.set_status(SYSTEM, ids[3:6], PAUSED)
    bulk.manage.set_status(SYSTEM, ids[6:], ENDED)
    before = bulk.statuses(ids)
    job = bulk.do(action, filter=SHOP)
    assert bulk.statuses(ids) != before
    undone = bulk.undo(job)
    assert bulk.statuses(ids) == before
    assert (undone.undoes, outcome(undone)) == (job.id, (outcome(job)[0], 0, 0))


def test_only_rows_that_it_changed_and_that_are_still_so_are_taken_back(bulk: BulkWorld) -> None:
    ids = bulk.add(4, client="미용실")
    bulk.manage.set_status(SYSTEM, [ids[0]], PAUSED)
    job = bulk.do("pause", filter=SHOP)
    bulk.manage.set_status(SYSTEM, [ids[1]], ENDED)
    undone = bulk.undo(job)
    assert bulk.statuses(ids) == [PAUSED, ENDED, ACTIVE, ACTIVE]
    assert outcome(undone) == (2, 1, 0)
    assert bulk.rows(undone)[0] == {"id": ids[1], "verdict": "unchanged", "code": "moved_on"}


def test_tags_are_again_what_they_were(bulk: BulkWorld) -> None:
    ids = bulk.add(3, client="미용실")
    bulk.change.tag(SYSTEM, [ids[0]], add=frozenset({"여름"}), remove=frozenset())
    tagged = bulk.do("tag", filter=SHOP, tags=["여름", "행사"])
    bulk.change.tag(SYSTEM, [ids[1]], add=frozenset({"단골"}), remove=frozenset({"행사"}))
    bulk.undo(tagged)
    assert [bulk.tags(tracking_id) for tracking_id in ids] == [("여름",), ("단골",), ()]
    untagged = bulk.do("untag", filter=SHOP, tags=["여름", "단골"])
    bulk.undo(untagged)
    assert [bulk.tags(tracking_id) for tracking_id in ids] == [("여름",), ("단골",), ()]


def test_an_undo_can_be_undone(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    undone = bulk.undo(bulk.do("pause", filter=SHOP))
    assert bulk.statuses(ids) == [ACTIVE, ACTIVE]
    bulk.undo(undone)
    assert bulk.statuses(ids) == [PAUSED, PAUSED]


def test_twice_is_once(bulk: BulkWorld) -> None:
    bulk.add(2, client="미용실")
    job = bulk.do("pause", filter=SHOP)
    first, second = (bulk.undo_bulk_action.undo(ADMIN, job.id) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.job.id, first.is_repeat, second.job.id, second.is_repeat) == (
        second.job.id,
        False,
        first.job.id,
        True,
    )


def test_what_was_done_before_a_cancel_is_taken_back_too(bulk: BulkWorld) -> None:
    ids = bulk.add(9, client="미용실")
    job_id = bulk.submit("end", filter=SHOP)
    bulk.attempt(job_id, remaining_seconds=30)
    bulk.attempt(job_id, remaining_seconds=30)
    assert bulk.statuses(ids) == [ENDED] * 4 + [ACTIVE] * 5
    bulk.undo(bulk.world.job(job_id))
    assert bulk.world.job(job_id).state is JobState.CANCELLED
    assert bulk.statuses(ids) == [ACTIVE] * 9


def test_what_has_not_begun_is_cancelled(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    job_id = bulk.submit("end", filter=SHOP)
    assert bulk.undo_bulk_action.undo(ADMIN, job_id) is None
    assert bulk.world.job(job_id).state is JobState.CANCELLED
    assert bulk.statuses(ids) == [ACTIVE, ACTIVE]


def refusal(bulk: BulkWorld, job_id: str, *, actor: object = ADMIN) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        bulk.undo_bulk_action.undo(actor, job_id)  # type: ignore[arg-type]
    return caught.value


def test_what_runs_is_to_be_cancelled_first(bulk: BulkWorld) -> None:
    bulk.add(2, client="미용실")
    job_id = bulk.submit("end", filter=SHOP)
    bulk.world.tick.tick()
    with bulk.world.store.begin() as tx:
        worker = bulk.worker().life.worker
        assert tx.job_attempts.claim(bulk.world.key(job_id), worker, at=bulk.world.clock.now()) is not None
    error = refusal(bulk, job_id)
    assert (type(error), error.code) == (Conflict, "undo_too_early")
    assert "아직 진행 중입니다" in error_words(error)


def test_what_changed_nothing_or_cannot_be_taken_back_says_so(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    measured = bulk.do("measure", filter=SHOP)
    bulk.manage.set_status(SYSTEM, ids, PAUSED)
    nothing = bulk.do("pause", filter=SHOP)
    moved = bulk.do("pause", filter=SHOP, expected_count=5)
    other = bulk.world.submit("no_op", actor=ADMIN)
    bulk.cancel_job.cancel(ADMIN, other)
    assert refusal(bulk, measured.id).code == "undo_impossible"
    assert refusal(bulk, nothing.id).code == "undo_of_nothing"
    assert refusal(bulk, moved.id).code == "undo_of_nothing"
    assert refusal(bulk, other).code == "undo_impossible"


def test_nobody_takes_back_what_is_not_theirs(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    job = bulk.do("pause", actor=HANBIT, filter=SHOP)
    assert refusal(bulk, job.id, actor=SAEBOM).code == "job_missing"
    smuggled = bulk.submit("undo", actor=SAEBOM, job_id=job.id, expected_count=None)
    assert bulk.attempt(smuggled) == "failed"
    failure = bulk.world.job(smuggled).failure
    assert failure is not None
    assert failure.code == "undone_missing"
    assert bulk.statuses(ids) == [PAUSED, PAUSED]
    bulk.undo(job, actor=HANBIT)
    assert bulk.statuses(ids) == [ACTIVE, ACTIVE]


def test_after_its_files_have_gone_nothing_is_taken_back(bulk: BulkWorld) -> None:
    ids = bulk.add(2, client="미용실")
    job = bulk.do("pause", filter=SHOP)
    bulk.world.files.files.clear()
    undone = bulk.undo(job)
    assert (undone.state, bulk.statuses(ids)) == (JobState.FAILED, [PAUSED, PAUSED])
