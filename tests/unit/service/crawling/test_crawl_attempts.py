from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import TaskState
from sunwi.errors import Blocked, InvalidInput, LayoutUnknown, PageUnreachable, Permanent, StoreUnavailable
from tests.examples import DAY, HOUR, NIGHT, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, CrashError, Night

UNKNOWN = unreadable(PageVerdict.LAYOUT_UNKNOWN, "no landmark")
SHOWN = recognised("101")


@pytest.fixture
def night(night: Night) -> Night:
    """A run of one tracking whose page is not known."""
    night.start(place_tracking())
    night.show(UNKNOWN)
    return night


def use_up(night: Night, message_id: str = "m1", **more: Any) -> None:
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            night.deliver(message_id=message_id, **more)
        night.clock.advance(seconds=1)


def balance(night: Night) -> tuple[int, int, int, int]:
    summary = night.close.summarise(SCHEDULED)
    parts = [summary[name] for name in ("succeeded", "failed", "cancelled", "expired")]
    assert summary["expected"] == sum(parts) == 1
    return parts[0], parts[1], parts[2], parts[3]


def test_a_message_is_hidden_for_its_invocation_only_once_its_attempt_is_stored(night: Night) -> None:
    night.show(CrashError())
    with pytest.raises(CrashError):
        night.deliver(remaining_seconds=58)
    assert night.queue.postponed == [("m1", 63)]
    assert night.task().attempts_used == 1


def test_a_receive_that_is_no_attempt_hides_its_message_for_a_postponement_whatever_is_left(night: Night) -> None:
    night.store.go_away(1)
    with pytest.raises(StoreUnavailable):
        night.deliver(remaining_seconds=58)
    assert night.queue.postponed == [("m1", 300)]
    assert night.task().attempts_used == 0


