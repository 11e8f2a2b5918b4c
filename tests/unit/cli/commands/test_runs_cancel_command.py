import pytest

from sunwi.domain.run import TaskState
from tests.examples import blog_tracking, new_run, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture
def run_id(container: FakeContainer) -> str:
    """A run of two trackings, the first of which is being looked at."""
    run = new_run()
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(), blog_tracking()], at=container.adapters.clock.now())
        tx.runs.add(run, None)
        task = tx.tasks.lock(run.id, 1, message_id="m")
        assert task is not None
        tx.tasks.set_state(task, TaskState.RUNNING)
    return run.id


def end_look(container: FakeContainer, run_id: str) -> None:
    with container.adapters.store.begin() as tx:
        task = tx.tasks.lock(run_id, 1, message_id="m")
        assert task is not None
        tx.tasks.set_state(task, TaskState.SUCCEEDED, decided_at=container.adapters.clock.now(), is_exposed=True)


def test_cancel_says_what_was_cancelled_and_what_still_runs(sunwi: CommandLine, run_id: str) -> None:
    output = sunwi("runs", "cancel", run_id)
    assert output.code == 0
    assert "대기 중이던 1건을 취소했습니다" in output.out
    assert "측정 중인 1건이 끝나면 닫힙니다" in output.out
    document = sunwi("runs", "show", run_id, "--json").document()
    assert (document["status"], document["closed_at"], document["cancelled"], document["left"]) == (
        "CANCELLED",
        None,
        1,
        1,
    )


def test_cancel_closes_a_run_in_which_nothing_is_looked_at_and_prints_its_equation(
    sunwi: CommandLine, container: FakeContainer, run_id: str
) -> None:
    end_look(container, run_id)
    output = sunwi("runs", "cancel", run_id)
    assert "전체 2 = 성공 1 + 실패 0 + 취소 1 + 기한 초과 0\n" in output.out
    document = sunwi("runs", "cancel", run_id, "--json").document()
    assert (document["status"], document["cancelled_now"], document["running"], document["left"]) == (
        "CANCELLED",
        0,
        0,
        0,
    )


def test_retry_failed_says_that_what_was_cancelled_is_not_sent_again(
    sunwi: CommandLine, container: FakeContainer, run_id: str
) -> None:
    end_look(container, run_id)
    sunwi("runs", "cancel", run_id)
    output = sunwi("runs", "retry-failed", run_id)
    assert "추적 0건을 다시 보냈습니다" in output.out
    assert "취소된 1건은 다시 보내지 않습니다 (다시 측정하려면: sunwi runs start)" in output.out
    assert "예정 페이지 1개, 페이지 열기 0회" in sunwi("runs", "show", run_id).out


def test_cancel_with_watch_waits_for_the_look_under_way(
    sunwi: CommandLine, container: FakeContainer, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.cli.commands.recover_runs.sleep", lambda _seconds: end_look(container, run_id))
    document = sunwi("runs", "cancel", run_id, "--watch", "--json").document()
    assert (document["cancelled_now"], document["running"], document["succeeded"]) == (1, 0, 1)
    assert document["closed_at"] is not None


def test_a_closed_or_unknown_run_is_refused_with_the_exit_code_of_bad_arguments(
    sunwi: CommandLine, container: FakeContainer, run_id: str
) -> None:
    end_look(container, run_id)
    container.own_clock.advance(hours=1)
    container.runs.close_run.summarise(run_id)
    output = sunwi("runs", "cancel", run_id, "--json")
    assert output.code == 2
    assert "was closed at 2026-01-02 02:00:00 KST" in output.document()["error"]["message"]
    assert f"배치 {run_id}은(는) 이미 2026-01-02 02:00:00에 끝났습니다" in output.err
    assert sunwi("runs", "cancel", "nobody").code == 2
