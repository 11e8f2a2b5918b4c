import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from infra.local.postgres import PostgresServer
from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from tests.chaos.audit import Row, audit
from tests.chaos.night import Night, night_on, now, polling_stopped
from tests.stack.daily_run import crawler_process

pytestmark = [pytest.mark.timeout(600), pytest.mark.chaos]

Tell = Callable[[Row], None]
SEED = 20260102


def test_a_crawler_killed_at_twenty_random_points_of_a_run_of_two_hundred_loses_and_doubles_nothing(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, postgres_server: PostgresServer
) -> None:
    kills, random = 20, Random(SEED)
    url = postgres_server.create_database("chaos_kills", template="migrated")
    with night_on(chaos_stack, "kills", tmp_path, url, CrawlerTimeoutSeconds=15) as night:
        keywords = night.keywords(50)
        ids = night.track(keywords, absent=3)
        assert len(ids) == 200
        for keyword in keywords:
            night.daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, delay_seconds=0.5))
        run_id = night.fire()
        killed: list[int] = []

        def next_crawler() -> int | None:
            pid = crawler_process(night.daily.url)
            return pid if pid not in killed else None

        while len(killed) < kills:
            pid = wait_for("crawler", next_crawler, timeout_seconds=60)
            Event().wait(random.uniform(0, 1))
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        healed_at = now()
        night.daily.wait_until_closed(run_id, timeout_seconds=300)
        row = audit(night, run_id, f"crawler killed {len(killed)} times in a run of {len(ids)}", healed_at=healed_at)
    tell(row)


def test_a_thousand_messages_are_measured_though_receives_run_nothing(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "thousand", tmp_path, CrawlBatchTimeout=3600) as night:
        ids = night.track(night.keywords(100), absent=9)
        assert len(ids) == 1000
        with polling_stopped(night.daily):
            run_id = night.fire()
            wait_for(
                "messages",
                lambda: night.daily.depth(night.daily.outputs.crawl_queue_url) == len(ids),
                timeout_seconds=90,
            )
            counts: dict[str, int] = {}
            for _ in range(7):
                starve_all(night, counts)
            assert len(counts) == len(ids)
            assert set(counts.values()) == {7}
        ended = Event()
        beside = Thread(target=starve_some, args=(night, counts, ended))
        beside.start()
        try:
            night.daily.wait_until_closed(run_id, timeout_seconds=400)
        finally:
            ended.set()
            beside.join()
        receives = sum(counts.values())
        row = audit(night, run_id, f"{receives:,} starved receives over {len(ids):,} messages")
        dead = night.daily.depth(night.daily.outputs.crawl_dead_letter_queue_url)
    tell(row)
    assert (row.happened, dead) == ("1000 succeeded", 0)


def receive(night: Night, counts: dict[str, int]) -> list[str]:
    """Receive up to ten messages and run none of them; return their receipts."""
    answer = night.daily.stack.client("sqs").receive_message(
        QueueUrl=night.daily.outputs.crawl_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=60
    )
    messages = answer.get("Messages", [])
    for message in messages:
        counts[message["MessageId"]] = counts.get(message["MessageId"], 0) + 1
    return [message["ReceiptHandle"] for message in messages]


def show_again(night: Night, receipts: list[str]) -> None:
    """Let messages be received again, as once their visibility timeout is over."""
    answer = night.daily.stack.client("sqs").change_message_visibility_batch(
        QueueUrl=night.daily.outputs.crawl_queue_url,
        Entries=[
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
            for number, receipt in enumerate(receipts)
        ],
    )
    assert not answer.get("Failed")


def starve_all(night: Night, counts: dict[str, int]) -> None:
    """Receive every message of the queue once."""
    batches = []
    while receipts := receive(night, counts):
        batches.append(receipts)
    for receipts in batches:
        show_again(night, receipts)


def starve_some(night: Night, counts: dict[str, int], ended: Event) -> None:
    """Take some messages away from a run under way, five times."""
    for _ in range(5):
        receipts = receive(night, counts)
        is_over = ended.wait(3)
        if receipts:
            show_again(night, receipts)
        if is_over:
            return
