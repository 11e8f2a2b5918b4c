from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import patch

import pytest
from structlog.testing import capture_logs

from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import Run, RunKind, RunStatus
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import Retryable, StaleEvent, StoreConflict, StoreUnavailable
from sunwi.service.ports.outside import Transaction
from sunwi.service.runs.add_run import add_run
from sunwi.service.runs.send_tasks import PAUSES, SEND_CHUNK
from tests.examples import DAY, HOUR, NIGHT, new_reading, place_tracking, recognised
from tests.night import SCHEDULED, CrashError, Night

THREE = [place_tracking(number, f"말 {number}") for number in (1, 2, 3)]


def stored(night: Night) -> Run:
    with night.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
    assert run is not None
    return run


def sent_ids(night: Night) -> list[int]:
    return [tracking_id for _, tracking_id, _ in night.queue.sent]


def test_a_night_sends_one_message_per_active_tracking_and_is_watched(night: Night) -> None:
    night.track(*THREE)
    night.manage.set_status(SYSTEM, [2], TrackingStatus.PAUSED)
    run = night.dispatch.scheduled(NIGHT)
    assert (run.id, run.business_date, run.expected) == (SCHEDULED, DAY, 2)
    assert night.queue.sent == [(SCHEDULED, 1, False), (SCHEDULED, 3, False)]
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert (stored(night).status, stored(night).deadline) == (RunStatus.RUNNING, NIGHT + HOUR)


def test_an_event_that_comes_twice_is_one_run_and_nothing_is_sent_twice(night: Night) -> None:
    night.track(*THREE)
    first = night.dispatch.scheduled(NIGHT)
    night.clock.advance(minutes=40)
    night.track(place_tracking(4))
    again = night.dispatch.scheduled(NIGHT)
    assert (again.id, again.expected, again.deadline) == (first.id, 3, first.deadline)
    assert sent_ids(night) == [1, 2, 3]
    assert night.machine.started == [f"{SCHEDULED}-0"]


def test_what_the_queue_refused_is_all_that_is_sent_the_next_time(night: Night) -> None:
    night.track(*THREE)
    night.queue.refused = {2}
    with pytest.raises(Retryable, match=r"scheduled-20260102 could be sent \(.*refused 1 of 1.*as soon as it can$"):
        night.dispatch.scheduled(NIGHT)
    assert night.machine.started == [f"{SCHEDULED}-0"], "it has the rest sent"
    assert stored(night).status is RunStatus.DISPATCHING
    night.queue.refused = set()
    night.dispatch.scheduled(NIGHT)
    assert sent_ids(night) == [1, 3, 2]
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert stored(night).status is RunStatus.RUNNING


