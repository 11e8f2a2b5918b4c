from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.retry import RetryOrder, RetryPlan
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput, LayoutUnknown, Retryable
from sunwi.service.runs.retry_failed import RetryFailed
from tests.examples import DAY, place_tracking, recognised
from tests.night import SCHEDULED, Night

SHOWN = recognised("1")
BROKEN = LayoutUnknown("broken")


@pytest.fixture
def night(night: Night) -> Night:
    """A closed run: tracking 1 measured, 2 and 3 failed, 4 expired."""
    night.start(*(place_tracking(number, f"말 {number}") for number in (1, 2, 3, 4)))
    night.show(SHOWN, keyword="말 1")
    night.deliver(1, "m1")
    for number in (2, 3):
        night.show(BROKEN, keyword=f"말 {number}")
        use_up(night, number, f"m{number}")
    night.clock.advance(hours=1)
    night.close.summarise(SCHEDULED)
    night.clock.advance(hours=4)
    night.queue.sent.clear()
    return night


def use_up(night: Night, tracking_id: int, message_id: str, **sent: object) -> None:
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver(tracking_id, message_id, **sent)  # type: ignore[arg-type]  # sent_at alone
        night.clock.advance(seconds=1)


def retry(night: Night, *, with_expired: bool = False, with_waiting: bool = False) -> RetryPlan:
    return RetryFailed(store=night.sql, queue=night.queue, clock=night.clock).retry(
        SYSTEM, SCHEDULED, RetryOrder(with_expired=with_expired, with_waiting=with_waiting)
    )


def show_all(night: Night) -> None:
    for number in (2, 3, 4):
        night.show(SHOWN, keyword=f"말 {number}")


def test_failed_trackings_are_sent_again_and_measured_late_beside_an_unchanged_equation(night: Night) -> None:
    before = night.close.summarise(SCHEDULED)
    assert retry(night) == RetryPlan(tracking_ids=(2, 3), waiting=0, inactive=0, expired=1)
    assert night.queue.sent == [(SCHEDULED, 2, False), (SCHEDULED, 3, False)]
    show_all(night)
    sent_at = night.clock.now()
    for number in (2, 3):
        measured = night.deliver(number, f"n{number}", sent_at=sent_at)
        assert measured is not None
        assert measured.is_late
        assert [row.date for row in night.history(number)] == [DAY]
    assert night.close.summarise(SCHEDULED) == before
    with night.sql.read() as tx:
        assert tx.tasks.list_late(SCHEDULED) == [(2, DAY), (3, DAY)]
    assert retry(night) == RetryPlan(tracking_ids=(), waiting=0, inactive=0, expired=1)


def test_a_console_redrive_after_the_retry_is_acknowledged_and_doubles_nothing(night: Night) -> None:
    retry(night)
    show_all(night)
    night.deliver(2, "n2", sent_at=night.clock.now())
    loads = len(night.loader.loads)
    night.clock.advance(minutes=10)
    assert night.deliver(2, "redriven", sent_at=night.clock.now()) is None
    assert len(night.loader.loads) == loads
    assert [(row.rank, row.looks) for row in night.history(2)] == [(None, 1)]


def test_a_retry_after_a_console_redrive_has_nothing_to_send(night: Night) -> None:
    show_all(night)
    for number in (2, 3):
        night.deliver(number, f"redriven {number}", sent_at=night.clock.now())
    assert retry(night).tracking_ids == ()


def test_what_expired_is_sent_only_when_it_is_asked_for(night: Night) -> None:
    assert retry(night, with_expired=True).tracking_ids == (2, 3, 4)
    night.show(SHOWN, keyword="말 4")
    measured = night.deliver(4, "n4", sent_at=night.clock.now())
    assert measured is not None
    assert (measured.is_late, night.counts().expired) == (True, 1)


def test_a_retry_sends_nothing_twice_while_its_messages_wait_unless_it_is_told_to(night: Night) -> None:
    retry(night)
    night.clock.advance(minutes=1)
    assert retry(night) == RetryPlan(tracking_ids=(), waiting=2, inactive=0, expired=1)
    assert len(night.queue.sent) == 2
    assert retry(night, with_waiting=True).tracking_ids == (2, 3)
    assert len(night.queue.sent) == 4


