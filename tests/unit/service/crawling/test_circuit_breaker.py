from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from sunwi.domain.circuit import Circuit
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.run import Run, RunKind, RunStatus, TaskState
from sunwi.domain.tracking import Device, Kind, Surface
from sunwi.errors import Blocked, LayoutUnknown, PageUnreachable, Postponed, StoreUnavailable
from sunwi.sites.naver.site import Lane
from tests.examples import HOUR, NIGHT, blog_tracking, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, CrashError, Night

REFUSED = unreadable(PageVerdict.BLOCKED, "captcha")
SHOWN = recognised("101")
KEY = Lane(Surface.INTEGRATED, Device.PC).circuit
TOKEN = "0a1b2c3d"
KEYWORDS = ("가", "나", "다", "라", "마")


@pytest.fixture
def night(night: Night) -> Night:
    """Five pages with one tracking each, all of them refused."""
    night.start(*(place_tracking(101, keyword) for keyword in KEYWORDS))
    show_all(night, REFUSED)
    return night


def show_all(night: Night, reading: PageReading) -> None:
    for keyword in KEYWORDS:
        night.show(reading, keyword=keyword)


def refuse(night: Night, *tracking_ids: int) -> None:
    for tracking_id in tracking_ids:
        with pytest.raises(Blocked):
            night.deliver(tracking_id, f"m{tracking_id}")


def hold(night: Night, *tracking_ids: int, **more: Any) -> list[int]:
    """Deliver messages that are put off, and return their delays."""
    before = len(night.queue.postponed)
    for tracking_id in tracking_ids:
        with pytest.raises(Postponed, match=f"the integrated surface refuses .*: tracking {tracking_id} is looked at"):
            night.deliver(tracking_id, f"m{tracking_id}", **more)
    return [seconds for _, seconds in night.queue.postponed[before:]]


def circuit_of(night: Night) -> Circuit:
    with night.sql.read() as tx:
        return tx.circuits.get(KEY)


def run_of(night: Night) -> Run:
    with night.sql.read() as tx:
        run = tx.runs.get(SCHEDULED)
    assert run is not None
    return run


def await_probe(night: Night) -> datetime:
    probe_at = circuit_of(night).probe_at
    assert probe_at is not None
    night.clock.at = probe_at
    return probe_at


def test_after_three_pages_refused_in_a_row_no_page_is_opened_and_no_attempt_used(night: Night) -> None:
    refuse(night, 1, 2, 3)
    first_probe = circuit_of(night).probe_at
    assert first_probe is not None
    night.clock.advance(seconds=10)
    delays = hold(night, 4, 5, 1)
    assert len(night.loader.loads) == 3
    assert delays == [(first_probe - night.clock.now()).seconds + 1] * 3
    assert [night.task(i, message_id=f"m{i}").attempts_used for i in (1, 4, 5)] == [1, 0, 0]
    assert [night.task(i).state for i in (1, 4)] == [TaskState.RETRYING, TaskState.QUEUED]


def test_the_look_that_opens_it_comes_again_with_the_probe_and_not_before(night: Night) -> None:
    refuse(night, 1, 2, 3)
    delays = [seconds for _, seconds in night.queue.postponed]
    assert 54 <= delays[0] <= 66
    assert 54 <= delays[1] <= 66
    assert 300 <= delays[2] <= 360


def test_the_run_is_blocked_since_it_opened_and_runs_again_once_it_has_closed(night: Night) -> None:
    night.clock.advance(seconds=7)
    refuse(night, 1, 2)
    assert (run_of(night).status, run_of(night).blocked_since) == (RunStatus.RUNNING, None)
    refuse(night, 3)
    blocked = run_of(night)
    assert (blocked.status, blocked.blocked_since) == (RunStatus.BLOCKED, NIGHT + timedelta(seconds=7))
    show_all(night, SHOWN)
    await_probe(night)
    assert night.deliver(4, "m4") is not None
    assert (run_of(night).status, run_of(night).blocked_since) == (RunStatus.RUNNING, None)
    for tracking_id in (1, 2, 3, 5):
        assert night.deliver(tracking_id, f"m{tracking_id}") is not None
    summary = night.close.summarise(SCHEDULED)
    assert (summary["succeeded"], summary["blocked"], summary["page_loads"]) == (5, 0, 8)


