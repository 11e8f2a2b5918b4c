import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.adapters.sql.readings.reading_json import reading_to_json
from sunwi.domain.tracking import Device, Kind, NewTracking, PageKey, Surface, Target
from sunwi.sites.naver.read_page import read_pages
from tests.stack.daily_run import DailyRun, check_balance, crawler_process, deployed

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """Its state machine looks five times as often; queues, leases and deadlines keep to real time."""
    with LocalStack(wait_scale=0.2) as running:
        yield running


def of_place(keyword: str, place_id: str) -> NewTracking:
    url = f"https://m.place.naver.com/restaurant/{place_id}/home"
    return NewTracking(target=Target(Kind.PLACE, place_id), target_url=url, keyword=keyword)


def of_blog(keyword: str, post: str = "nobody/123456789") -> NewTracking:
    target = Target(Kind.BLOG, f"blog:{post}")
    return NewTracking(target=target, target_url=f"https://blog.naver.com/{post}", keyword=keyword)


def ledger_per_tracking(daily: DailyRun) -> dict[int, int]:
    return {row[0]: row[1] for row in daily.rows("SELECT tracking_id, count(*) FROM rank_history GROUP BY 1")}


def check_evidence(daily: DailyRun, pages: int) -> None:
    """What is kept of each page gives the reading that was stored."""
    evidence = S3EvidenceStore(daily.stack.client("s3"), daily.outputs.evidence_bucket_name)
    rows = daily.rows("SELECT evidence_key, keyword, content FROM page_reading")
    assert len(rows) == pages
    for row in rows:
        key = PageKey(Surface.INTEGRATED, Device.PC, row.keyword)
        assert reading_to_json(read_pages(evidence.load(row.evidence_key), key)) == json.loads(row.content)


def test_a_scheduled_event_ends_in_a_closed_run_and_a_second_one_changes_nothing(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "nightly", tmp_path) as daily:
        keywords = ["성수동 김밥", "강남역 필라테스", "트러블 크림"]
        ids = [i for keyword in keywords for i in daily.add(of_place(keyword, "9999999"), of_blog(keyword))]
        now = datetime.now(UTC)
        run_id = daily.fire(now)
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == summary["expected"] == len(ids)
        assert summary["pages"] == summary["page_loads"] == len(keywords)
        assert ledger_per_tracking(daily) == dict.fromkeys(ids, 1)
        assert [line["total"] for line in daily.events("batch_started")] == [len(ids)]
        assert len(daily.events("crawl_result")) == len(ids)
        assert [line["success"] for line in daily.events("batch_completed")] == [len(ids)]

        check_evidence(daily, len(keywords))

        daily.fire(now + timedelta(seconds=1))
        wait_for("second delivery", lambda: daily.events("batch_already_closed"))
        assert daily.rows("SELECT count(*) FROM run")[0][0] == 1
        assert daily.rows("SELECT count(*) FROM attempt")[0][0] == len(ids)
        assert daily.rows("SELECT count(*) FROM page_reading")[0][0] == len(keywords)


def test_a_poison_message_reaches_the_dlq_by_redrive_with_the_others_done(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "poison", tmp_path) as daily:
        ids = daily.add(of_blog("성수동 김밥"), of_blog("강남역 필라테스"))
        daily.send("{not json")
        daily.send(json.dumps({"run_id": "scheduled-20200101", "tracking_id": 1}))
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        assert summary["succeeded"] == len(ids)
        dead = daily.outputs.crawl_dead_letter_queue_url
        wait_for("two dead letters", lambda: daily.depth(dead) == 2, timeout_seconds=60)
        assert daily.depth(daily.outputs.crawl_queue_url) == 0
        assert ledger_per_tracking(daily) == dict.fromkeys(ids, 1)


def test_a_keyword_that_is_always_refused_fails_after_three_looks_and_a_redrive_measures_it(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "refused", tmp_path) as daily:
        good, bad = daily.add(of_blog("성수동 김밥"), of_blog("강남역 필라테스"))
        daily.site.set_fault("강남역 필라테스", FaultKind.FORBIDDEN)
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["failed"], summary["failed_items"]) == (1, 1, [bad])
        assert summary["page_loads"] == 4
        [error] = daily.events("attempts_used_up")
        assert (error["tracking_id"], error["level"]) == (bad, "error")
        dead = daily.outputs.crawl_dead_letter_queue_url
        wait_for("dead letter", lambda: daily.depth(dead) == 1, timeout_seconds=60)
        assert ledger_per_tracking(daily) == {good: 1}

        daily.site.clear_faults()
        assert stack.redrive("Crawl") == 1
        wait_for("late measurement", lambda: ledger_per_tracking(daily) == {good: 1, bad: 1})
        with daily.store.read() as tx:
            assert [late for late, _ in tx.tasks.list_late(run_id)] == [bad]
        assert daily.wait_until_closed(run_id) == summary


def test_a_crawler_killed_in_the_middle_of_a_page_tries_again_after_one_timeout_and_writes_one_row(
    stack: LocalStack, tmp_path: Path
) -> None:
    timeout_seconds = 15
    with deployed(stack, "crash", tmp_path, CrawlerTimeoutSeconds=timeout_seconds) as daily:
        assert daily.visibility_seconds() >= 6 * timeout_seconds
        [tracking_id] = daily.add(of_blog("성수동 김밥"))
        daily.site.set_fault("성수동 김밥", Fault(kind=FaultKind.SLOW, times=1, delay_seconds=15))
        run_id = daily.fire(datetime.now(UTC))
        wait_for("document request", lambda: daily.site.requests.documents.get("성수동 김밥"))
        pid = crawler_process(str(daily.engine.url))
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == 1
        assert ledger_per_tracking(daily) == {tracking_id: 1}
        ends = daily.rows("SELECT finished_at IS NOT NULL, cause FROM attempt ORDER BY id")
        assert [(bool(row[0]), row[1]) for row in ends] == [(False, None), (True, None)]
        [seconds] = daily.rows("SELECT (julianday(max(started_at)) - julianday(min(started_at))) * 86400 FROM attempt")
        assert timeout_seconds < seconds[0] < daily.visibility_seconds() / 3


def test_what_is_not_measured_by_the_deadline_expires_and_the_summary_still_balances(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "deadline", tmp_path, CrawlBatchTimeout=20) as daily:
        keywords = [f"성수동 김밥 {number}" for number in range(12)]
        ids = daily.add(*(of_blog(keyword) for keyword in keywords))
        for keyword in keywords:
            daily.site.set_fault(keyword, Fault(kind=FaultKind.SLOW, delay_seconds=3))
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] > 0
        assert summary["expired"] > 0
        assert summary["succeeded"] + summary["expired"] == len(ids)
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0, timeout_seconds=60)
        with daily.store.read() as tx:
            late = len(tx.tasks.list_late(run_id))
        assert sum(ledger_per_tracking(daily).values()) == summary["succeeded"] + late
        assert daily.depth(daily.outputs.crawl_dead_letter_queue_url) == 0