def test_a_crash_before_the_attempt_is_stored_leaves_the_message_hidden_as_its_queue_does(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise CrashError

    monkeypatch.setattr("sunwi.service.crawling.start_attempt.StartAttempt._start", crash)
    with pytest.raises(CrashError):
        night.deliver(remaining_seconds=58)
    assert night.queue.postponed == []
    assert night.task().attempts_used == 0


def test_a_message_is_looked_at_three_times_after_longer_and_longer_pauses(night: Night) -> None:
    with capture_logs() as logs:
        use_up(night)
    (_, first), (_, second), (_, last) = night.queue.postponed
    assert 54 <= first <= 66
    assert 108 <= second <= 132
    assert last == 0
    assert [entry["event"] for entry in logs] == ["crawl_retry", "crawl_retry", "attempts_used_up"]
    assert (logs[-1]["log_level"], logs[-1]["tracking_id"], logs[-1]["attempt"]) == ("error", 1, 3)
    task = night.task()
    assert (task.state, task.attempts_used) == (TaskState.FAILED, 3)
    assert task.decided_at == NIGHT + timedelta(seconds=2)
    assert night.history() == []


def test_a_used_up_message_fails_at_once_until_the_queue_moves_it(night: Night) -> None:
    use_up(night)
    night.show(SHOWN)
    for _ in range(12):
        with pytest.raises(Permanent, match=r"tracking 1 of run scheduled-20260102 has failed for good.*redrive"):
            night.deliver()
    assert night.queue.postponed[3:] == [("m1", 0)] * 12
    assert len(night.loader.loads) == 3
    assert night.task().attempts_used == 3
    assert balance(night) == (0, 1, 0, 0)
    with pytest.raises(Permanent):
        night.deliver()


def test_a_third_look_that_succeeds_is_a_success(night: Night) -> None:
    night.show(UNKNOWN, PageUnreachable("timed out"), SHOWN)
    for error in (LayoutUnknown, PageUnreachable):
        with pytest.raises(error):
            night.deliver()
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert balance(night) == (1, 0, 0, 0)


def test_an_error_that_no_retry_can_help_is_failed_at_the_first_look(night: Night) -> None:
    night.show(InvalidInput("the page cannot be asked for"))
    with pytest.raises(InvalidInput):
        night.deliver()
    assert night.queue.postponed == [("m1", 0)]
    task = night.task()
    assert (task.state, task.is_permanent, task.attempts_used) == (TaskState.FAILED, True, 1)
    with pytest.raises(Permanent):
        night.deliver()
    assert balance(night) == (0, 1, 0, 0)


def test_a_crash_is_an_attempt_without_an_end(night: Night) -> None:
    night.show(CrashError())
    with pytest.raises(CrashError):
        night.deliver()
    task = night.task()
    assert (task.state, task.attempts_used) == (TaskState.RUNNING, 1)
    night.show(SHOWN)
    assert night.deliver() is not None
    assert balance(night) == (1, 0, 0, 0)


def test_a_message_that_crashes_three_times_is_given_up_and_says_so(night: Night) -> None:
    night.show(CrashError())
    for _ in range(3):
        with pytest.raises(CrashError):
            night.deliver()
    with capture_logs() as logs, pytest.raises(Permanent):
        night.deliver()
    assert [(entry["event"], entry["tracking_id"]) for entry in logs] == [("attempts_used_up", 1)]
    assert night.task().state is TaskState.FAILED
    assert len(night.loader.loads) == 3
    with night.sql.read() as tx:
        ((_, _, reason),) = tx.tasks.list_reasons(SCHEDULED, [TaskState.FAILED])
    assert reason.startswith("crashed: 3 looks were started")
    assert balance(night) == (0, 1, 0, 0)


def test_a_redriven_message_is_measured_and_counts_while_the_run_is_open(night: Night) -> None:
    use_up(night)
    night.show(SHOWN)
    night.clock.advance(minutes=5)
    measured = night.deliver(message_id="redriven", sent_at=night.clock.now())
    assert measured is not None
    assert (measured.rank, measured.is_late) == (1, False)
    assert balance(night) == (1, 0, 0, 0)


def test_a_redriven_message_has_attempts_of_its_own(night: Night) -> None:
    use_up(night)
    night.clock.advance(minutes=5)
    sent_at = night.clock.now()
    use_up(night, "redriven", sent_at=sent_at)
    with pytest.raises(Permanent):
        night.deliver(message_id="redriven", sent_at=sent_at)
    assert night.task(message_id="redriven").state is TaskState.FAILED
    assert balance(night) == (0, 1, 0, 0)


def test_a_message_sent_before_the_verdict_of_another_is_acknowledged(night: Night) -> None:
    use_up(night)
    night.show(SHOWN)
    assert night.deliver(message_id="a doubled message", sent_at=NIGHT) is None
    assert night.history() == []


def test_a_redrive_after_the_close_fills_the_day_and_leaves_the_equation(night: Night) -> None:
    use_up(night)
    assert balance(night) == (0, 1, 0, 0)
    before = night.close.summarise(SCHEDULED)
    night.show(SHOWN)
    night.clock.advance(hours=5)
    measured = night.deliver(message_id="redriven", sent_at=night.clock.now())
    assert measured is not None
    assert (measured.rank, measured.is_late) == (1, True)
    assert [(row.date, row.rank) for row in night.history()] == [(DAY, 1)]
    assert night.close.summarise(SCHEDULED) == before
    assert (night.counts().failed, night.counts().left) == (1, 0)
    with night.sql.read() as tx:
        assert tx.tasks.list_late(SCHEDULED) == [(1, DAY)]
    assert night.deliver(message_id="redriven again", sent_at=night.clock.now()) is None


def test_a_redrive_of_a_later_date_fills_that_date_and_never_the_runs(night: Night) -> None:
    use_up(night)
    night.clock.at = NIGHT + timedelta(days=2)
    night.show(SHOWN)
    measured = night.deliver(message_id="redriven", sent_at=night.clock.now())
    assert measured is not None
    assert measured.is_late
    assert [row.date for row in night.history()] == [DAY + timedelta(days=2)]
    assert night.task().state is TaskState.FAILED
    assert balance(night) == (0, 1, 0, 0)


def test_a_redrive_after_the_close_that_fails_is_tried_three_times_too(night: Night) -> None:
    use_up(night)
    balance(night)
    night.clock.advance(hours=5)
    sent_at = night.clock.now()
    use_up(night, "redriven", sent_at=sent_at)
    night.show(SHOWN)
    with pytest.raises(Permanent):
        night.deliver(message_id="redriven", sent_at=sent_at)
    assert night.history() == []
    assert (night.counts().failed, night.counts().left) == (1, 0)


def test_a_redrive_between_deadline_and_close_is_not_lost_to_its_first_failure(night: Night) -> None:
    use_up(night)
    night.clock.at = NIGHT + HOUR + timedelta(seconds=5)
    sent_at = night.clock.now()
    with pytest.raises(LayoutUnknown):
        night.deliver(message_id="redriven", sent_at=sent_at)
    night.show(SHOWN)
    measured = night.deliver(message_id="redriven", sent_at=sent_at)
    assert measured is not None
    assert measured.rank == 1


def test_an_expired_tasks_old_message_is_acknowledged_and_its_redrive_measured(night: Night) -> None:
    night.clock.advance(hours=1)
    night.show(SHOWN)
    assert balance(night) == (0, 0, 0, 1)
    assert night.deliver(sent_at=NIGHT) is None
    assert night.history() == []
    night.clock.advance(hours=1)
    measured = night.deliver(message_id="redriven", sent_at=night.clock.now())
    assert measured is not None
    assert (measured.rank, measured.is_late) == (1, True)
    assert (night.counts().expired, night.counts().left) == (1, 0)


def test_a_message_past_the_deadline_is_acknowledged_and_the_close_expires_its_task(night: Night) -> None:
    with pytest.raises(LayoutUnknown):
        night.deliver()
    night.clock.advance(hours=1)
    assert night.deliver() is None
    assert len(night.loader.loads) == 1
    assert balance(night) == (0, 0, 0, 1)
    with night.sql.read() as tx:
        ((_, _, reason),) = tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])
    assert reason.endswith("last look: LayoutUnknown: layout_unknown (no landmark)")


