import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.stack import LocalStack, wait_for
from infra.local.stack.schedule import scheduled_event
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.schedule import KST, business_date
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.domain.watch import DISPATCH_GRACE, planned_start
from tests.stack.daily_run import DailyRun, check_balance, deployed
from tests.stack.outside import AlarmQueue, misconfigured, stop_execution

pytestmark = pytest.mark.timeout(240)

#: The run is to start at midnight KST and may be started all day, so that it is due whenever the test runs.
MIDNIGHT = {"CrawlScheduleHour": 0, "CrawlScheduleMinute": 0, "WatchdogCutoffHour": 24}
#: What is left of a day in which a run of the tests can be started and end.
MARGIN = timedelta(minutes=6)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(wait_scale=0.2) as running:
        yield running


@pytest.fixture
def today() -> datetime:
    """When today's run should have started."""
    now = datetime.now(UTC)
    start = planned_start(business_date(now), hour=0, minute=0)
    if not start + DISPATCH_GRACE < now < start + timedelta(days=1) - MARGIN:
        pytest.skip("too close to midnight in Korea for a run that should have started and can still end today")
    return start


def of_blog(keyword: str) -> NewTracking:
    target = Target(Kind.BLOG, "blog:nobody/123456789")
    return NewTracking(target=target, target_url="https://blog.naver.com/nobody/123456789", keyword=keyword)


def track(daily: DailyRun, *keywords: str, before: datetime) -> None:
    """Store trackings that were there before today's run should have started."""
    with daily.store.begin() as tx:
        tx.trackings.add([of_blog(keyword) for keyword in keywords], at=before - timedelta(hours=1))


def look(daily: DailyRun, *, hours: int = 1) -> dict[str, Any]:
    """Invoke the watchdog as its rule would so many hours after the start of the run, and return its answer."""
    at = planned_start(business_date(datetime.now(UTC)), hour=0, minute=0) + timedelta(hours=hours)
    event = scheduled_event(daily.outputs.watch_rule_arn, at)
    # A closed run leaves a job behind: without a tick of the last minutes its silence would be found.
    tick = json.dumps({"action": "tick"})
    daily.stack.client("lambda").invoke(FunctionName=daily.outputs.tender_function_name, Payload=tick)
    answer = daily.stack.client("lambda").invoke(
        FunctionName=daily.outputs.watchdog_function_name, Payload=json.dumps(event)
    )
    document: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, document
    return document


def test_a_run_that_never_started_is_raised_started_and_closes(
    stack: LocalStack, tmp_path: Path, today: datetime
) -> None:
    with deployed(stack, "missing", tmp_path, **MIDNIGHT) as daily:
        alarms = AlarmQueue(daily, "missing")
        track(daily, "성수동 김밥", "강남역 필라테스", before=today)
        day = today.astimezone(KST).date()
        assert look(daily) == {"date": day.isoformat(), "problems": 0, "raised": 1}
        (alarm,) = alarms.raised()
        assert f"{day} 정기 배치가 시작되지 않았습니다" in alarm["Subject"]
        assert "조치: 감시가 배치를 시작했습니다" in alarm["Message"]
        assert alarm["MessageAttributes"]["kind"]["Value"] == "RUN_MISSING"

        summary = daily.wait_until_closed(f"scheduled-{day:%Y%m%d}")
        check_balance(summary)
        assert summary["succeeded"] == summary["expected"] == 2
        assert look(daily) == {"date": day.isoformat(), "problems": 0, "raised": 0}
        assert alarms.raised() == []


def test_a_healthy_day_raises_nothing_however_often_it_is_looked_at(
    stack: LocalStack, tmp_path: Path, today: datetime
) -> None:
    with deployed(stack, "healthy", tmp_path, **MIDNIGHT) as daily:
        alarms = AlarmQueue(daily, "healthy")
        track(daily, "성수동 김밥", before=today)
        daily.wait_until_closed(daily.fire(datetime.now(UTC)))
        assert [look(daily)["problems"] for _ in range(2)] == [0, 0]
        assert alarms.raised() == []
        assert daily.rows("SELECT count(*) FROM watch_finding")[0][0] == 0


