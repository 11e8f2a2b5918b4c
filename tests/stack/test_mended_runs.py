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
    """Its state machine looks often: what it waits follows from the pace before the cancellation."""
    with LocalStack(wait_scale=0.05) as running:
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
        keywords = [f"성수동 김밥 {number}" for number in range(12)]
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
        assert summary["cancelled"] == document["cancelled_now"] > 4
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0, timeout_seconds=60)
        looks = len(daily.rows("SELECT id FROM attempt"))
        assert looks == summary["succeeded"] == len(ledger_per_tracking(daily)) == summary["page_loads"]
        assert sum(daily.site.requests.documents.values()) == looks
        assert daily.depth(daily.outputs.crawl_dead_letter_queue_url) == 0
        assert daily.sunwi("runs", "cancel", run_id)["cancelled_now"] == 0
        assert wait_for("end of the execution", lambda: ended(daily), timeout_seconds=180) == "SUCCEEDED"


def ended(daily: DailyRun) -> str | None:
    """Return the status of the run's execution, once it has ended."""
    states = daily.stack.client("stepfunctions")
    [execution] = states.list_executions(stateMachineArn=daily.outputs.state_machine_arn)["executions"]
    return None if execution["status"] == "RUNNING" else execution["status"]


def test_what_failed_is_measured_by_a_retry_and_its_dead_letters_redrive_changes_nothing_more(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "retried", tmp_path) as daily:
        good, bad = daily.add(of_blog("성수동 김밥"), of_blog("강남역 필라테스"))
        daily.site.set_fault("강남역 필라테스", FaultKind.FORBIDDEN)
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        assert (summary["succeeded"], summary["failed_items"]) == (1, [bad])
        dead = daily.outputs.crawl_dead_letter_queue_url
        wait_for("dead letter", lambda: daily.depth(dead) == 1, timeout_seconds=60)

        daily.site.clear_faults()
        assert daily.sunwi("runs", "retry-failed", run_id)["tracking_ids"] == [bad]
        assert daily.sunwi("runs", "retry-failed", run_id)["tracking_ids"] == []
        wait_for("late measurement", lambda: ledger_per_tracking(daily) == {good: 1, bad: 1})
        assert daily.depth(dead) == 1
        attempts = len(daily.rows("SELECT id FROM attempt"))

        assert stack.redrive("Crawl") == 1
        wait_for("acknowledgement", lambda: daily.events("message_acknowledged"))
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0)
        assert len(daily.rows("SELECT id FROM attempt")) == attempts
        assert daily.rows("SELECT tracking_id, looks FROM rank_history ORDER BY 1") == [(good, 1), (bad, 1)]
        view = daily.sunwi("runs", "show", run_id)
        assert [late["tracking_id"] for late in view["late"]] == [bad]
        assert (view["is_balanced"], view["succeeded"], view["failed"]) == (True, 1, 1)
        assert daily.wait_until_closed(run_id) == summary