def test_probes_that_are_refused_use_no_attempt_however_many_there_are(night: Night) -> None:
    refuse(night, 1, 2, 3)
    for number in range(1, 5):
        await_probe(night)
        refuse(night, 4)
        assert circuit_of(night).pauses == number + 1
        task = night.task(4, message_id="m4")
        assert (task.state, task.attempts_used, task.attempts_started) == (TaskState.RETRYING, 0, number)
        assert len(night.loader.loads) == 3 + number
        hold(night, 5)
    show_all(night, SHOWN)
    await_probe(night)
    assert night.deliver(4, "m4") is not None
    assert night.counts().succeeded == 1


def test_one_page_refused_again_and_again_fails_by_its_own_attempts(night: Night) -> None:
    for _ in range(3):
        refuse(night, 1)
    assert night.task(1).state is TaskState.FAILED
    assert circuit_of(night).opened_at is None
    show_all(night, SHOWN)
    assert night.deliver(2, "m2") is not None


def test_two_pages_refused_in_turns_to_the_end_never_open_it(night: Night) -> None:
    for _ in range(3):
        refuse(night, 1, 2)
        night.clock.advance(minutes=2)
    assert [night.task(i).state for i in (1, 2)] == [TaskState.FAILED, TaskState.FAILED]
    assert circuit_of(night).opened_at is None


def test_retries_of_pages_that_were_refused_before_do_not_open_it(night: Night) -> None:
    night.show(SHOWN, keyword="마")
    refuse(night, 1, 2)
    night.deliver(5, "m5")
    refuse(night, 3)
    night.clock.advance(minutes=2)
    refuse(night, 1, 2)
    assert circuit_of(night).opened_at is None
    refuse(night, 4)
    night.clock.advance(minutes=2)
    assert [keyword for keyword, _ in circuit_of(night).blocked_pages] == ["다", "라"]


def test_a_recognised_reading_answers_its_other_trackings_while_the_surface_refuses(night: Night) -> None:
    night.track(blog_tracking("writer/1", "마"))
    night.clock.advance(days=1)
    run = night.dispatch.scheduled(night.clock.now())
    night.show(recognised("101", "blog:writer/1"), keyword="마")
    night.deliver(5, "n5", run_id=run.id)
    for tracking_id in (1, 2, 3):
        with pytest.raises(Blocked):
            night.deliver(tracking_id, f"n{tracking_id}", run_id=run.id)
    measured = night.deliver(6, "n6", run_id=run.id)
    assert measured is not None
    assert measured.rank == 1


def test_a_second_look_is_held_back_rather_than_a_day_written_as_not_exposed(night: Night) -> None:
    night.track(blog_tracking("writer/1", "마"))
    night.show(recognised("101", "blog:writer/1"), keyword="마")
    show_all(night, SHOWN)
    night.show(recognised("101", "blog:writer/1"), keyword="마")
    first = night.dispatch.started(RunKind.ON_DEMAND, [6], request_id=TOKEN)
    night.deliver(6, "n6", run_id=first.id)
    night.clock.advance(days=1)
    run = night.dispatch.scheduled(night.clock.now())
    show_all(night, REFUSED)
    night.show(recognised("101", absent=[Kind.BLOG]), keyword="마")
    night.deliver(5, "m5", run_id=run.id)
    for tracking_id in (1, 2, 3):
        with pytest.raises(Blocked):
            night.deliver(tracking_id, f"n{tracking_id}", run_id=run.id)
    with pytest.raises(Postponed):
        night.deliver(6, "m6", run_id=run.id)
    assert [row.rank for row in night.history(6)] == [1]
    assert night.task(6, message_id="m6", run_id=run.id).attempts_used == 0
    probe_at = await_probe(night)
    assert night.deliver(6, "m6", run_id=run.id) is not None
    assert [row.rank for row in night.history(6)] == [1, None]
    assert circuit_of(night) == Circuit(key=KEY, closed_at=probe_at)


