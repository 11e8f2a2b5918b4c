from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.stack.daily_run import DailyRun, check_balance, deployed
from tests.stack.outside import AlarmQueue, executions, give_up_soon, misconfigured, stop_execution, wrong_code

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A stack whose state machine gives up after two minutes."""
    with LocalStack(wait_scale=0.02) as running:
        yield running


def track(daily: DailyRun, *keywords: str) -> None:
    url = "https://blog.naver.com/nobody/123456789"
    target = Target(Kind.BLOG, "blog:nobody/123456789")
    daily.add(*(NewTracking(target=target, target_url=url, keyword=keyword) for keyword in keywords))


@pytest.mark.parametrize("fault", ["database", "code"])
def test_a_run_survives_a_monitor_that_fails_for_a_while(stack: LocalStack, tmp_path: Path, fault: str) -> None:
    with deployed(stack, f"broken-{fault}", tmp_path) as daily:
        track(daily, "성수동 김밥")
        monitor = daily.outputs.run_monitor_function_name
        away = misconfigured(daily, monitor, DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/sunwi.db")
        with away if fault == "database" else wrong_code(daily, monitor):
            run_id = daily.fire(datetime.now(UTC))
            wait_for("measured tracking", lambda: daily.rows("SELECT 1 FROM task WHERE state = 'SUCCEEDED'"))
            assert executions(daily) == [(f"{run_id}-0", "RUNNING")]
            assert daily.rows("SELECT closed_at FROM run")[0][0] is None
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == 1
        wait_for("end of the execution", lambda: executions(daily) == [(f"{run_id}-0", "SUCCEEDED")])
        assert daily.rows("SELECT status FROM run")[0][0] == "CLOSED"


def test_a_run_whose_watching_fails_for_good_is_recorded_as_failed_and_told(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "failed", tmp_path) as daily:
        give_up_soon(daily)
        alarms = AlarmQueue(daily, "failed")
        track(daily, "성수동 김밥")
        run_id = daily.fire(datetime.now(UTC))
        wait_for("tasks", lambda: daily.rows("SELECT 1 FROM task"))
        with daily.engine.begin() as connection:
            connection.execute(text("UPDATE run SET expected = expected + 1, deadline = started_at"))
        wait_for("end of the execution", lambda: executions(daily) == [(f"{run_id}-0", "FAILED")], timeout_seconds=150)
        assert daily.rows("SELECT status FROM run")[0][0] == "FAILED"
        with daily.store.read() as tx:
            failure = tx.runs.failure(run_id)
        assert failure is not None
        assert "does not balance" in failure
        (alarm,) = alarms.raised()
        assert alarm["Subject"] == f"[Sunwi 순위 prod] 배치가 실패로 끝났습니다: {run_id}"
        assert "does not balance" in alarm["Message"]
        assert f"sunwi runs show {run_id}" in alarm["Message"]


def test_a_failure_that_cannot_be_recorded_is_told_and_the_run_can_be_resumed(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "unrecorded", tmp_path) as daily:
        give_up_soon(daily)
        alarms = AlarmQueue(daily, "unrecorded")
        track(daily, "성수동 김밥")
        with wrong_code(daily, daily.outputs.run_monitor_function_name):
            run_id = daily.fire(datetime.now(UTC))
            ended = [(f"{run_id}-0", "FAILED")]
            wait_for("end of the execution", lambda: executions(daily) == ended, timeout_seconds=120)
        assert [alarm["Subject"].endswith(run_id) for alarm in alarms.raised()] == [True]
        assert daily.rows("SELECT status FROM run")[0][0] == "RUNNING"

        assert daily.sunwi("runs", "resume", run_id)["run_id"] == run_id
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == 1
        wait_for("end of the execution", lambda: executions(daily) == [*ended, (f"{run_id}-1", "SUCCEEDED")])


def test_a_killed_execution_is_resumed_and_nothing_is_sent_twice(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "resumed", tmp_path) as daily:
        track(daily, "성수동 김밥", "강남역 필라테스")
        daily.site.set_fault("강남역 필라테스", Fault(kind=FaultKind.SLOW, times=1, delay_seconds=3))
        run_id = daily.fire(datetime.now(UTC))
        stop_execution(daily)
        wait_for("dispatched run", lambda: daily.events("batch_dispatched"))
        for _ in range(2):
            daily.sunwi("runs", "resume", run_id)
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == 2
        wait_for("end of the execution", lambda: "RUNNING" not in {status for _, status in executions(daily)})
        assert executions(daily)[:2] == [(f"{run_id}-0", "ABORTED"), (f"{run_id}-1", "SUCCEEDED")]
        assert daily.rows("SELECT count(DISTINCT message_id) FROM attempt")[0][0] == 2
