from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from sunwi.domain.actor import SYSTEM
from sunwi.domain.failure import FailureCause
from sunwi.domain.reading import ServedPage
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.tracking import PageKey
from sunwi.errors import InvalidInput, LayoutUnknown, PageUnreachable, Retryable
from sunwi.service.runs.cancel_run import CancelledRun, CancelRun
from tests.examples import HOUR, NIGHT, place_tracking, recognised
from tests.night import SCHEDULED, CrashError, Night

SHOWN = recognised("1")


def cancel(night: Night) -> CancelledRun:
    return CancelRun(store=night.sql, clock=night.clock, close_run=night.close).cancel(SYSTEM, SCHEDULED)


def track(night: Night, count: int) -> None:
    night.start(*(place_tracking(number, f"말 {number}") for number in range(1, count + 1)))
    for number in range(1, count + 1):
        night.show(SHOWN, keyword=f"말 {number}")


def status(night: Night) -> tuple[RunStatus, bool]:
    with night.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
    assert run is not None
    return run.status, run.closed_at is not None


def cancel_during_look(night: Night, number: int) -> list[CancelledRun]:
    """Cancel the run while a tracking's page is being loaded."""
    opened = night.loader.serve
    done: list[CancelledRun] = []

    def serve(key: PageKey) -> ServedPage:
        if key.keyword == f"말 {number}" and not done:
            done.append(cancel(night))
        return opened(key)

    night.loader.serve = serve
    return done


def test_what_waits_is_cancelled_and_a_run_in_which_nothing_is_looked_at_closes_at_once(night: Night) -> None:
    track(night, 4)
    night.deliver(1, "m1")
    night.show(LayoutUnknown("broken"), keyword="말 2")
    with pytest.raises(LayoutUnknown):
        night.deliver(2, "m2")
    assert cancel(night) == CancelledRun(run_id=SCHEDULED, cancelled=3, running=0)
    assert status(night) == (RunStatus.CANCELLED, True)
    summary = night.close.summarise(SCHEDULED)
    assert [summary[name] for name in ("expected", "succeeded", "failed", "cancelled", "expired")] == [4, 1, 0, 3, 0]
    assert night.close.check(SCHEDULED).done


def test_messages_of_a_cancelled_run_are_acknowledged_unread(night: Night) -> None:
    track(night, 3)
    cancel(night)
    for number in (1, 2, 3):
        assert night.deliver(number, f"m{number}") is None
    assert night.loader.loads == []
    assert night.queue.postponed == []
    assert [night.history(number) for number in (1, 2, 3)] == [[], [], []]
    with night.sql.read() as tx:
        causes = {task.cause for task in tx.failures.unmeasured(SCHEDULED, [TaskState.CANCELLED])}
    assert causes == {FailureCause.CANCELLED}


def test_a_look_under_way_ends_and_counts_and_then_the_run_closes_as_cancelled(night: Night) -> None:
    track(night, 3)
    done = cancel_during_look(night, 1)
    measured = night.deliver(1, "m1")
    assert done == [CancelledRun(run_id=SCHEDULED, cancelled=2, running=1)]
    assert measured is not None
    assert (measured.rank, measured.is_late) == (1, False)
    assert status(night) == (RunStatus.CANCELLED, False)
    assert night.close.check(SCHEDULED).done
    summary = night.close.summarise(SCHEDULED)
    assert (summary["succeeded"], summary["cancelled"]) == (1, 2)
    assert status(night) == (RunStatus.CANCELLED, True)


def test_the_state_machine_looks_soon_at_a_cancelled_run(night: Night) -> None:
    track(night, 2)
    night.clock.advance(seconds=1000)
    night.deliver(1, "m1")
    assert night.close.check(SCHEDULED).wait_seconds == 300
    cancel_during_look(night, 2)
    night.show(CrashError(), keyword="말 2")
    with pytest.raises(CrashError):
        night.deliver(2, "m2")
    check = night.close.check(SCHEDULED)
    assert (check.done, check.wait_seconds) == (False, 5)