def test_what_a_surface_has_refused_to_the_deadline_expires_as_blocked_and_the_run_balances(night: Night) -> None:
    night.show(SHOWN, keyword="마")
    night.deliver(5, "m5")
    refuse(night, 1, 2, 3)
    hold(night, 4)
    night.clock.at = run_of(night).deadline
    assert night.deliver(4, "m4") is None
    summary = night.close.summarise(SCHEDULED)
    assert (summary["expected"], summary["succeeded"], summary["expired"], summary["blocked"]) == (5, 1, 4, 4)
    assert [night.history(i) for i in (1, 2, 3, 4)] == [[], [], [], []]
    with night.sql.read() as tx:
        reasons = tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])
    since, deadline = NIGHT.isoformat(), (NIGHT + HOUR).isoformat()
    why = f"blocked: the integrated surface on pc has refused since {since} (blocked (captcha)), up to the deadline"
    assert {reason.split(";")[0] for _, _, reason in reasons} == {f"{why} {deadline}"}
    assert (run_of(night).status, run_of(night).blocked_since) == (RunStatus.CLOSED, None)


def test_a_message_that_is_held_back_near_the_deadline_comes_to_be_acknowledged_then(night: Night) -> None:
    night.clock.at = NIGHT + HOUR - timedelta(seconds=100)
    refuse(night, 1, 2, 3)
    assert hold(night, 4) == [100]


def test_a_redriven_message_waits_for_the_probe_past_its_deadline_too(night: Night) -> None:
    night.clock.at = NIGHT + HOUR
    night.close.summarise(SCHEDULED)
    night.clock.advance(minutes=1)
    sent_at = night.clock.now()
    for tracking_id in (1, 2, 3):
        with pytest.raises(Blocked):
            night.deliver(tracking_id, f"n{tracking_id}", sent_at=sent_at)
    (delay,) = hold(night, 4, sent_at=sent_at)
    assert delay >= 300
    show_all(night, SHOWN)
    await_probe(night)
    measured = night.deliver(4, "m4", sent_at=sent_at)
    assert measured is not None
    assert measured.is_late


def test_a_pages_retry_after_is_waited_for_and_opens_nothing_by_itself(night: Night) -> None:
    night.retry_after_seconds = 1500
    refuse(night, 1)
    assert night.queue.postponed == [("m1", 1500)]
    assert circuit_of(night).opened_at is None
    refuse(night, 2, 3)
    assert circuit_of(night).probe_at == NIGHT + timedelta(seconds=1500)
    assert hold(night, 4) == [1500]


def test_a_retry_after_beyond_the_deadline_hides_the_message_to_the_deadline(night: Night) -> None:
    night.retry_after_seconds = 36_000
    refuse(night, 1)
    assert night.queue.postponed == [("m1", 3600)]


def test_a_probe_that_crashed_keeps_others_out_no_longer_than_it_could_have_run(night: Night) -> None:
    refuse(night, 1, 2, 3)
    probe_at = await_probe(night)
    night.show(CrashError(), keyword="라")
    with pytest.raises(CrashError):
        night.deliver(4, "m4")
    assert night.task(4, message_id="m4").attempts_used == 1
    hold(night, 5)
    show_all(night, SHOWN)
    night.clock.at = probe_at + timedelta(seconds=60)
    assert night.deliver(5, "m5") is not None
    assert circuit_of(night).opened_at is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (unreadable(PageVerdict.LAYOUT_UNKNOWN, "no landmark"), LayoutUnknown),
        (PageUnreachable("timed out"), PageUnreachable),
    ],
    ids=["layout", "unreachable"],
)
def test_a_probe_that_sees_neither_page_nor_refusal_closes_nothing_and_uses_no_attempt(
    night: Night, answer: PageReading | PageUnreachable, error: type[Exception]
) -> None:
    refuse(night, 1, 2, 3)
    probe_at = await_probe(night)
    night.show(answer, keyword="라")
    with pytest.raises(error):
        night.deliver(4, "m4")
    circuit = circuit_of(night)
    assert (circuit.opened_at, circuit.pauses, circuit.probing_until) == (NIGHT, 1, None)
    assert circuit.probe_at is not None
    assert circuit.probe_at >= probe_at + timedelta(seconds=300)
    assert night.task(4, message_id="m4").attempts_used == 0
    assert night.queue.postponed[-1][1] >= 300


