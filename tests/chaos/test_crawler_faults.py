import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.postgres import PostgresServer
from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from tests.chaos.audit import Row, audit, dead_letters
from tests.chaos.night import Night, night_on, now, polling_stopped
from tests.stack.daily_run import crawler_process, descendants

pytestmark = pytest.mark.timeout(300)

Tell = Callable[[Row], None]


def wait_for_slow_page(night: Night, keyword: str) -> int:
    """Wait until the crawler is in the middle of a slow page, and return its process."""
    wait_for("request", lambda: night.daily.site.requests.documents.get(keyword))
    return wait_for("crawler", lambda: crawler_process(night.daily.url))


def below(pid: int, word: str) -> int:
    """Return the topmost process below one whose command has a word."""
    return next(child for child, command in sorted(descendants(os.getpid()).items()) if child > pid and word in command)


@pytest.mark.chaos
@pytest.mark.parametrize(("victim", "word"), [("function", ""), ("browser", "--headless"), ("driver", "run-driver")])
def test_a_process_killed_in_the_middle_of_a_page_costs_one_look(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, victim: str, word: str
) -> None:
    with night_on(chaos_stack, f"kill-{victim}", tmp_path, CrawlerTimeoutSeconds=15) as night:
        [keyword] = night.keywords(1)
        night.track([keyword])
        night.daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, times=1, delay_seconds=5))
        run_id = night.fire()
        pid = wait_for_slow_page(night, keyword)
        os.kill(below(pid, word) if word else pid, signal.SIGKILL)
        healed_at = now()
        row = audit(night, run_id, f"{victim} killed in the middle of a page", healed_at=healed_at)
    tell(row)
    assert row.recovery_seconds is not None


def test_a_message_survives_seven_receives_that_run_nothing(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    starved = 7
    with night_on(chaos_stack, "starved", tmp_path) as night:
        night.track(night.keywords(2))
        sqs, url = chaos_stack.client("sqs"), night.daily.outputs.crawl_queue_url
        with polling_stopped(night.daily):
            run_id = night.fire()
            wait_for("messages", lambda: night.daily.depth(url) == len(night.ranks))
            counts: dict[str, int] = {}

            def receive() -> bool:
                answer = sqs.receive_message(
                    QueueUrl=url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=0,
                    MessageSystemAttributeNames=["ApproximateReceiveCount"],
                )
                for message in answer.get("Messages", ()):
                    received = int(message["Attributes"]["ApproximateReceiveCount"])
                    counts[message["MessageId"]] = received
                return len(counts) == len(night.ranks) and min(counts.values()) >= starved

            wait_for("starved receives", receive)
        healed_at = now()
        row = audit(night, run_id, f"{min(counts.values())} starved receives of each message", healed_at=healed_at)
    tell(row)
    assert row.happened == f"{len(night.ranks)} succeeded"


@pytest.mark.chaos
def test_a_doomed_message_reaches_the_dead_letter_queue_by_the_queue_itself(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell
) -> None:
    with night_on(chaos_stack, "doomed", tmp_path) as night:
        good, bad = night.keywords(2)
        night.track([good])
        night.unreadable |= set(night.track([bad]))
        night.daily.site.set_fault(bad, FaultKind.FORBIDDEN)
        night.daily.send("{not json")
        run_id = night.fire()
        night.daily.wait_until_closed(run_id)
        wait_for("dead letters", lambda: dead_letters(night) == night.unreadable, timeout_seconds=60)
        row = audit(night, run_id, "a page that always refuses, and a message that is no JSON")
        causes = night.daily.sunwi("dlq", "list")["causes"]
    tell(row)
    assert {entry["cause"]: entry["count"] for entry in causes} == {"blocked": 2, "bad_message": 1}


def test_two_crawlers_on_the_same_trackings_write_one_row_and_one_step(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, postgres_server: PostgresServer
) -> None:
    url = postgres_server.create_database("chaos_twice", template="migrated")
    with night_on(chaos_stack, "twice", tmp_path, url, CrawlerConcurrency=2) as night:
        ids = night.track(night.keywords(4))
        with polling_stopped(night.daily):
            run_id = night.fire()
            wait_for("messages", lambda: night.daily.depth(night.daily.outputs.crawl_queue_url) == len(ids))
            for tracking_id in ids * 2:
                night.daily.send(f'{{"run_id": "{run_id}", "tracking_id": {tracking_id}}}')
        row = audit(night, run_id, "each message three times, two crawlers")
        looks = night.daily.rows("SELECT max(looks) FROM rank_history")[0][0]
    tell(row)
    assert (row.happened, looks) == (f"{len(ids)} succeeded", 1)