def test_a_look_that_fails_after_the_cancellation_is_not_tried_again(night: Night) -> None:
    track(night, 2)
    night.show(PageUnreachable("refused"), SHOWN, keyword="말 1")
    cancel_during_look(night, 1)
    with pytest.raises(PageUnreachable):
        night.deliver(1, "m1")
    assert night.deliver(1, "m1") is None
    assert len(night.loader.loads) == 1
    summary = night.close.summarise(SCHEDULED)
    assert (summary["cancelled"], summary["failed"]) == (2, 0)
    with night.sql.read() as tx:
        [first, _] = tx.failures.unmeasured(SCHEDULED, [TaskState.CANCELLED])
    assert first.reason == "the run was cancelled; last look: PageUnreachable: refused"


def test_a_look_that_crashed_is_cancelled_when_its_message_comes_again(night: Night) -> None:
    track(night, 1)
    night.show(CrashError(), SHOWN, keyword="말 1")
    with pytest.raises(CrashError):
        night.deliver(1, "m1")
    assert cancel(night) == CancelledRun(run_id=SCHEDULED, cancelled=0, running=1)
    assert status(night) == (RunStatus.CANCELLED, False)
    assert night.deliver(1, "m1") is None
    assert len(night.loader.loads) == 1
    assert cancel(night) == CancelledRun(run_id=SCHEDULED, cancelled=0, running=0)
    assert status(night) == (RunStatus.CANCELLED, True)
    assert night.close.summarise(SCHEDULED)["cancelled"] == 1


def test_a_cancelled_run_whose_last_look_never_ends_still_closes_at_its_deadline(night: Night) -> None:
    track(night, 2)
    night.show(CrashError(), keyword="말 1")
    with pytest.raises(CrashError):
        night.deliver(1, "m1")
    cancel(night)
    night.clock.at = NIGHT + HOUR
    summary = night.close.summarise(SCHEDULED)
    assert [summary[name] for name in ("expected", "cancelled", "expired")] == [2, 1, 1]
    assert status(night) == (RunStatus.CANCELLED, True)


def test_cancelling_again_changes_nothing(night: Night) -> None:
    track(night, 3)
    cancel(night)
    before = night.close.summarise(SCHEDULED)
    night.clock.advance(minutes=5)
    assert cancel(night) == CancelledRun(run_id=SCHEDULED, cancelled=0, running=0)
    assert night.close.summarise(SCHEDULED) == before


def test_a_closed_run_cannot_be_cancelled_and_an_unknown_one_is_named(night: Night) -> None:
    track(night, 1)
    night.deliver(1, "m1")
    night.close.summarise(SCHEDULED)
    with pytest.raises(InvalidInput, match=r"run scheduled-20260102 was closed at .* nothing left to cancel$"):
        cancel(night)
    assert status(night) == (RunStatus.CLOSED, True)
    with pytest.raises(InvalidInput, match="there is no run 'nobody'"):
        CancelRun(store=night.sql, clock=night.clock, close_run=night.close).cancel(SYSTEM, "nobody")


def test_a_failed_trackings_redrive_is_measured_in_a_cancelled_run_too(night: Night) -> None:
    track(night, 2)
    night.show(LayoutUnknown("broken"), keyword="말 1")
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver(1, "m1")
    cancel(night)
    night.show(SHOWN, keyword="말 1")
    night.clock.advance(minutes=1)
    measured = night.deliver(1, "redriven", sent_at=night.clock.now())
    assert measured is not None
    assert measured.is_late
    assert (night.counts().failed, night.counts().cancelled) == (1, 1)


def test_a_half_sent_run_that_is_cancelled_sends_nothing_more(night: Night) -> None:
    night.track(place_tracking(1), place_tracking(2))
    night.queue.refused = {1, 2}
    with pytest.raises(Retryable, match="refused"):
        night.dispatch.scheduled(night.clock.now())
    night.queue.refused = set()
    cancel(night)
    night.dispatch.scheduled(night.clock.now() + timedelta(seconds=1))
    assert night.queue.sent == []
    assert status(night) == (RunStatus.CANCELLED, True)


@contextmanager
def counting_statements(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_cancellation_takes_as_many_statements_for_many_trackings_as_for_few(night: Night) -> None:
    counts = []
    for size in (2, 40):
        night.clock.advance(days=1)
        night.track(*(place_tracking(number, f"말 {number}") for number in range(size)))
        run = night.dispatch.scheduled(night.clock.now())
        with counting_statements(night.sql.engine) as statements:
            cancelled = CancelRun(store=night.sql, clock=night.clock, close_run=night.close).cancel(SYSTEM, run.id)
        assert cancelled.cancelled == size
        counts.append(len(statements))
    assert counts[0] == counts[1]
