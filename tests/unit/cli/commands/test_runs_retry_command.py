import pytest

from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TaskState
from sunwi.settings import Settings
from tests.examples import new_run, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture
def run_id(container: FakeContainer) -> str:
    """A closed run of three trackings: failed, failed and paused since, expired."""
    run, at = new_run(), container.own_clock.now()
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in (1, 2, 3)], at=at)
        tx.runs.add(run, None)
        for tracking_id in (1, 2):
            task = tx.tasks.lock(run.id, tracking_id, message_id="m")
            assert task is not None
            failure = Failure(FailureCause.BLOCKED, "Blocked: 403")
            tx.tasks.set_state(task, TaskState.FAILED, decided_at=at, failure=failure)
    container.own_clock.advance(hours=1)
    container.runs.close_run.summarise(run.id)
    container.own_clock.advance(hours=1)
    return run.id


def test_retry_failed_sends_by_the_runs_own_lane_and_says_what_it_left(
    sunwi: CommandLine, container: FakeContainer, run_id: str
) -> None:
    sunwi("trackings", "pause", "2")
    output = sunwi("runs", "retry-failed", run_id)
    assert output.code == 0
    assert "추적 1건을 다시 보냈습니다" in output.out
    assert "기한 초과 1건은 제외 (포함: --expired)" in output.out
    assert "중지·종료된 추적 1건은 제외" in output.out
    assert f"결과 보기: sunwi runs show {run_id}\n" in output.out
    assert container.own_queue.sent == [(run_id, 1, False)]
    again = sunwi("runs", "retry-failed", run_id)
    assert "추적 0건을 다시 보냈습니다" in again.out
    assert "이미 다시 보내 대기 중 1건" in again.out
    assert "결과 보기" not in again.out
    assert "취소된" not in again.out


def test_a_dry_run_of_retry_failed_sends_nothing(sunwi: CommandLine, container: FakeContainer, run_id: str) -> None:
    document = sunwi("runs", "retry-failed", run_id, "--dry-run", "--expired", "--json").document()
    assert document == {
        "run_id": run_id,
        "is_dry_run": True,
        "tracking_ids": [1, 2, 3],
        "waiting": 0,
        "inactive": 0,
        "expired": 0,
        "of_other_causes": 0,
        "beyond_limit": 0,
    }
    assert container.own_queue.sent == []
    planned = sunwi("runs", "retry-failed", run_id, "--dry-run").out
    assert "다시 보낼 수 있습니다" in planned
    assert "보내기: --dry-run 없이" in planned
    assert sunwi("runs", "retry-failed", run_id, "--expired", "--json").document()["tracking_ids"] == [1, 2, 3]


def test_retry_failed_names_an_unknown_run_and_a_queue_that_is_not_set(
    sunwi: CommandLine, container: FakeContainer, run_id: str
) -> None:
    assert sunwi("runs", "retry-failed", "scheduled-19990101").code == 2
    bare = CommandLine(FakeContainer(Settings(), own_engine=container.own_engine, own_clock=container.own_clock))
    output = bare("runs", "retry-failed", run_id)
    assert output.code == 1
    assert "CRAWL_QUEUE_URL 설정이 없습니다" in output.err