def test_a_run_whose_execution_was_killed_is_closed_in_balance_once_its_deadline_is_over(
    stack: LocalStack, tmp_path: Path, today: datetime
) -> None:
    with deployed(stack, "orphan", tmp_path, **MIDNIGHT) as daily:
        alarms = AlarmQueue(daily, "orphan")
        track(daily, "성수동 김밥", "강남역 필라테스", before=today)
        daily.site.set_fault("성수동 김밥", Fault(kind=FaultKind.SLOW, delay_seconds=60))
        run_id = daily.fire(datetime.now(UTC))
        stop_execution(daily)
        wait_for("one success", lambda: daily.rows("SELECT 1 FROM task WHERE state = 'SUCCEEDED'"))
        long_ago = (datetime.now(UTC) - timedelta(minutes=11)).replace(tzinfo=None)
        with daily.engine.begin() as connection:
            connection.execute(text("UPDATE run SET deadline = :at"), {"at": long_ago.isoformat(sep=" ")})

        assert look(daily) == {"date": f"{business_date(today)}", "problems": 1, "raised": 2}
        raised = {alarm["MessageAttributes"]["kind"]["Value"]: alarm["Message"] for alarm in alarms.raised()}
        assert raised.keys() == {"RUN_OPEN", "TRACKING_EXPIRED"}
        assert "전체 2 = 성공 1 + 실패 0 + 취소 0 + 기한 초과 1" in raised["RUN_OPEN"]
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["expired"]) == (1, 1)
        look(daily)
        assert alarms.raised() == []


def test_a_run_whose_execution_was_killed_before_its_deadline_is_watched_again_and_closes(
    stack: LocalStack, tmp_path: Path, today: datetime
) -> None:
    with deployed(stack, "killed", tmp_path, **MIDNIGHT) as daily:
        track(daily, "성수동 김밥", before=today)
        daily.site.set_fault("성수동 김밥", Fault(kind=FaultKind.SLOW, times=1, delay_seconds=5))
        run_id = daily.fire(datetime.now(UTC))
        stop_execution(daily)
        wait_for("dispatched run", lambda: daily.events("batch_dispatched"))
        look(daily)
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == 1
        assert daily.rows("SELECT generation FROM run")[0][0] == 1
        assert [row[0] for row in daily.rows("SELECT kind FROM watch_finding WHERE repair IS NOT NULL")] == [
            "RUN_UNWATCHED"
        ]


def test_an_hour_in_which_no_look_is_due_raises_nothing_and_asks_no_database(
    stack: LocalStack, tmp_path: Path, today: datetime
) -> None:
    with deployed(stack, "hourly", tmp_path, **MIDNIGHT) as daily:
        alarms = AlarmQueue(daily, "hourly")
        track(daily, "성수동 김밥", before=today)
        with misconfigured(daily, daily.outputs.watchdog_function_name, DATABASE_URL="sqlite:////nowhere/at/all.db"):
            assert look(daily, hours=3) == {"date": None, "problems": 0, "raised": 0}
        assert alarms.raised() == []
        (line,) = daily.events("check_not_due")
        assert line["function"] == "watchdog"
        assert look(daily, hours=2)["raised"] == 1


def test_the_rule_wakes_the_watchdog_each_hour(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "woken", tmp_path, CrawlScheduleMinute=7) as daily:
        events = stack.client("events")
        name = daily.outputs.watch_rule_arn.rpartition("/")[2]
        assert events.describe_rule(Name=name)["ScheduleExpression"] == "cron(7 * * * ? *)"
        (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
        assert "Input" not in target
        assert "InputTransformer" not in target
        assert target["Arn"].endswith(daily.outputs.watchdog_function_name)