def test_a_retry_that_fails_too_can_be_retried_again(night: Night) -> None:
    retry(night)
    sent_at = night.clock.now()
    night.clock.advance(seconds=5)
    use_up(night, 2, "n2", sent_at=sent_at)
    assert retry(night) == RetryPlan(tracking_ids=(2,), waiting=1, inactive=0, expired=1)
    night.show(SHOWN, keyword="말 2")
    night.clock.advance(seconds=1)
    assert night.deliver(2, "o2", sent_at=night.clock.now()) is not None
    assert len(night.history(2)) == 1


def test_paused_and_ended_trackings_are_left(night: Night) -> None:
    night.manage.set_status(SYSTEM, [2], TrackingStatus.PAUSED)
    night.manage.set_status(SYSTEM, [3], TrackingStatus.ENDED)
    assert retry(night) == RetryPlan(tracking_ids=(), waiting=0, inactive=2, expired=1)


def test_while_the_run_is_open_a_retry_that_succeeds_counts_in_its_equation(night: Night) -> None:
    night.clock.advance(days=1)
    run = night.dispatch.scheduled(night.clock.now())
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver(2, "p2", run_id=run.id, sent_at=night.clock.now())
    night.clock.advance(minutes=1)
    retrying = RetryFailed(store=night.sql, queue=night.queue, clock=night.clock)
    assert retrying.retry(SYSTEM, run.id).tracking_ids == (2,)
    night.show(SHOWN, keyword="말 2")
    measured = night.deliver(2, "q2", run_id=run.id, sent_at=night.clock.now())
    assert measured is not None
    assert not measured.is_late
    assert (night.counts(run.id).failed, night.counts(run.id).succeeded) == (0, 1)


def test_what_the_queue_refuses_is_sent_by_the_next_retry(night: Night) -> None:
    night.queue.refused = {3}
    with pytest.raises(Retryable, match=r"refused 1 of 2 messages of run scheduled-20260102$"):
        retry(night)
    night.queue.refused = set()
    assert retry(night) == RetryPlan(tracking_ids=(3,), waiting=1, inactive=0, expired=1)
    assert [tracking_id for _, tracking_id, _ in night.queue.sent] == [2, 3]


def test_a_retry_that_dies_between_send_and_commit_doubles_messages_and_no_ledger_row(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        """The process is gone."""

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr("sunwi.adapters.sql.tasks.SqlTasks.mark_sent", die)
        with pytest.raises(Died):
            retry(night)
    assert retry(night).tracking_ids == (2, 3)
    show_all(night)
    sent_at = night.clock.now()
    assert night.deliver(2, "first copy", sent_at=sent_at) is not None
    assert night.deliver(2, "second copy", sent_at=sent_at) is None
    assert len(night.history(2)) == 1


def test_a_plan_changes_nothing(night: Night) -> None:
    retrying = RetryFailed(store=night.sql, queue=night.queue, clock=night.clock)
    assert retrying.plan(SCHEDULED) == retrying.plan(SCHEDULED)
    assert retrying.plan(SCHEDULED, RetryOrder(with_expired=True)).tracking_ids == (2, 3, 4)
    assert night.queue.sent == []


def test_a_run_that_is_not_there_is_named(night: Night) -> None:
    with pytest.raises(InvalidInput, match="there is no run 'nobody'"):
        RetryFailed(store=night.sql, queue=night.queue, clock=night.clock).retry(SYSTEM, "nobody")


def test_a_retry_on_a_later_date_fills_that_date(night: Night) -> None:
    night.clock.advance(days=2, hours=-5)
    retry(night)
    night.show(SHOWN, keyword="말 2")
    night.clock.advance(seconds=1)
    night.deliver(2, "n2", sent_at=night.clock.now())
    assert [row.date for row in night.history(2)] == [DAY + timedelta(days=2)]
