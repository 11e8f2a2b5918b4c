"""A poller that receives and runs nothing, in front of the real queue and crawler."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import FaultKind
from sunwi.domain.attempt import MAX_ATTEMPTS, STARVED_RECEIVES
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.stack.daily_run import DailyRun, check_balance, deployed

pytestmark = pytest.mark.timeout(240)

HEALTHY, DOOMED = "성수동 김밥", "트러블 크림"
#: From the third look to the DLQ on an idle queue; the rest is room for a busy machine.
WITHIN_SECONDS = 30


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def of_blog(keyword: str) -> NewTracking:
    target = Target(Kind.BLOG, "blog:nobody/123456789")
    return NewTracking(target=target, target_url="https://blog.naver.com/nobody/123456789", keyword=keyword)


def set_polling(daily: DailyRun, *, enabled: bool) -> None:
    """Let Lambda's own pollers of the crawl queue begin or stop."""
    client = daily.stack.client("lambda")
    queue = daily.outputs.crawl_queue_url.rpartition("/")[2]
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        if mapping["EventSourceArn"].rpartition(":")[2] == queue:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)


def starve(daily: DailyRun, messages: int) -> None:
    """Receive every message seven times, and run none."""
    sqs, counts = daily.stack.client("sqs"), dict[str, int]()
    for _ in range(STARVED_RECEIVES):
        received: set[str] = set()
        while len(received) < messages:
            answer = sqs.receive_message(
                QueueUrl=daily.outputs.crawl_queue_url,
                MaxNumberOfMessages=1,
                VisibilityTimeout=60,
                WaitTimeSeconds=5,
                AttributeNames=["ApproximateReceiveCount"],
            )
            for message in answer["Messages"]:
                received.add(message["ReceiptHandle"])
                counts[message["MessageId"]] = int(message["Attributes"]["ApproximateReceiveCount"])
        for handle in received:
            sqs.change_message_visibility(
                QueueUrl=daily.outputs.crawl_queue_url, ReceiptHandle=handle, VisibilityTimeout=0
            )
    assert list(counts.values()) == [STARVED_RECEIVES] * messages


def seconds_to_dead_letter(daily: DailyRun, run_id: str, url: str) -> float:
    """Wait for a dead letter, and count from the end of its task's third look."""
    wait_for("dead letter", lambda: daily.depth(url) == 1, timeout_seconds=90)
    seen = datetime.now(UTC)
    ends = daily.rows(f"SELECT finished_at FROM attempt WHERE run_id = '{run_id}' AND error IS NOT NULL ORDER BY id")  # noqa: S608 - our own id
    assert len(ends) == MAX_ATTEMPTS
    return (seen - datetime.fromisoformat(ends[-1][0]).replace(tzinfo=UTC)).total_seconds()


def test_a_healthy_message_survives_seven_starved_receives_and_a_doomed_one_has_its_three_looks(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "starved", tmp_path, CrawlerTimeoutSeconds=15) as daily:
        healthy, doomed = daily.add(of_blog(HEALTHY), of_blog(DOOMED))
        daily.site.set_fault(DOOMED, FaultKind.LAYOUT_UNKNOWN)
        set_polling(daily, enabled=False)
        run_id = daily.fire(datetime.now(UTC))
        wait_for("two messages", lambda: daily.depth(daily.outputs.crawl_queue_url) == 2)
        starve(daily, 2)
        set_polling(daily, enabled=True)
        starved = seconds_to_dead_letter(daily, run_id, daily.outputs.crawl_dead_letter_queue_url)
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["failed"]) == (1, 1)
        assert [row[0] for row in daily.rows("SELECT tracking_id FROM rank_history")] == [healthy]
        [letter] = daily.sunwi("dlq", "list", "--queue", "crawl")["letters"]
        assert (letter["tracking_id"], letter["cause"], letter["attempts"]) == (doomed, "layout", MAX_ATTEMPTS)
        assert daily.depth(daily.outputs.crawl_queue_url) == 0

        again = daily.sunwi("runs", "start", "--tracking", str(doomed))["run_id"]
        idle = seconds_to_dead_letter(daily, again, daily.outputs.express_dead_letter_queue_url)
        print(f"\nfrom the third look to the DLQ: {starved:.1f} s once starved seven times, {idle:.1f} s never starved")  # noqa: T201 - figures for people
        assert max(starved, idle) < WITHIN_SECONDS
