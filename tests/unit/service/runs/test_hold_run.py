from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.actor import SYSTEM
from sunwi.domain.canary import CanaryCheck, CanaryState
from sunwi.domain.failure import FailureCause
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import Run, RunKind, RunStatus, TaskState
from sunwi.domain.tracking import Device, Surface, TrackingStatus
from sunwi.errors import Retryable
from tests.examples import HOUR, NIGHT, place_tracking, recognised
from tests.night import SCHEDULED, Night

IDS = [1, 2]


@pytest.fixture
def night(night: Night) -> Night:
    night.track(place_tracking(1), place_tracking(2, "홍대 카페"))
    for keyword in ("강남역 맛집", "홍대 카페"):
        night.show(recognised("1"), keyword=keyword)
    return night


def check(night: Night, recognised_pages: int, *, number: int = 0) -> None:
    """Store a check of four pages."""
    surface = SurfaceCounts(
        surface=Surface.INTEGRATED,
        device=Device.PC,
        recognised=recognised_pages,
        layout_unknown=4 - recognised_pages,
    )
    made = CanaryCheck(run_id=SCHEDULED, number=number, checked_at=night.clock.now(), surfaces=[surface])
    with night.sql.begin() as tx:
        tx.canaries.add(made)


def fire(night: Night) -> Run:
    return night.dispatch.scheduled(night.clock.now(), asks_canary=True)


def run_of(night: Night) -> Run:
    with night.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
    assert run is not None
    return run


def sent(night: Night) -> list[int]:
    return [tracking_id for _, tracking_id, _ in night.queue.sent]


def test_a_run_after_a_good_check_starts_at_once(night: Night) -> None:
    check(night, 4)
    fire(night)
    run = run_of(night)
    assert (run.canary, run.status, sent(night)) == (CanaryState.RECOGNISED, RunStatus.RUNNING, IDS)


def test_a_run_after_a_bad_check_is_stored_and_watched_and_nothing_of_it_is_sent(night: Night) -> None:
    check(night, 1)
    with capture_logs() as logs:
        fire(night)
    run = run_of(night)
    assert (run.canary, run.is_held, run.status) == (CanaryState.HELD, True, RunStatus.DISPATCHING)
    assert (run.expected, run.deadline, run.held_until) == (2, NIGHT + HOUR, NIGHT + HOUR / 2)
    assert (sent(night), night.machine.started) == ([], [f"{SCHEDULED}-0"])
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["run_held"]
    checked = night.close.check(SCHEDULED)
    assert (checked.done, checked.is_held, checked.canary_number, checked.wait_seconds) == (False, True, 1, 600)


def test_a_run_without_a_check_starts_at_once_with_a_warning(night: Night) -> None:
    with capture_logs() as logs:
        fire(night)
    assert (run_of(night).canary, sent(night)) == (CanaryState.MISSING, IDS)
    assert [entry["canary"] for entry in logs if entry["event"] == "canary_warning"] == ["missing"]
    summary = night.close.summarise(SCHEDULED)
    assert summary["canary"] == {
        "state": "missing",
        "warning": "the run started without a canary check: see the canary function's log",
        "held_seconds": 0.0,
        "checks": 0,
        "surfaces": [],
    }
    assert ("worst", "CanaryWarnings", 1.0) in night.metrics.published


def test_the_canary_is_asked_for_the_schedule_s_own_event_only(night: Night) -> None:
    check(night, 0)
    by_hand = night.dispatch.scheduled(night.clock.now())
    assert (by_hand.canary, sent(night)) == (None, IDS)
    manual = night.dispatch.started(RunKind.MANUAL, None, request_id="0" * 8)
    assert (manual.canary, manual.is_held) == (None, False)
    summary = night.close.summarise(SCHEDULED)
    assert summary["canary"] is None
    assert "CanaryWarnings" not in {name for _, name, _ in night.metrics.published}


def test_a_repeated_event_neither_sends_a_held_run_nor_holds_one_that_was_released(night: Night) -> None:
    check(night, 0)
    fire(night)
    night.clock.advance(seconds=30)
    fire(night)
    assert (sent(night), run_of(night).started_at) == ([], NIGHT)
    check(night, 4, number=1)
    night.release.release(SCHEDULED, check_failed=False)
    fire(night)
    assert (sent(night), run_of(night).canary) == (IDS, CanaryState.RECOGNISED)


