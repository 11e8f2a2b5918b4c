from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.stack.daily_run import DailyRun, check_balance, deployed

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def of_blog(keyword: str, post: str = "nobody/123456789") -> NewTracking:
    target = Target(Kind.BLOG, f"blog:{post}")
    return NewTracking(target=target, target_url=f"https://blog.naver.com/{post}", keyword=keyword)


def ledger_per_tracking(daily: DailyRun) -> dict[int, int]:
    return {row[0]: row[1] for row in daily.rows("SELECT tracking_id, count(*) FROM rank_history GROUP BY 1")}


def test_a_cancelled_run_ends_its_look_acknowledges_the_rest_unread_and_closes_in_balance(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "cancelled", tmp_path) as daily:
        keywords = [f"성수동 김밥 {number}" for number in range(30)]
        ids = daily.add(*(of_blog(keyword) for keyword in keywords))
        for keyword in keywords:
            daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, delay_seconds=2))
        run_id = daily.fire(datetime.now(UTC))
        wait_for("two measured", lambda: len(ledger_per_tracking(daily)) >= 2)
        document = daily.sunwi("runs", "cancel", run_id, "--watch")
        assert document["status"] == "CANCELLED"
        assert document["left"] == 0
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["expected"], summary["failed"], summary["expired"]) == (len(ids), 0, 0)
        assert summary["cancelled"] == document["cancelled_now"] > 20
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0, timeout_seconds=60)
        looks = len(daily.rows("SELECT id FROM attempt"))
        assert looks == summary["succeeded"] == len(ledger_per_tracking(daily)) == summary["page_loads"]
        assert sum(daily.site.requests.documents.values()) == looks
        assert daily.depth(daily.outputs.crawl_dead_letter_queue_url) == 0
        assert daily.sunwi("runs", "cancel", run_id)["cancelled_now"] == 0
        assert wait_for("end of the execution", lambda: ended(daily)) == "SUCCEEDED"


def ended(daily: DailyRun) -> str | None:
    """Give the status of the run's execution, once it has ended."""
    states = daily.stack.client("stepfunctions")
    [execution] = states.list_executions(stateMachineArn=daily.outputs.state_machine_arn)["executions"]
    return None if execution["status"] == "RUNNING" else execution["status"]
