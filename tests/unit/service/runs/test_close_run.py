from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from sunwi.domain.actor import SYSTEM
from sunwi.domain.reading import PageVerdict
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.tracking import Device, Surface, TrackingStatus
from sunwi.errors import Blocked, InvalidInput, UnbalancedRun
from sunwi.sites.naver.site import Lane
from tests.examples import HOUR, NIGHT, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night


@pytest.fixture
def running(night: Night) -> Night:
    """Four trackings on four pages, of which the first is exposed on its own."""
    night.start(*(place_tracking(number, f"말 {number}") for number in (1, 2, 3, 4)))
    for number in (1, 2, 3, 4):
        night.show(recognised("1"), keyword=f"말 {number}")
    return night


def test_a_run_under_way_is_not_done_and_says_when_to_look_again(running: Night) -> None:
    check = running.close.check(SCHEDULED)
    assert (check.done, check.wait_seconds, check.counts.left) == (False, 5, 4)
    running.deliver(1)
    running.clock.advance(seconds=100)
    check = running.close.check(SCHEDULED)
    assert (check.done, check.wait_seconds, check.counts.left) == (False, 100, 3)


def test_the_time_in_which_a_surface_refused_does_not_count_as_pace(running: Night) -> None:
    running.deliver(1)
    running.clock.advance(minutes=30)
    assert running.close.check(SCHEDULED).wait_seconds == 300
    with running.sql.begin() as tx:
        circuit = tx.circuits.lock(Lane(Surface.INTEGRATED, Device.PC).circuit)
        tx.circuits.save(replace(circuit, closed_at=running.clock.now() - timedelta(seconds=10)))
    assert running.close.check(SCHEDULED).wait_seconds == 10


def test_a_run_is_done_when_every_task_has_ended(running: Night) -> None:
    for number in (1, 2, 3, 4):
        running.deliver(number)
    assert running.close.check(SCHEDULED).done


def test_a_run_is_done_at_its_deadline(running: Night) -> None:
    running.clock.at = NIGHT + HOUR - timedelta(seconds=1)
    assert not running.close.check(SCHEDULED).done
    running.clock.advance(seconds=1)
    assert running.close.check(SCHEDULED).done


def test_a_run_closes_with_every_task_in_the_equation(running: Night) -> None:
    running.deliver(1)
    running.deliver(2)
    running.manage.set_status(SYSTEM, [3], TrackingStatus.PAUSED)
    running.show(unreadable(PageVerdict.BLOCKED, "captcha"), keyword="말 4")
    with pytest.raises(Blocked):
        running.deliver(4)
    running.clock.advance(hours=1)
    with capture_logs() as logs:
        summary = running.close.summarise(SCHEDULED)
    assert summary == {
        "run_id": SCHEDULED,
        "kind": "SCHEDULED",
        "business_date": "2026-01-02",
        "expected": 4,
        "succeeded": 2,
        "failed": 0,
        "cancelled": 1,
        "expired": 1,
        "exposed": 1,
        "not_exposed": 1,
        "failed_items": [],
        "expired_items": [4],
        "elapsed_seconds": 3600.0,
        "pages": 4,
        "page_loads": 3,
        "surfaces": summary["surfaces"],
        "canary": None,
        "blocked": 0,
    }
    assert [(surface["recognised"], surface["blocked"]) for surface in summary["surfaces"]] == [(2, 1)]
    (entry,) = [entry for entry in logs if entry["event"] == "batch_completed"]
    assert (entry["total"], entry["success"], entry["failed"], entry["expired"]) == (4, 2, 0, 1)
    with running.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
        reasons = tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])
    assert run is not None
    assert (run.status, run.closed_at) == (RunStatus.CLOSED, NIGHT + HOUR)
    assert reasons == [
        (
            4,
            TaskState.EXPIRED,
            "not measured by the deadline 2026-01-01T17:00:00+00:00; last look: Blocked: blocked (captcha)",
        )
    ]


def test_a_closed_run_keeps_its_summary(running: Night) -> None:
    running.deliver(1)
    summary = running.close.summarise(SCHEDULED)
    running.clock.advance(hours=2)
    assert running.close.summarise(SCHEDULED) == summary
    assert running.close.fail(SCHEDULED, "too late") == summary
    assert running.close.check(SCHEDULED).done
    with running.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
        assert tx.runs.failure(SCHEDULED) is None
    assert run is not None
    assert (run.status, run.closed_at) == (RunStatus.CLOSED, NIGHT)


def test_a_run_that_could_not_be_watched_closes_as_failed_and_balanced(running: Night) -> None:
    running.deliver(1)
    with capture_logs() as logs:
        summary = running.close.fail(SCHEDULED, "States.Timeout")
    assert (summary["expected"], summary["succeeded"], summary["expired"]) == (4, 1, 3)
    assert [entry["log_level"] for entry in logs if entry["event"] == "batch_failed"] == ["error"]
    with running.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
        assert tx.runs.failure(SCHEDULED) == "States.Timeout"
        assert tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])[0][2] == "States.Timeout"
    assert run is not None
    assert run.status is RunStatus.FAILED


def test_a_lost_task_is_an_error_and_nothing_is_written(running: Night) -> None:
    with running.sql.begin() as tx:
        tx.connection.execute(text("DELETE FROM task WHERE tracking_id = 2"))
    with pytest.raises(UnbalancedRun, match=f"run {SCHEDULED} does not balance: expected 4 ≠ .* expired [0-9]$"):
        running.close.summarise(SCHEDULED)
    with running.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
        assert tx.tasks.count_states(SCHEDULED) == {TaskState.QUEUED: 3}
    assert run is not None
    assert run.closed_at is None


@pytest.mark.parametrize("step", ["check", "summarise"])
def test_a_run_nobody_started_is_told_apart(night: Night, step: str) -> None:
    with pytest.raises(InvalidInput, match="there is no run 'scheduled-19990101'"):
        getattr(night.close, step)("scheduled-19990101")