def test_a_better_check_releases_a_held_run_and_a_second_release_sends_nothing_twice(night: Night) -> None:
    check(night, 0)
    fire(night)
    night.clock.advance(minutes=10)
    check(night, 3, number=1)
    with capture_logs() as logs:
        night.release.release(SCHEDULED, check_failed=False)
        night.release.release(SCHEDULED, check_failed=False)
    run = run_of(night)
    assert (run.canary, run.status, run.released_at) == (
        CanaryState.RECOGNISED,
        RunStatus.RUNNING,
        NIGHT + timedelta(minutes=10),
    )
    assert (sent(night), night.machine.started) == (IDS, [f"{SCHEDULED}-0"])
    (entry,) = [entry for entry in logs if entry["event"] == "run_released"]
    assert (entry["held_seconds"], entry["log_level"]) == (600, "info")
    assert not night.close.check(SCHEDULED).is_held
    for tracking_id in IDS:
        night.deliver(tracking_id, f"m{tracking_id}")
    summary = night.close.summarise(SCHEDULED)
    assert (summary["succeeded"], summary["expected"]) == (2, 2)
    assert (summary["canary"]["state"], summary["canary"]["warning"]) == ("recognised", None)
    assert (summary["canary"]["held_seconds"], summary["canary"]["checks"]) == (600, 2)
    assert ("worst", "CanaryWarnings", 0.0) in night.metrics.published


def test_a_check_as_bad_as_before_holds_on_until_the_hold_is_used_up(night: Night) -> None:
    check(night, 0)
    fire(night)
    for number in (1, 2):
        night.clock.advance(minutes=10)
        check(night, 0, number=number)
        assert night.release.release(SCHEDULED, check_failed=False).is_held
    assert (sent(night), night.close.check(SCHEDULED).wait_seconds) == ([], 600)
    night.clock.advance(minutes=10)
    check(night, 0, number=3)
    with capture_logs() as logs:
        night.release.release(SCHEDULED, check_failed=False)
    assert (run_of(night).canary, sent(night)) == (CanaryState.UNRECOGNISED, IDS)
    assert "run_released" in [entry["event"] for entry in logs if entry["log_level"] == "warning"]
    summary = night.close.summarise(SCHEDULED)
    assert "started anyway" in summary["canary"]["warning"]
    assert (summary["canary"]["held_seconds"], summary["canary"]["surfaces"][0]["layout_unknown"]) == (1800, 4)


def test_a_canary_that_cannot_be_read_again_holds_nothing(night: Night) -> None:
    check(night, 0)
    fire(night)
    night.release.release(SCHEDULED, check_failed=True)
    assert (run_of(night).canary, sent(night)) == (CanaryState.CHECK_FAILED, IDS)


def test_a_release_that_broke_off_between_its_mark_and_its_messages_is_made_up_for(night: Night) -> None:
    check(night, 0)
    fire(night)
    check(night, 4, number=1)
    night.queue.refused = {2}
    with pytest.raises(Retryable):
        night.release.release(SCHEDULED, check_failed=False)
    night.queue.refused = set()
    night.release.release(SCHEDULED, check_failed=False)
    assert (sent(night), run_of(night).canary) == (IDS, CanaryState.RECOGNISED)


@pytest.mark.parametrize("by", ["resume", "start --scheduled"])
def test_a_person_need_not_wait_for_the_canary(night: Night, by: str) -> None:
    check(night, 0)
    fire(night)
    night.clock.advance(minutes=5)
    if by == "resume":
        night.dispatch.again(SCHEDULED)
    else:
        night.dispatch.scheduled(night.clock.now())
    assert (run_of(night).canary, sent(night)) == (CanaryState.BY_HAND, IDS)
    assert night.close.summarise(SCHEDULED)["canary"]["held_seconds"] == 300


def test_the_deadline_counts_from_the_first_dispatch_and_a_run_held_past_it_closes_balanced(night: Night) -> None:
    check(night, 0)
    fire(night)
    night.clock.at = NIGHT + HOUR
    assert night.close.check(SCHEDULED).done
    summary = night.close.summarise(SCHEDULED)
    assert (summary["expected"], summary["expired"], summary["elapsed_seconds"]) == (2, 2, 3600)
    assert (summary["canary"]["state"], summary["canary"]["held_seconds"]) == ("held", 3600)
    with night.sql.read() as tx:
        unmeasured = tx.failures.unmeasured(SCHEDULED, [TaskState.EXPIRED])
    assert {task.cause for task in unmeasured} == {FailureCause.HELD}
    assert unmeasured[0].reason.startswith("held for the canary, whose pages were not recognised, up to the deadline")
    night.release.release(SCHEDULED, check_failed=False)
    assert sent(night) == []


def test_a_held_run_without_trackings_is_done_at_once(night: Night) -> None:
    night.manage.set_status(SYSTEM, IDS, TrackingStatus.ENDED)
    check(night, 0)
    fire(night)
    assert night.close.check(SCHEDULED).done


def test_a_short_run_is_held_for_half_of_its_time(night: Night) -> None:
    night.batch_timeout = timedelta(seconds=20)
    check(night, 0)
    fire(night)
    assert run_of(night).held_until == NIGHT + timedelta(seconds=10)
    assert night.close.check(SCHEDULED).wait_seconds == 10


def test_a_threshold_of_0_never_holds(night: Night) -> None:
    night.hold = replace(night.hold, threshold=0)
    check(night, 0)
    assert fire(night).canary is CanaryState.RECOGNISED
