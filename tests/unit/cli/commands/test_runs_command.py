import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.run import Run, RunKind, RunStatus, TaskState
from sunwi.domain.tracking import Device, Surface
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.mark_blocked_runs import mark_blocked_runs
from sunwi.sites.naver.site import Lane
from tests.examples import (
    DAY,
    NIGHT,
    blog_tracking,
    new_reading,
    new_run,
    page_key,
    place_tracking,
    recognised,
    unreadable,
)
from tests.unit.cli.command_line import CommandLine, FakeContainer, Output


@pytest.fixture
def _trackings(container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add(
            [place_tracking(), blog_tracking(), place_tracking(7, "부산 맛집")], at=container.adapters.clock.now()
        )


@pytest.fixture
def closed_run(container: FakeContainer, _trackings: None) -> str:
    """A run with one exposed, one failed and one expired task, and a late one."""
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
        first, second, third = (tx.tasks.lock(run.id, i, message_id="m") for i in (1, 2, 3))
        assert first is not None
        assert second is not None
        assert third is not None
        tx.tasks.set_state(first, TaskState.SUCCEEDED, decided_at=container.adapters.clock.now(), is_exposed=True)
        failed = "LayoutUnknown: layout_unknown (\x1b[31mno block)"
        tx.tasks.set_state(
            second,
            TaskState.FAILED,
            decided_at=container.adapters.clock.now(),
            failure=Failure(FailureCause.LAYOUT, failed),
        )
        tx.tasks.set_late(second, DAY + timedelta(days=1))
    container.own_clock.advance(hours=1)
    CloseRun(store=container.adapters.store, clock=container.adapters.clock).summarise(run.id)
    return run.id


@pytest.fixture
def on_sleep(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Set what happens while a watch waits."""

    def replace(action: Callable[[], None]) -> None:
        monkeypatch.setattr("sunwi.cli.commands.runs.sleep", lambda _seconds: action())

    return replace


@pytest.fixture
def blocked_run(container: FakeContainer, _trackings: None) -> str:
    """A run whose surface has refused since five minutes after its start."""
    run = replace(new_run(), status=RunStatus.RUNNING)
    opened_at = NIGHT + timedelta(minutes=5)
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
        circuit = tx.circuits.lock(Lane(Surface.INTEGRATED, Device.PC).circuit)
        probe_at, reason = opened_at + timedelta(minutes=10), "blocked (HTTP status 403 \x1b[31m)"
        tx.circuits.save(replace(circuit, opened_at=opened_at, probe_at=probe_at, pauses=2, reason=reason))
    mark_blocked_runs(container.adapters.store)
    return run.id


def test_show_and_list_say_since_when_a_run_is_blocked_and_when_it_is_tried_again(
    sunwi: CommandLine, blocked_run: str
) -> None:
    shown = sunwi("runs", "show", blocked_run).out
    assert "차단됨 (01-02 01:05:00부터)" in shown
    said = "차단: 통합검색 PC 01-02 01:05:00부터 (다음 확인 01-02 01:15:00; 네이버가 조회를 막았습니다 (HTTP 403))"
    assert said in " ".join(shown.split())
    assert "차단됨 (01-02 01:05:00부터)" in sunwi("runs", "list").out
    document = sunwi("runs", "show", blocked_run, "--json").document()
    assert (document["status"], document["blocked_since"]) == ("BLOCKED", "2026-01-01T16:05:00+00:00")
    assert document["circuits"] == [
        {
            "surface": "integrated",
            "device": "pc",
            "opened_at": "2026-01-01T16:05:00+00:00",
            "probe_at": "2026-01-01T16:15:00+00:00",
            "pauses": 2,
            "reason": "blocked (HTTP status 403 \x1b[31m)",
        }
    ]


@pytest.mark.usefixtures("_trackings")
def test_start_sends_every_active_tracking_by_the_express_lane(sunwi: CommandLine, container: FakeContainer) -> None:
    sunwi("trackings", "pause", "2")
    output = sunwi("runs", "start")
    assert output.code == 0
    assert "배치를 시작했습니다: manual-20260102-010000-" in output.out
    assert "추적 2건" in output.out
    assert "\n진행 보기: sunwi runs watch manual-20260102-010000-" in output.out
    assert {(tracking_id, express) for _, tracking_id, express in container.own_queue.sent} == {(1, True), (3, True)}


@pytest.mark.usefixtures("_trackings")
def test_start_takes_only_the_trackings_it_is_told(sunwi: CommandLine, container: FakeContainer) -> None:
    document = sunwi("runs", "start", "--tracking", "2", "--tracking", "3", "--json").document()
    assert (document["kind"], document["expected"], document["capacity_warning"]) == ("MANUAL", 2, None)
    assert {tracking_id for _, tracking_id, _ in container.own_queue.sent} == {2, 3}


@pytest.mark.usefixtures("_trackings")
def test_a_scheduled_run_started_by_hand_is_the_run_of_today_in_korea(
    sunwi: CommandLine, container: FakeContainer
) -> None:
    document = sunwi("runs", "start", "--scheduled", "--json").document()
    assert (document["run_id"], document["business_date"]) == ("scheduled-20260102", "2026-01-02")
    assert {express for _, _, express in container.own_queue.sent} == {False}
    assert sunwi("runs", "start", "--scheduled").code == 0
    assert len(container.own_queue.sent) == 3


def test_a_scheduled_run_that_is_over_is_not_said_to_have_started(sunwi: CommandLine, closed_run: str) -> None:
    output = sunwi("runs", "start", "--scheduled")
    assert f"이미 끝난 배치입니다: {closed_run}" in output.out


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--tracking", "99"), "추적 99번이 없습니다"),
        (("--tracking", "3"), "추적 3번은 종료되었습니다"),
        (("--scheduled", "--tracking", "1"), "--scheduled 는 진행 중인 모든 추적을 측정합니다"),
    ],
)
@pytest.mark.usefixtures("_trackings")
def test_start_refuses_what_it_cannot_measure(
    sunwi: CommandLine, container: FakeContainer, options: tuple[str, ...], wanted: str
) -> None:
    sunwi("trackings", "end", "3")
    output = sunwi("runs", "start", *options)
    assert output.code == 2
    assert wanted in output.err
    assert container.own_queue.sent == []


def test_start_without_any_active_tracking_says_what_to_do(sunwi: CommandLine) -> None:
    output = sunwi("runs", "start")
    assert output.code == 2
    assert "진행 중인 추적이 없습니다" in output.err


def test_start_without_queues_leaves_no_run_behind(sqlite_settings_only: CommandLine) -> None:
    options = ("--kind", "place", "--keyword", "맛집", "--url", "https://map.naver.com/p/entry/place/1648862917")
    sqlite_settings_only("trackings", "add", *options, "--no-measure")
    output = sqlite_settings_only("runs", "start", "--json")
    assert output.code == 1
    assert output.document()["error"]["name"] == "ConfigurationError"
    assert "EXPRESS_QUEUE_URL is not set" in output.document()["error"]["message"]
    assert sqlite_settings_only("runs", "list", "--json").document() == {"runs": []}


def test_list_gives_the_newest_first_with_counts(sunwi: CommandLine, closed_run: str) -> None:
    sunwi("runs", "start")
    newest, oldest = sunwi("runs", "list", "--json").document()["runs"]
    assert (newest["kind"], newest["left"]) == ("MANUAL", 3)
    assert (oldest["run_id"], oldest["succeeded"], oldest["failed"], oldest["expired"]) == (closed_run, 1, 1, 1)
    assert closed_run in sunwi("runs", "list").out
    assert len(sunwi("runs", "list", "--limit", "1", "--json").document()["runs"]) == 1


def test_show_gives_the_equation_the_reasons_and_what_was_late(sunwi: CommandLine, closed_run: str) -> None:
    output = sunwi("runs", "show", closed_run)
    assert output.code == 0
    assert "전체 3 = 성공 1 + 실패 1 + 취소 0 + 기한 초과 1\n" in output.out
    assert "노출 1건, 미노출 0건" in output.out
    assert "화면의 구조를 알아보지 못했습니다" in output.out
    assert "배치 기한까지 측정하지 못했습니다" in output.out
    assert "LayoutUnknown" not in output.out
    assert "화면 구조 변경" in output.out
    assert "마감 후 측정: 추적 2번 (2026-01-03)" in output.out
    document = sunwi("runs", "show", closed_run, "--json").document()
    assert (document["status"], document["is_balanced"], document["elapsed_seconds"]) == ("CLOSED", True, 3600)
    assert (document["pages"], document["page_loads"]) == (2, 0)
    assert [(task["tracking_id"], task["state"], task["cause"]) for task in document["unmeasured"]] == [
        (2, "FAILED", "layout"),
        (3, "EXPIRED", "deadline"),
    ]
    assert document["unmeasured"][0]["reason"] == "LayoutUnknown: layout_unknown (\x1b[31mno block)"
    assert document["late"] == [{"tracking_id": 2, "date": "2026-01-03"}]


def show_after(container: FakeContainer, sunwi: CommandLine, *readings: PageReading, run: Run) -> Output:
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
        for number, reading in enumerate(readings):
            tx.readings.add(new_reading(run.id, reading, key=page_key(f"말 {number}")))
    return sunwi("runs", "show", run.id)


def test_show_says_what_became_of_each_surface(sunwi: CommandLine, container: FakeContainer) -> None:
    readings = [recognised("1")] * 4 + [unreadable(PageVerdict.LAYOUT_UNKNOWN), unreadable(PageVerdict.BLOCKED)]
    output = show_after(container, sunwi, *readings, run=new_run())
    assert "화면 인식: 통합검색 PC 4/6쪽 (66.7%), 구조 불명 1쪽, 차단 1쪽\n" in output.out
    assert "주의: 통합검색 PC의 구조가 바뀐 것 같습니다. 열린 5쪽 가운데 4쪽만 알아보았습니다 (기준 90%)" in output.out
    assert "주의: 통합검색 PC을(를) 네이버가 막고 있습니다. 6쪽 가운데 1쪽 차단 (기준 10%)" in output.out
    (surface,) = sunwi("runs", "show", new_run().id, "--json").document()["surfaces"]
    assert (surface["surface"], surface["device"], surface["pages"]) == ("integrated", "pc", 6)
    assert (surface["recognised_of_served"], surface["blocked_share"]) == (0.8, 0.1667)


@pytest.mark.parametrize(
    ("reading", "run"),
    [
        (recognised("1"), new_run()),
        (unreadable(PageVerdict.LAYOUT_UNKNOWN), new_run("on-demand-1", RunKind.ON_DEMAND)),
    ],
)
def test_show_warns_neither_of_a_good_night_nor_of_one_new_page(
    sunwi: CommandLine, container: FakeContainer, reading: PageReading, run: Run
) -> None:
    output = show_after(container, sunwi, reading, run=run)
    assert "화면 인식: 통합검색 PC" in output.out
    assert "주의" not in output.out


@pytest.mark.usefixtures("_trackings")
def test_an_open_run_shows_what_is_left(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.runs.add(new_run(), None)
    assert "+ 기한 초과 0 + 남음 3" in sunwi("runs", "show", "scheduled-20260102").out


@pytest.mark.parametrize("command", ["show", "watch"])
def test_an_unknown_run_is_a_bad_argument(sunwi: CommandLine, command: str) -> None:
    output = sunwi("runs", command, "scheduled-19990101", "--json")
    assert output.code == 2
    assert "there is no run 'scheduled-19990101'" in output.document()["error"]["message"]


@pytest.mark.usefixtures("_trackings")
def test_watch_prints_steps_until_the_run_is_closed(
    sunwi: CommandLine,
    container: FakeContainer,
    on_sleep: Callable[[Callable[[], None]], None],
) -> None:
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)

    def close() -> None:
        CloseRun(store=container.adapters.store, clock=container.adapters.clock).summarise(run.id)

    on_sleep(close)
    output = sunwi("runs", "watch", run.id)
    assert output.code == 1
    assert f"{run.id}  배정 중  성공 0 실패 0  0/3" in output.out
    assert f"{run.id}  대부분 미측정  성공 0 실패 0  3/3" in output.out
    assert "전체 3 = " in output.out


@pytest.mark.usefixtures("_trackings")
@pytest.mark.parametrize(("measured", "code", "told"), [(1, 1, "대부분 미측정"), (2, 0, "완료")])
def test_a_run_that_balances_and_measured_less_than_half_does_not_look_fine(
    *, sunwi: CommandLine, container: FakeContainer, measured: int, code: int, told: str
) -> None:
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
        tx.connection.execute(text("UPDATE task SET state = 'SUCCEEDED' WHERE tracking_id <= :n"), {"n": measured})
    summary = CloseRun(store=container.adapters.store, clock=container.adapters.clock).summarise(run.id)
    assert (summary["expected"], summary["succeeded"], summary["expired"]) == (3, measured, 3 - measured)
    output, shown = sunwi("runs", "watch", run.id), sunwi("runs", "show", run.id, "--json").document()
    assert output.code == code
    assert f"배치 {run.id} (정기, 기준일 2026-01-02): {told}" in output.out
    assert told in sunwi("runs", "list").out
    assert (shown["status"], shown["is_balanced"], shown["is_mostly_unmeasured"]) == ("CLOSED", True, code == 1)


@pytest.mark.usefixtures("_trackings")
def test_start_and_watch_print_one_document(
    sunwi: CommandLine,
    container: FakeContainer,
    on_sleep: Callable[[Callable[[], None]], None],
) -> None:
    def close() -> None:
        [run_id] = {run_id for run_id, _, _ in container.own_queue.sent}
        CloseRun(store=container.adapters.store, clock=container.adapters.clock).summarise(run_id)

    on_sleep(close)
    document = sunwi("runs", "start", "--watch", "--json").document()
    assert (document["status"], document["expired"]) == ("CLOSED", 3)


@pytest.mark.usefixtures("_trackings")
def test_watch_leaves_with_1_when_the_run_itself_failed(sunwi: CommandLine, container: FakeContainer) -> None:
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
    CloseRun(store=container.adapters.store, clock=container.adapters.clock).fail(run.id, "the database was away")
    output = sunwi("runs", "watch", run.id)
    assert output.code == 1
    assert "배치 실패 사유: the database was away" in output.out
    assert sunwi("runs", "show", run.id, "--json").document()["status"] == RunStatus.FAILED.value


@pytest.mark.usefixtures("_trackings")
def test_watch_gives_up_on_a_run_that_nobody_closes(
    sunwi: CommandLine,
    container: FakeContainer,
    on_sleep: Callable[[Callable[[], None]], None],
) -> None:
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.runs.add(run, None)
    on_sleep(lambda: container.own_clock.advance(minutes=10))
    output = sunwi("runs", "watch", run.id)
    assert output.code == 1
    assert "기한이 지났지만 닫히지 않았습니다" in output.err


def test_a_run_that_does_not_fit_is_warned_of(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        new = [place_tracking(keyword=f"맛집 {number}") for number in range(800)]
        tx.trackings.add(new, at=container.adapters.clock.now())
    output = sunwi("runs", "start")
    assert output.code == 0
    assert "주의: 서로 다른 화면 800개는 800쪽이고 약 4000초가 걸립니다" in output.err
    assert "CRAWL_BATCH_TIMEOUT 을 4000 이상으로 정하세요. CRAWLER_CONCURRENCY 를 2 이상으로" in output.err
    assert "distinct pages" not in output.out + output.err
    said = json.loads(sunwi("runs", "start", "--json").out)["capacity_warning"]
    assert said.startswith("800 distinct pages are 800 page loads and need about 4000 s")
