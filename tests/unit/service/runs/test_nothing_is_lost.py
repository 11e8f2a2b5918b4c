from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput, LayoutUnknown, Retryable, StoreUnavailable
from tests.examples import place_tracking, recognised
from tests.night import SCHEDULED, Night

SHOWN = recognised("101")
GONE = recognised("999")
TOKEN = "0a1b2c3d"


def test_a_run_whose_watch_failed_leaves_its_messages_to_be_measured_late(night: Night) -> None:
    night.start(place_tracking(101), place_tracking(102))
    night.show(SHOWN)
    night.deliver(1, "m1")
    night.clock.advance(minutes=6)
    summary = night.close.fail(SCHEDULED, "the monitor was throttled")
    assert (summary["succeeded"], summary["expired"]) == (1, 1)
    night.clock.advance(minutes=1)
    measured = night.deliver(2, "m2")
    assert measured is not None
    assert measured.is_late
    assert [row.rank for row in night.history(2)] == [None]
    assert (night.counts().succeeded, night.counts().expired) == (1, 1)


def test_a_tracking_that_ends_while_it_waits_for_its_retry_is_not_measured(night: Night) -> None:
    night.start(place_tracking())
    night.show(LayoutUnknown("broken"), SHOWN)
    with pytest.raises(LayoutUnknown):
        night.deliver()
    with night.sql.begin() as tx:
        tx.trackings.set_status(1, TrackingStatus.ENDED)
    assert night.deliver() is None
    assert night.task().state is TaskState.CANCELLED
    assert night.history() == []


def test_a_redrive_for_a_tracking_that_has_ended_is_acknowledged_unread(night: Night) -> None:
    night.start(place_tracking())
    night.show(LayoutUnknown("broken"))
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver()
    night.manage.set_status(SYSTEM, [1], TrackingStatus.ENDED)
    night.show(SHOWN)
    night.clock.advance(minutes=5)
    assert night.deliver(message_id="m2", sent_at=night.clock.now()) is None
    assert night.history() == []


def test_saves_that_find_the_database_away_do_not_use_the_looks_up(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    for transactions in (3, 2, 2, 2):  # start, store the reading, save; later looks find it stored
        night.store.go_away(transactions)
        with pytest.raises(StoreUnavailable):
            night.deliver()
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert len(night.loader.loads) == 1
    assert night.counts().succeeded == 1


def test_a_manual_run_asked_for_twice_under_one_token_is_one_run(night: Night) -> None:
    night.track(place_tracking(101), place_tracking(102))
    night.queue.refused = {2}
    with pytest.raises(Retryable, match="message of run manual-20260102-010000-0a1b2c3d could be sent"):
        night.dispatch.started(RunKind.MANUAL, None, request_id=TOKEN)
    night.queue.refused = set()
    night.clock.advance(minutes=1)
    run = night.dispatch.started(RunKind.MANUAL, None, request_id=TOKEN)
    assert run.id == "manual-20260102-010000-0a1b2c3d"
    assert [tracking_id for _, tracking_id, _ in night.queue.sent] == [1, 2]
    assert night.machine.started == [f"{run.id}-0"]


def test_a_run_that_was_left_half_sent_goes_on_by_its_id(night: Night) -> None:
    night.track(place_tracking(101), place_tracking(102))
    night.queue.refused = {1}
    with pytest.raises(Retryable):
        night.dispatch.scheduled(night.clock.now())
    night.queue.refused = set()
    night.clock.advance(minutes=20)
    night.dispatch.again(SCHEDULED)
    assert [tracking_id for _, tracking_id, _ in night.queue.sent] == [2, 1]
    with pytest.raises(InvalidInput, match="there is no run 'scheduled-19990101'"):
        night.dispatch.again("scheduled-19990101")


def test_trackings_that_are_not_there_or_not_active_are_named_and_nothing_is_stored(night: Night) -> None:
    night.track(place_tracking(101), place_tracking(102))
    night.manage.set_status(SYSTEM, [2], TrackingStatus.PAUSED)
    with pytest.raises(InvalidInput, match=r"2 of the trackings .* do not exist or are not active \(2, 999\)"):
        night.dispatch.started(RunKind.ON_DEMAND, [1, 2, 999], request_id=TOKEN)
    with night.sql.read() as tx:
        assert tx.runs.list(10) == []
    assert night.queue.sent == []


def test_yesterdays_redrive_does_not_rewrite_what_today_has_seen(night: Night) -> None:
    night.start(place_tracking())
    night.show(LayoutUnknown("broken"))
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver()
    night.close.summarise(SCHEDULED)
    night.clock.advance(days=1)
    night.show(GONE)
    today = night.dispatch.scheduled(night.clock.now())
    night.deliver(1, "n1", run_id=today.id, sent_at=night.clock.now())
    night.show(SHOWN)
    night.clock.advance(minutes=1)
    night.deliver(1, "m2", sent_at=night.clock.now())
    assert [(row.rank, row.looks) for row in night.history()] == [(None, 2)]


def test_a_second_message_of_a_task_that_has_ended_changes_neither_its_end_nor_the_late_list(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    task = night.task()
    night.deliver(1, "m1")
    night.close.summarise(SCHEDULED)
    assert night.deliver(1, "m2", sent_at=night.clock.now() + timedelta(seconds=5)) is None
    with night.sql.read() as tx:
        assert (tx.tasks.count_exposed(task.run.id), tx.tasks.list_late(task.run.id)) == ((1, 0), [])


def test_an_outcome_that_the_database_refuses_fails_its_task_with_the_reason(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.start(place_tracking())
    night.show(SHOWN)

    def refuse(*_: object, **__: object) -> None:
        raise InvalidInput("the area is longer than its column")

    monkeypatch.setattr("sunwi.service.crawling.crawl_tracking.save_outcome", refuse)
    with pytest.raises(InvalidInput):
        night.deliver()
    task = night.task()
    assert (task.state, task.is_permanent) == (TaskState.FAILED, True)
    assert night.queue.postponed == [("m1", 0)]
    assert night.history() == []