def test_a_look_that_dies_after_a_block_still_tells_of_the_block_at_the_close(night: Night) -> None:
    night.show(unreadable(PageVerdict.BLOCKED, "captcha"), CrashError())
    with pytest.raises(Blocked):
        night.deliver()
    with pytest.raises(CrashError):
        night.deliver()
    night.clock.advance(hours=1)
    assert balance(night) == (0, 0, 0, 1)
    with night.sql.read() as tx:
        ((_, _, reason),) = tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])
    assert "captcha" in reason


def test_a_look_that_ends_after_the_close_is_late(night: Night) -> None:
    night.show(SHOWN)
    opened = night.loader.serve

    def close_meanwhile(key: Any) -> Any:
        night.clock.advance(hours=1)
        assert balance(night) == (0, 0, 0, 1)
        return opened(key)

    night.loader.serve = close_meanwhile
    measured = night.deliver()
    assert measured is not None
    assert (measured.rank, measured.is_late) == (1, True)
    assert [row.rank for row in night.history()] == [1]
    assert (night.counts().expired, night.counts().left) == (1, 0)


def test_a_look_that_fails_after_the_close_leaves_the_verdict(night: Night) -> None:
    opened = night.loader.serve

    def close_meanwhile(key: Any) -> Any:
        night.clock.advance(hours=1)
        balance(night)
        return opened(key)

    night.loader.serve = close_meanwhile
    with pytest.raises(LayoutUnknown):
        night.deliver()
    assert (night.counts().expired, night.counts().left) == (1, 0)


def test_a_database_that_is_away_at_the_start_postpones_and_counts_nothing(night: Night) -> None:
    night.store.go_away(1)
    with capture_logs() as logs, pytest.raises(StoreUnavailable):
        night.deliver()
    assert night.queue.postponed == [("m1", 300)]
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("store_unavailable", "error")]
    assert night.task().attempts_used == 0
    assert night.loader.loads == []
    night.show(SHOWN)
    assert night.deliver() is not None


@pytest.mark.parametrize("transaction", [2, 3])
def test_a_database_that_goes_away_during_a_look_writes_nothing_and_the_message_comes_back(
    night: Night, transaction: int
) -> None:
    night.show(SHOWN)
    night.store.go_away(transaction)
    with pytest.raises(StoreUnavailable):
        night.deliver()
    assert night.history() == []
    assert night.queue.postponed == [("m1", 300)]
    assert night.deliver() is not None
    assert [row.looks for row in night.history()] == [1]
    assert balance(night) == (1, 0, 0, 0)


def test_a_database_that_is_away_when_a_failed_look_is_noted_postpones_too(night: Night) -> None:
    night.store.go_away(3)
    with pytest.raises(StoreUnavailable):
        night.deliver()
    assert night.queue.postponed == [("m1", 300)]
    assert night.task().state is TaskState.RUNNING