def test_a_dispatcher_killed_before_it_sent_anything_sends_it_all_the_next_time(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> set[int]:
        raise CrashError

    night.track(*THREE)
    with monkeypatch.context() as patch:
        patch.setattr(night.queue, "send", die)
        with pytest.raises(CrashError):
            night.dispatch.scheduled(NIGHT)
    night.clock.advance(minutes=10)
    run = night.dispatch.scheduled(NIGHT)
    assert sent_ids(night) == [1, 2, 3]
    assert run.deadline == NIGHT + HOUR


def test_a_dispatcher_killed_before_the_execution_started_sends_nothing_again(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise CrashError

    night.track(*THREE)
    with monkeypatch.context() as patch:
        patch.setattr(night.machine, "start", die)
        with pytest.raises(CrashError):
            night.dispatch.scheduled(NIGHT)
    night.dispatch.scheduled(NIGHT)
    assert sent_ids(night) == [1, 2, 3]
    assert night.machine.started == [f"{SCHEDULED}-0"]


def test_an_execution_that_has_ended_is_followed_by_the_next_generation(night: Night) -> None:
    night.track(*THREE)
    night.dispatch.scheduled(NIGHT)
    night.machine.ended = {f"{SCHEDULED}-0", f"{SCHEDULED}-1"}
    night.dispatch.scheduled(NIGHT)
    assert night.machine.started == [f"{SCHEDULED}-0", f"{SCHEDULED}-2"]
    assert stored(night).generation == 2


def test_executions_that_all_have_ended_are_a_case_for_a_person(night: Night) -> None:
    night.machine.ended = {f"{SCHEDULED}-{generation}" for generation in range(100)}
    with pytest.raises(Retryable, match="look at them in the console"):
        night.dispatch.scheduled(NIGHT)


def test_an_event_for_a_closed_run_starts_nothing(night: Night) -> None:
    night.track(*THREE)
    night.dispatch.scheduled(NIGHT)
    night.close.summarise(SCHEDULED)
    night.machine.ended = {f"{SCHEDULED}-0"}
    run = night.dispatch.scheduled(NIGHT)
    assert run.closed_at is not None
    assert sent_ids(night) == [1, 2, 3]
    assert night.machine.started == [f"{SCHEDULED}-0"]


def test_a_night_without_trackings_closes_balanced(night: Night) -> None:
    assert night.dispatch.scheduled(NIGHT).expected == 0
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert night.close.check(SCHEDULED).done
    summary = night.close.summarise(SCHEDULED)
    assert [summary[name] for name in ("expected", "succeeded", "failed", "cancelled", "expired")] == [0] * 5


def test_an_old_event_is_refused_and_nothing_is_stored(night: Night) -> None:
    night.track(*THREE)
    night.clock.advance(minutes=61)
    with pytest.raises(StaleEvent):
        night.dispatch.scheduled(NIGHT)
    assert night.queue.sent == []
    with night.sql.read() as tx:
        assert tx.runs.list(10) == []


def test_an_event_of_yesterday_is_refused_though_it_is_minutes_old(night: Night) -> None:
    night.clock.at = NIGHT + timedelta(hours=23, minutes=1)
    with pytest.raises(StaleEvent, match="belongs to 2026-01-02 KST, and today is 2026-01-03"):
        night.dispatch.scheduled(NIGHT + timedelta(hours=22, minutes=59))


def test_a_test_may_take_an_old_event_as_the_run_of_its_own_date(night: Night) -> None:
    night.allow_stale_events = True
    night.track(*THREE)
    run = night.dispatch.scheduled(NIGHT - timedelta(days=3))
    assert (run.id, run.deadline) == ("scheduled-20251230", NIGHT + HOUR)


@pytest.mark.parametrize("kind", [RunKind.MANUAL, RunKind.ON_DEMAND])
def test_a_run_somebody_waits_for_takes_the_express_lane_and_its_own_trackings(night: Night, kind: RunKind) -> None:
    night.track(*THREE)
    run = night.dispatch.started(kind, [3, 1], request_id="0a1b2c3d")
    assert run.id == f"{kind.value.lower().replace('_', '-')}-20260102-010000-0a1b2c3d"
    assert night.queue.sent == [(run.id, 1, True), (run.id, 3, True)]


def test_a_manual_run_without_ids_takes_every_active_tracking(night: Night) -> None:
    night.track(*THREE)
    night.manage.set_status(SYSTEM, [1], TrackingStatus.ENDED)
    night.dispatch.started(RunKind.MANUAL, None, request_id="0a1b2c3d")
    assert sent_ids(night) == [2, 3]


def test_pages_that_the_night_is_too_short_for_are_told_with_the_value_to_set(night: Night) -> None:
    night.batch_timeout = timedelta(seconds=14)
    night.track(*THREE, place_tracking(9, "말 1"))
    with capture_logs() as logs:
        night.dispatch.scheduled(NIGHT)
    (warning,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert warning["event"] == "capacity_exceeded"
    assert warning["message"].startswith("3 distinct pages are 3 page loads and need about 15 s")
    assert warning["message"].endswith("set CRAWL_BATCH_TIMEOUT to at least 15, or CRAWLER_CONCURRENCY to at least 2")
    assert len(night.queue.sent) == 4


def test_the_capacity_is_reckoned_with_the_loads_of_the_last_week(night: Night) -> None:
    night.batch_timeout = timedelta(seconds=14)
    night.track(*THREE)
    run = night.dispatch.started(RunKind.MANUAL, [1], request_id="0a1b2c3d")
    with night.sql.begin() as tx:
        tx.readings.add(new_reading(run.id, recognised(), fetched_at=NIGHT - timedelta(days=6)))
    with capture_logs() as logs:
        night.dispatch.scheduled(NIGHT)
    assert [entry["event"] for entry in logs if entry["log_level"] != "info"] == []


def test_a_database_that_is_away_sends_nothing(night: Night) -> None:
    night.track(*THREE)
    night.store.go_away(1)
    with pytest.raises(StoreUnavailable):
        night.dispatch.scheduled(NIGHT)
    assert (night.queue.sent, night.machine.started) == ([], [])


def test_a_run_whose_storing_was_in_anothers_way_is_stored_at_the_next_try(night: Night) -> None:
    night.track(*THREE)
    tries: list[str] = []

    def add_in_the_way(tx: Transaction, new: Run, tracking_ids: Sequence[int] | None) -> Run:
        run = add_run(tx, new, tracking_ids)
        tries.append(run.id)
        if len(tries) == 1:
            raise StoreConflict("deadlock detected")
        return run

    with patch("sunwi.service.runs.dispatch_run.add_run", add_in_the_way):
        assert night.dispatch.scheduled(NIGHT).expected == 3
    assert tries == [SCHEDULED, SCHEDULED]
    assert sent_ids(night) == [1, 2, 3]


def test_a_database_that_is_away_between_chunks_is_waited_for_and_nothing_is_sent_twice(night: Night) -> None:
    night.track(*(place_tracking(number) for number in range(2 * SEND_CHUNK + 1)))
    night.store.go_away(4, 5)
    night.dispatch.scheduled(NIGHT)
    assert sent_ids(night) == list(range(1, 2 * SEND_CHUNK + 2))
    assert night.clock.at == NIGHT + timedelta(seconds=PAUSES[0] + PAUSES[1])


def test_a_dispatcher_killed_between_two_chunks_leaves_the_rest_to_the_next_one(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = night.queue.send

    def die_at_the_second(run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        if night.queue.sent:
            raise CrashError
        return send(run_id, tracking_ids, express=express)

    night.track(*(place_tracking(number) for number in range(SEND_CHUNK + 5)))
    with monkeypatch.context() as patch:
        patch.setattr(night.queue, "send", die_at_the_second)
        with pytest.raises(CrashError):
            night.dispatch.scheduled(NIGHT)
    assert len(night.queue.sent) == SEND_CHUNK
    assert night.machine.started == []
    night.dispatch.scheduled(NIGHT)
    assert sent_ids(night) == list(range(1, SEND_CHUNK + 6))
    assert night.machine.started == [f"{SCHEDULED}-0"]


def test_a_dispatcher_without_time_leaves_the_rest_to_the_execution_that_it_starts(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.track(*(place_tracking(number) for number in range(SEND_CHUNK + 1)))
    send = night.queue.send

    def send_slowly(run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        night.clock.advance(seconds=30)
        return send(run_id, tracking_ids, express=express)

    monkeypatch.setattr(night.queue, "send", send_slowly)
    run = night.dispatch.scheduled(NIGHT, until=NIGHT + timedelta(seconds=20))
    assert len(night.queue.sent) == SEND_CHUNK
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert (stored(night).status, night.close.check(run.id).has_unsent) == (RunStatus.DISPATCHING, True)
    night.release.release(run.id, check_failed=False, until=night.clock.now() + timedelta(seconds=20))
    assert sent_ids(night) == list(range(1, SEND_CHUNK + 2))
    assert (stored(night).status, night.close.check(run.id).has_unsent) == (RunStatus.RUNNING, False)
    assert night.machine.started == [f"{SCHEDULED}-0"]


def test_an_execution_that_has_closed_the_run_meanwhile_is_not_followed_by_another(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_before(_run: object) -> bool:
        night.close.summarise(SCHEDULED)
        return False

    monkeypatch.setattr(night.machine, "start", end_before)
    night.dispatch.scheduled(NIGHT)
    assert (stored(night).generation, stored(night).status) == (0, RunStatus.CLOSED)


def test_a_later_generation_is_not_forgotten_by_a_dispatcher_that_was_slower(night: Night) -> None:
    night.dispatch.scheduled(NIGHT)
    with night.sql.begin() as tx:
        tx.runs.set_dispatched(SCHEDULED, 2)
        tx.runs.set_dispatched(SCHEDULED, 1)
    assert stored(night).generation == 2
