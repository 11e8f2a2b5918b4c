from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.circuit import Circuit
from sunwi.domain.run import RunStatus, TaskState
from sunwi.domain.tracking import Device, Kind, NewTracking, Surface, Target
from sunwi.service.runs.show_run import ShowRun
from sunwi.sites.naver.site import Lane
from tests.stack.daily_run import DailyRun, check_balance, deployed

pytestmark = pytest.mark.timeout(240)

KEYWORDS = [f"성수동 김밥 {number}" for number in range(8)]
#: Short enough for a test; the pauses double from one to the other.
PAUSES = {"CircuitPauseSeconds": 2, "CircuitMaxPauseSeconds": 4}


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def of_blog(keyword: str, post: str) -> NewTracking:
    target = Target(Kind.BLOG, f"blog:{post}")
    return NewTracking(target=target, target_url=f"https://blog.naver.com/{post}", keyword=keyword)


def refuse_everything(daily: DailyRun) -> list[int]:
    """Track two posts a page, let every page be refused, and return the trackings."""
    trackings = [of_blog(keyword, post) for keyword in KEYWORDS for post in ("nobody/123456789", "someone/223456789")]
    for number, keyword in enumerate(KEYWORDS):
        kind = (FaultKind.FORBIDDEN, FaultKind.CAPTCHA, FaultKind.TOO_MANY_REQUESTS)[number % 3]
        daily.site.set_fault(keyword, Fault(kind=kind, retry_after_seconds=1))
    return daily.add(*trackings)


def circuit_of(daily: DailyRun) -> Circuit:
    with daily.store.read() as tx:
        return tx.circuits.get(Lane(Surface.INTEGRATED, Device.PC).circuit)


def requests(daily: DailyRun) -> int:
    return sum(daily.site.requests.documents.values())


def test_a_site_that_refuses_for_a_while_is_left_alone_and_everything_is_measured_once_it_answers(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "blocked", tmp_path, **PAUSES) as daily:
        ids = refuse_everything(daily)
        run_id = daily.fire(datetime.now(UTC))
        wait_for("second refused probe", lambda: circuit_of(daily).pauses >= 3, timeout_seconds=60)
        view = ShowRun(store=daily.store, clock=SystemClock()).show(run_id)
        assert view.run.status is RunStatus.BLOCKED
        assert view.run.blocked_since == circuit_of(daily).opened_at
        assert [circuit.key for circuit in view.circuits] == [Lane(Surface.INTEGRATED, Device.PC).circuit]
        probes = len(daily.events("circuit_half_open"))
        assert requests(daily) <= 3 + probes + 1
        daily.site.clear_faults()

        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["blocked"]) == (len(ids), 0)
        assert dict(daily.rows("SELECT tracking_id, count(*) FROM rank_history GROUP BY 1")) == dict.fromkeys(ids, 1)
        assert circuit_of(daily).opened_at is None
        (opened,) = daily.events("circuit_opened")
        (closed,) = daily.events("circuit_closed")
        assert (opened["surface"], opened["pages"]) == ("integrated", 3)
        assert closed["open_seconds"] >= 2 + 4
        assert daily.rows(
            "SELECT max(looks) FROM (SELECT count(*) AS looks FROM attempt WHERE is_counted GROUP BY tracking_id)"
        ) <= [(3,)]
        assert daily.depth(daily.outputs.crawl_dead_letter_queue_url) == 0
        assert any("CircuitOpenSeconds" in line for line in daily.logs())


def test_a_site_that_refuses_to_the_deadline_leaves_tasks_expired_as_blocked_and_no_ledger_row(
    stack: LocalStack, tmp_path: Path
) -> None:
    with deployed(stack, "refusing", tmp_path, CrawlBatchTimeout=20, **PAUSES) as daily:
        ids = refuse_everything(daily)
        run_id = daily.fire(datetime.now(UTC))
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert (summary["succeeded"], summary["failed"]) == (0, 0)
        assert (summary["expired"], summary["blocked"]) == (len(ids), len(ids))
        assert daily.rows("SELECT count(*) FROM rank_history") == [(0,)]
        assert daily.rows("SELECT count(*) FROM observation") == [(0,)]
        with daily.store.read() as tx:
            reasons = [reason for _, _, reason in tx.tasks.list_reasons(run_id, [TaskState.EXPIRED])]
        assert len(reasons) == len(ids)
        assert all(reason.startswith("blocked: the integrated surface on pc has refused since") for reason in reasons)
        run = daily.run(run_id)
        assert run is not None
        assert (run.status, run.blocked_since) == (RunStatus.CLOSED, None)
        wait_for("empty queue", lambda: daily.depth(daily.outputs.crawl_queue_url) == 0, timeout_seconds=60)
        assert daily.depth(daily.outputs.crawl_dead_letter_queue_url) == 0
