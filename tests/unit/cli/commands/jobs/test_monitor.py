import pytest

from sunwi.domain.actor import Actor
from sunwi.domain.job_health import QueueFigures
from sunwi.domain.job_monitor import MonitorView
from sunwi.errors import StoreUnavailable
from sunwi.service.jobs.monitor_jobs import Monitor
from sunwi.service.ports.health import QueueDepths
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import JobLife, OnSleep


class TwoQueues(QueueDepths):
    """Queues of which one does not answer."""

    def figures(self) -> list[QueueFigures]:
        return [
            QueueFigures(name="crawl", waiting=4, in_flight=1, dead=2),
            QueueFigures(name="schedules", waiting=None, in_flight=None, dead=None),
        ]


@pytest.fixture(autouse=True)
def _two_queues(container: FakeContainer) -> None:
    replace_parts(container, queues=TwoQueues())


@pytest.fixture
def busy(life: JobLife) -> JobLife:
    """One job done, one failed, one running, one waiting."""
    life.succeed(life.run(life.submit()), seconds=12)
    life.fail(life.run(life.submit(), worker="worker-2"), "blocked")
    life.progress(life.run(life.submit(), worker="worker-3"), 20, "read")
    life.submit("--priority", "high")
    return life


def test_the_monitor_shows_workers_jobs_hours_causes_and_queues(sunwi: CommandLine, busy: JobLife) -> None:
    busy.container.own_clock.advance(seconds=5)
    lines = [" ".join(line.split()) for line in sunwi("monitor").out.splitlines()]
    assert any(line.startswith("01-02 01:00:") and "작업 상태: " in line for line in lines)
    assert "바쁨 1 / 1, 대기 1건 (한도 10000건의 0.0%), 가장 오래 기다린 작업: 높음 5.0초" in lines
    assert any(line.startswith("worker-3 browser 실시간 조회") and " 5 20% 0 0 " in line for line in lines)
    assert any(line.startswith("실시간 조회 1 0 1 1 1 50% 12.0초") for line in lines)
    assert "성공 " + "·" * 47 + "█ 1건" in lines
    assert "실패 " + "·" * 47 + "█ 1건" in lines
    assert "실시간 조회 차단 blocked 1" in lines
    assert "정기 대기열 4 1 - 2" in lines
    assert "일정 대기열 알 수 없음 - - -" in lines


@pytest.mark.usefixtures("busy")
def test_the_document_has_the_same(sunwi: CommandLine) -> None:
    document = sunwi("monitor", "--json").document()
    assert {reason["code"] for reason in document["reasons"]} >= {"queue_has_dead", "queue_not_asked"}
    assert not [reason for reason in document["reasons"] if any(ord(letter) > 0x1100 for letter in reason["message"])]
    assert (document["pending"], document["max_pending"], document["pool"]["busy"]) == (1, 10_000, 1)
    assert (document["total"]["succeeded"], document["total"]["failed"]) == (1, 1)
    assert document["total"]["success_share"] == 0.5
    assert document["works"]["lookup"] == {
        **document["total"],
        "pending": 1,
        "queued": 0,
        "running": 1,
    }
    assert document["causes"] == [{"work": "lookup", "code": "blocked", "count": 1}]
    running = next(worker for worker in document["workers"] if worker["job_id"])
    assert (running["worker"], running["work"], running["progress"]) == ("worker-3", "lookup", 20)
    assert len(document["hours"]) == 48


def test_a_critical_state_leaves_with_1(sunwi: CommandLine, container: FakeContainer, life: JobLife) -> None:
    life.submit("--priority", "critical")
    container.own_clock.advance(minutes=16)
    output = sunwi("monitor")
    assert output.code == 1
    assert "작업 상태: 위험" in output.out
    assert "긴급 작업이 16분째 시작되지 않았습니다" in output.out
    assert sunwi("monitor", "--json").document()["health"] == "critical"


def test_watch_redraws_until_it_is_stopped_and_lives_through_an_outage(
    sunwi: CommandLine, container: FakeContainer, on_sleep: OnSleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = container.monitor.monitor
    show, asked = type(monitor).show, []

    def show_but_once(self: Monitor, actor: Actor) -> MonitorView:
        asked.append(self)
        if len(asked) == 2:
            raise StoreUnavailable("the database is away")
        return show(self, actor)

    def wait() -> None:
        if len(asked) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(type(monitor), "show", show_but_once)
    on_sleep(wait)
    output = sunwi("monitor", "--watch")
    assert output.code == 0
    assert output.out.count("작업 상태: ") == 3
    assert output.out.count("주의: ") == 1


def test_a_screen_that_redraws_is_no_document(sunwi: CommandLine) -> None:
    assert sunwi("monitor", "--watch", "--json").code == 2
