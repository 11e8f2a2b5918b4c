from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from tests.chaos.audit import Row, audit
from tests.chaos.night import night_on, now
from tests.stack.outside import executions, give_up_soon, misconfigured, stop_execution, wrong_code
from tests.stack.test_watchdog import MIDNIGHT, look

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]


@pytest.mark.parametrize("fault", ["its database away", "its code broken"])
def test_a_monitor_that_fails_for_a_while_delays_the_summary_only(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, fault: str
) -> None:
    with night_on(chaos_stack, f"monitor-{'code' if 'code' in fault else 'database'}", tmp_path) as night:
        ids = night.track(night.keywords(1))
        monitor = night.daily.outputs.run_monitor_function_name
        away = misconfigured(night.daily, monitor, DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/sunwi.db")
        with wrong_code(night.daily, monitor) if "code" in fault else away:
            run_id = night.fire()
            night.wait_for_measured(len(ids))
        row = audit(night, run_id, f"run monitor with {fault} for a while")
    tell(row)
    assert row.happened == f"{len(ids)} succeeded"


def test_a_run_whose_watching_fails_for_good_is_recorded_as_failed_and_balances(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "unwatched", tmp_path) as night:
        give_up_soon(night.daily)
        night.track(night.keywords(1))
        checks = "States.TaskFailed"
        monitor = night.daily.outputs.run_monitor_function_name
        with wrong_code(night.daily, monitor):
            run_id = night.fire()
            ended = [(f"{run_id}-0", "FAILED")]
            wait_for("end of the execution", lambda: executions(night.daily) == ended, timeout_seconds=120)
        night.daily.sunwi("runs", "resume", run_id)
        row = audit(night, run_id, f"run monitor broken for good ({checks}), then resumed")
    tell(row)


def test_a_killed_execution_is_started_again(chaos_stack: LocalStack, tmp_path: Path, tell: Tell) -> None:
    with night_on(chaos_stack, "execution", tmp_path) as night:
        [keyword] = night.keywords(1)
        night.track([keyword])
        night.daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, times=1, delay_seconds=3))
        run_id = night.fire()
        stop_execution(night.daily)
        night.daily.wait_for_event("batch_dispatched")
        for _ in range(2):
            night.daily.sunwi("runs", "resume", run_id)
        row = audit(night, run_id, "execution killed, and started twice again")
    tell(row)


def test_a_run_that_never_started_is_started_by_the_watchdog(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "missing", tmp_path, **MIDNIGHT) as night:
        night.track(night.keywords(1))
        yesterday = (now() - timedelta(days=1)).replace(tzinfo=None).isoformat(sep=" ")
        with night.daily.engine.begin() as connection:
            connection.execute(text("UPDATE tracking SET created_at = :at, active_since = :at"), {"at": yesterday})
        healed_at = now()
        raised = look(night.daily)
        row = audit(night, f"scheduled-{raised['date'].replace('-', '')}", "the rule did not fire", healed_at=healed_at)
    tell(row)
    assert raised["raised"] == 1


def test_a_cancelled_run_finishes_its_look_and_nothing_else(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "cancelled", tmp_path) as night:
        keywords = night.keywords(8)
        night.track(keywords)
        for keyword in keywords:
            night.daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, delay_seconds=2))
        run_id = night.fire()
        night.wait_for_measured(1)
        night.daily.sunwi("runs", "cancel", run_id, "--watch")
        wait_for("empty queue", lambda: night.daily.depth(night.daily.outputs.crawl_queue_url) == 0, timeout_seconds=60)
        row = audit(night, run_id, "run cancelled in the middle")
    tell(row)
    assert "cancelled" in row.happened