def test_logs_and_metric_tell_of_opening_probing_and_closing(night: Night) -> None:
    with capture_logs() as logs:
        refuse(night, 1, 2, 3)
        night.clock.advance(seconds=20)
        hold(night, 4)
        await_probe(night)
        refuse(night, 4)
        show_all(night, SHOWN)
        await_probe(night)
        night.deliver(4, "m4")
    told = [entry for entry in logs if entry["event"].startswith("circuit_")]
    assert [entry["event"] for entry in told] == [
        "circuit_opened",
        "circuit_half_open",
        "circuit_stays_open",
        "circuit_half_open",
        "circuit_closed",
    ]
    assert {(entry["surface"], entry["device"]) for entry in told} == {("integrated", "pc")}
    assert (told[0]["pages"], told[0]["reason"], told[0]["log_level"]) == (3, "blocked (captcha)", "warning")
    (held,) = [entry for entry in logs if entry["event"] == "message_postponed"]
    assert (held["tracking_id"], held["log_level"]) == (4, "info")
    surfaces, names, seconds = zip(*night.metrics.published, strict=True)
    assert set(names) == {"CircuitOpenSeconds"}
    assert surfaces == ("integrated-pc", "worst") * 3
    assert seconds[:4] == (0, 0, 20, 20)
    assert 300 <= seconds[4] <= 360


def test_a_run_whose_state_cannot_be_written_is_marked_by_whoever_looks_next(night: Night) -> None:
    refuse(night, 1, 2)
    night.store.go_away(3)  # start, store the reading, mark the runs
    refuse(night, 3)
    assert run_of(night).status is RunStatus.RUNNING
    hold(night, 4)
    assert run_of(night).status is RunStatus.BLOCKED


def test_the_monitor_mends_a_runs_state_and_waits_for_the_probe(night: Night) -> None:
    refuse(night, 1, 2, 3)
    with night.sql.begin() as tx:
        tx.runs.set_blocked(SCHEDULED, None)
    night.close.check(SCHEDULED)
    assert run_of(night).status is RunStatus.BLOCKED
    check = night.close.check(SCHEDULED)
    assert (check.done, check.wait_seconds) == (False, 300)
    with night.sql.begin() as tx:
        tx.circuits.save(Circuit(key=KEY))
    night.close.check(SCHEDULED)
    assert run_of(night).status is RunStatus.RUNNING


def test_a_database_that_is_away_during_a_probe_lets_another_one_follow(night: Night) -> None:
    refuse(night, 1, 2, 3)
    probe_at = await_probe(night)
    night.store.go_away(2)
    with pytest.raises(StoreUnavailable):
        night.deliver(4, "m4")
    assert night.queue.postponed[-1] == ("m4", 300)
    hold(night, 5)
    night.clock.at = probe_at + timedelta(seconds=60)
    show_all(night, SHOWN)
    assert night.deliver(5, "m5") is not None


def test_a_challenge_over_a_list_is_counted_as_a_refusal_and_its_ranks_stand(night: Night) -> None:
    show_all(night, replace(SHOWN, beyond=PageVerdict.BLOCKED))

    for tracking_id in (1, 2, 3):
        night.deliver(tracking_id, f"m{tracking_id}")

    assert [night.task(i).state for i in (1, 2, 3)] == [TaskState.SUCCEEDED] * 3
    assert circuit_of(night).opened_at is not None
