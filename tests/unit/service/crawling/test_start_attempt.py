from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.tracking import Kind
from sunwi.errors import Blocked, LayoutUnknown, PageUnreachable, PageUnrendered, Permanent, SunwiError
from tests.examples import NIGHT, blog_tracking, cafe_tracking, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, CrashError, Night

TOKEN = "0a1b2c3d"
UNKNOWN = unreadable(PageVerdict.LAYOUT_UNKNOWN, "no landmark")
SHOWN = recognised("101", "blog:writer/223000000001", "cafe:club/77")
SUSPECT = recognised("101", "blog:writer/223000000001", "cafe:club/77", suspect=[Kind.PLACE])


@pytest.fixture
def night(night: Night) -> Night:
    """One page with three trackings."""
    night.start(place_tracking(), blog_tracking(), cafe_tracking())
    night.clock.advance(seconds=1)
    night.show(UNKNOWN)
    return night


def fail(night: Night, *tracking_ids: int, error: type[SunwiError] = LayoutUnknown) -> None:
    for tracking_id in tracking_ids:
        with pytest.raises(error):
            night.deliver(tracking_id, f"m{tracking_id}")


def attempts(night: Night) -> list[tuple[Any, ...]]:
    """Return tracking, number and page loads of each attempt, in order."""
    with night.sql.engine.connect() as connection:
        rows = connection.execute(text("SELECT tracking_id, number, page_loads FROM attempt ORDER BY id"))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (UNKNOWN, LayoutUnknown),
        (unreadable(PageVerdict.BLOCKED, "captcha"), Blocked),
        (unreadable(PageVerdict.UNRENDERED), PageUnrendered),
        (PageUnreachable("timed out"), PageUnreachable),
    ],
    ids=["layout", "blocked", "unrendered", "unreachable"],
)
def test_one_failed_load_answers_every_tracking_of_its_page(night: Night, answer: Any, error: type[SunwiError]) -> None:
    night.show(answer)
    fail(night, 1, error=error)
    night.clock.advance(seconds=5)
    fail(night, 2, 3, error=error)
    assert attempts(night) == [(1, 1, 1), (2, 1, 0), (3, 1, 0)]
    assert [night.task(i).state for i in (1, 2, 3)] == [TaskState.RETRYING] * 3
    with night.sql.read() as tx:
        listed = tx.tasks.list_reasons(SCHEDULED, [TaskState.RETRYING])
    reasons = {tracking_id: reason for tracking_id, _, reason in listed}
    assert reasons[2] == f"{reasons[1]} (seen 2026-01-01T16:00:01+00:00 for tracking 1)"


def test_a_page_that_keeps_failing_is_loaded_three_times_in_all_and_fails_every_tracking(night: Night) -> None:
    for _ in range(3):
        fail(night, 1)
        night.clock.advance(seconds=1)
        fail(night, 2, 3)
        night.clock.advance(seconds=120)
    assert len(night.loader.loads) == 3
    assert night.loader.fresh == [False, True, True]
    assert [night.task(i, message_id=f"m{i}").state for i in (1, 2, 3)] == [TaskState.FAILED] * 3
    assert [loads for _, _, loads in attempts(night)] == [1, 0, 0] * 3
    for tracking_id in (1, 2, 3):
        with pytest.raises(Permanent):
            night.deliver(tracking_id, f"m{tracking_id}")


def test_whoever_comes_first_after_the_pause_loads_for_the_others(night: Night) -> None:
    fail(night, 1, 2)
    night.clock.advance(seconds=70)
    night.show(SHOWN)
    assert night.deliver(2, "m2") is not None
    assert night.deliver(1, "m1") is not None
    assert night.deliver(3, "m3") is not None
    assert len(night.loader.loads) == 2


def test_a_failure_older_than_the_retrys_pause_answers_nobody(night: Night) -> None:
    fail(night, 1)
    night.clock.advance(seconds=60)
    fail(night, 2)
    assert attempts(night) == [(1, 1, 1), (2, 1, 1)]


def test_a_failure_seen_before_a_messages_own_last_look_is_not_its_next_one(night: Night) -> None:
    fail(night, 1)
    night.clock.advance(seconds=1)
    fail(night, 2)
    night.clock.advance(seconds=1)
    fail(night, 2)
    assert attempts(night) == [(1, 1, 1), (2, 1, 0), (2, 2, 1)]


def test_a_retry_is_not_answered_by_somebodys_first_look_which_had_no_fresh_context(night: Night) -> None:
    fail(night, 1)
    night.clock.advance(seconds=65)
    fail(night, 2)
    night.clock.advance(seconds=1)
    fail(night, 1)
    assert attempts(night) == [(1, 1, 1), (2, 1, 1), (1, 2, 1)]
    night.clock.advance(seconds=1)
    fail(night, 3)
    assert attempts(night)[-1] == (3, 1, 0)


def test_a_crash_answers_nobody(night: Night) -> None:
    night.show(CrashError())
    for tracking_id in (1, 2):
        with pytest.raises(CrashError):
            night.deliver(tracking_id, f"m{tracking_id}")
    assert attempts(night) == [(1, 1, 1), (2, 1, 1)]


def test_a_block_that_is_suspect_for_one_kind_answers_the_others_from_the_same_page(night: Night) -> None:
    night.show(SUSPECT)
    fail(night, 1)
    assert night.deliver(2, "m2") is not None
    assert night.deliver(3, "m3") is not None
    assert len(night.loader.loads) == 1


def test_a_retry_takes_a_suspect_page_of_another_tracking_that_is_newer_than_its_own_look(night: Night) -> None:
    night.track(place_tracking(102))
    run = night.dispatch.started(RunKind.ON_DEMAND, [1, 4], request_id=TOKEN)
    night.show(SUSPECT)

    def look(tracking_id: int) -> None:
        with pytest.raises(LayoutUnknown, match="contradicts itself"):
            night.deliver(tracking_id, f"n{tracking_id}", run_id=run.id)

    look(1)
    look(4)
    night.clock.advance(seconds=60)
    look(1)
    night.clock.advance(seconds=1)
    look(4)
    assert attempts(night) == [(1, 1, 1), (4, 1, 0), (1, 2, 1), (4, 2, 0)]


def test_another_runs_failure_answers_nobody(night: Night) -> None:
    fail(night, 1)
    run = night.dispatch.started(RunKind.ON_DEMAND, [2], request_id=TOKEN)
    with pytest.raises(LayoutUnknown):
        night.deliver(2, "n2", run_id=run.id, sent_at=NIGHT + timedelta(seconds=1))
    assert attempts(night) == [(1, 1, 1), (2, 1, 1)]


def test_a_message_that_was_sent_after_a_failure_looks_for_itself(night: Night) -> None:
    for tracking_id in (1, 2):
        for _ in range(3):
            with pytest.raises(LayoutUnknown):
                night.deliver(tracking_id, f"m{tracking_id}")
            night.clock.advance(seconds=1)
    night.show(SHOWN)
    assert night.deliver(1, "redriven", sent_at=night.clock.now()) is not None
