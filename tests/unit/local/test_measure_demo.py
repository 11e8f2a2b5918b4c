import pytest

from infra.local.measure_demo import check_closed, planted_faults

RUN = {
    "run_id": "scheduled-20260102",
    "status": "CLOSED",
    "expected": 10,
    "succeeded": 6,
    "failed": 2,
    "cancelled": 1,
    "expired": 1,
    "failure": None,
}


def test_a_run_that_closed_in_balance_is_fine_though_some_tasks_failed() -> None:
    assert check_closed(RUN) == 0


@pytest.mark.parametrize(
    "change", [{"status": "FAILED", "failure": "States.Timeout"}, {"status": "RUNNING"}, {"succeeded": 5}]
)
def test_a_run_that_did_not_close_in_balance_is_a_failure(
    change: dict[str, str | int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_closed({**RUN, **change}) == 1
    said = capsys.readouterr().err
    assert "scheduled-20260102 did not close in balance" in said
    assert str(change.get("failure", "no reason")) in said


def test_failures_that_the_demo_plants_are_said_to_be_meant() -> None:
    assert "키워드 이사 견적, 허리 스트레칭의 추적 5건은 실패로 끝나" in planted_faults()
