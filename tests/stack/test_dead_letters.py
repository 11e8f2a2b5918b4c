from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import FaultKind
from sunwi.domain.schedule import business_date
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.stack.daily_run import DailyRun, check_balance, deployed

pytestmark = pytest.mark.timeout(240)

BLOCKED, UNKNOWN = "강남역 필라테스", "트러블 크림"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """Its state machine looks five times as often; queues, leases and deadlines keep to real time."""
    with LocalStack(wait_scale=0.2) as running:
        yield running


def of_blog(keyword: str, post: str = "nobody/123456789") -> NewTracking:
    target = Target(Kind.BLOG, f"blog:{post}")
    return NewTracking(target=target, target_url=f"https://blog.naver.com/{post}", keyword=keyword)


def visible(daily: DailyRun) -> int:
    """Count the dead letters that anybody could receive now."""
    url = daily.outputs.crawl_dead_letter_queue_url
    answer = daily.stack.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def measured(daily: DailyRun) -> set[int]:
    return {row[0] for row in daily.rows("SELECT tracking_id FROM rank_history")}


def causes(document: dict[str, Any]) -> dict[str, int]:
    return {entry["cause"]: entry["count"] for entry in document["causes"]}


def test_dead_letters_are_listed_by_cause_and_go_back_by_cause_or_all_with_one_row_a_day_and_late(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "dead", tmp_path, CrawlerTimeoutSeconds=15) as daily:
        good, blocked, unknown = daily.add(of_blog("성수동 김밥"), of_blog(BLOCKED), of_blog(UNKNOWN))
        daily.site.set_fault(BLOCKED, FaultKind.FORBIDDEN)
        daily.site.set_fault(UNKNOWN, FaultKind.LAYOUT_UNKNOWN)
        daily.send("{not json")
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["failed"]) == (1, 2)
        wait_for("three dead letters", lambda: visible(daily) == 3, timeout_seconds=60)

        for _ in range(3):
            listed = daily.sunwi("dlq", "list")
            assert causes(listed) == {"blocked": 1, "layout": 1, "bad_message": 1}
            assert visible(daily) == 3
        letters = {letter["cause"]: letter for letter in listed["letters"]}
        assert (letters["blocked"]["tracking_id"], letters["blocked"]["attempts"]) == (blocked, 3)
        assert (letters["layout"]["run_id"], letters["layout"]["state"]) == (run_id, "FAILED")
        assert listed["queues"][0] == {
            "queue": "crawl",
            "about": 3,
            "seen": 3,
            "left": 0,
            "is_end_reached": True,
            "still_hidden": 0,
        }

        daily.site.clear_faults()
        plan = daily.sunwi("dlq", "redrive", "--cause", "blocked", "--dry-run")
        assert (plan["would_send"], visible(daily)) == (1, 3)
        done = daily.sunwi("dlq", "redrive", "--cause", "blocked", "--queue", "crawl", "--rate", "5")
        assert [(queue["method"], queue["moved"], queue["kept"]) for queue in done["queues"]] == [("message", 1, 2)]
        assert visible(daily) == 2
        wait_for("blocked one measured", lambda: measured(daily) == {good, blocked})

        done = daily.sunwi("dlq", "redrive", "--rate", "5")
        assert [(queue["method"], queue["moved"]) for queue in done["queues"]] == [("message", 2), ("message", 0)]
        wait_for("all measured", lambda: measured(daily) == {good, blocked, unknown})
        wait_for("the bad message to come back", lambda: visible(daily) == 1, timeout_seconds=60)
        assert causes(daily.sunwi("dlq", "list")) == {"bad_message": 1}
        assert daily.depth(daily.outputs.crawl_queue_url) == 0

        today = business_date(datetime.now(UTC)).isoformat()
        rows = daily.rows("SELECT tracking_id, date, looks FROM rank_history ORDER BY 1")
        assert [tuple(row) for row in rows] == [(number, today, 1) for number in (good, blocked, unknown)]
        view = daily.sunwi("runs", "show", run_id)
        assert [late["tracking_id"] for late in view["late"]] == [blocked, unknown]
        assert (view["is_balanced"], view["succeeded"], view["failed"]) == (True, 1, 2)
        assert daily.wait_until_closed(run_id) == summary


def test_a_copy_whose_original_stayed_behind_measures_once(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "doubled", tmp_path) as daily:
        [blocked] = daily.add(of_blog(BLOCKED))
        daily.site.set_fault(BLOCKED, FaultKind.FORBIDDEN)
        run_id = daily.fire(datetime.now(UTC))
        assert daily.wait_until_closed(run_id)["failed"] == 1
        wait_for("dead letter", lambda: visible(daily) == 1, timeout_seconds=60)
        daily.site.clear_faults()
        # What a redrive leaves that dies between its two steps: the copy, and the message it was made of.
        [letter] = daily.sunwi("dlq", "list")["letters"]
        daily.send(f'{{"run_id": "{letter["run_id"]}", "tracking_id": {letter["tracking_id"]}}}')
        wait_for("measurement", lambda: measured(daily) == {blocked})
        assert daily.sunwi("dlq", "list")["letters"][0]["is_settled"]
        attempts = len(daily.rows("SELECT id FROM attempt"))

        assert daily.sunwi("dlq", "redrive", "--rate", "5")["queues"][0]["moved"] == 1
        wait_for("acknowledgement", lambda: daily.events("message_acknowledged"))
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0)
        assert len(daily.rows("SELECT id FROM attempt")) == attempts
        assert [tuple(row) for row in daily.rows("SELECT tracking_id, looks FROM rank_history")] == [(blocked, 1)]


def test_a_long_queue_is_read_page_by_page_and_is_as_it_was_afterwards(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "long", tmp_path) as daily:
        sqs, url = stack.client("sqs"), daily.outputs.crawl_dead_letter_queue_url
        for start in range(0, 130, 10):
            entries: Any = [{"Id": str(n), "MessageBody": f"bad {n}"} for n in range(start, start + 10)]
            sqs.send_message_batch(QueueUrl=url, Entries=entries)
        listed = daily.sunwi("dlq", "list", "--queue", "crawl")
        assert len({letter["message_id"] for letter in listed["letters"]}) == len(listed["letters"]) == 130
        assert causes(listed) == {"bad_message": 130}
        assert visible(daily) == 130
        first = daily.sunwi("dlq", "list", "--queue", "crawl", "--limit", "25")
        assert (len(first["letters"]), first["queues"][0]["left"]) == (25, 105)
        assert visible(daily) == 130
