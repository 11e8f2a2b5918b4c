"""The canary before a run, on the deployed template: a hold that ends well, and one that does not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.canary import CanaryState
from sunwi.domain.run import RunStatus
from sunwi.domain.schedule import CANARY_LEAD
from tests.stack.daily_run import DailyRun, check_balance, deployed
from tests.stack.test_daily_run import of_blog, of_place

pytestmark = pytest.mark.timeout(240)

CANARY = "홍대 카페"
WATCHED = "성수동 김밥"
HOLD: dict[str, float | str] = {"CanaryKeywords": CANARY, "CanaryHoldSeconds": 1}


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def checks(daily: DailyRun) -> list[Any]:
    return daily.rows("SELECT run_id, number, surfaces FROM canary_check ORDER BY number")


def fire_canary_and_run(daily: DailyRun) -> str:
    now = datetime.now(UTC)
    daily.stack.fire_canary(now - CANARY_LEAD)
    wait_for("check of the canary", lambda: checks(daily), timeout_seconds=60)
    return daily.fire(now)


def wait_until_checked_again(daily: DailyRun) -> None:
    wait_for("second check of the canary", lambda: len(checks(daily)) > 1, timeout_seconds=60)


def test_a_run_whose_canary_is_not_recognised_waits_until_the_site_is_mended(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "mended", tmp_path, **{**HOLD, "CanaryMaxHold": 120}) as daily:
        ids = daily.add(of_place(WATCHED, "9999999"), of_blog(WATCHED))
        daily.site.set_fault(CANARY, FaultKind.STATE_MISSING)
        run_id = fire_canary_and_run(daily)
        wait_until_checked_again(daily)
        held = daily.run(run_id)
        assert held is not None
        assert (held.canary, held.status, held.expected) == (CanaryState.HELD, RunStatus.DISPATCHING, len(ids))
        assert daily.rows("SELECT count(*) FROM task WHERE sent_at IS NOT NULL")[0][0] == 0
        daily.fire(datetime.now(UTC))
        wait_for("second delivery", lambda: daily.events("batch_dispatched_again"))
        assert daily.site.requests.documents.get(WATCHED) is None

        daily.site.clear_faults()
        summary = daily.wait_until_closed(run_id)
        check_balance(summary)
        assert summary["succeeded"] == summary["expected"] == len(ids)
        assert (summary["canary"]["state"], summary["canary"]["warning"]) == ("recognised", None)
        assert summary["canary"]["held_seconds"] > 0
        assert summary["canary"]["checks"] == len(checks(daily)) > 1
        assert daily.rows("SELECT count(*) FROM attempt")[0][0] == len(ids)
        assert [line["canary"] for line in daily.events("run_released")] == ["recognised"]


def test_a_run_whose_canary_never_recovers_starts_with_a_warning(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "unmended", tmp_path, **{**HOLD, "CanaryMaxHold": 5}) as daily:
        ids = daily.add(of_place(WATCHED, "9999999"), of_blog(WATCHED))
        daily.site.set_fault(CANARY, Fault(kind=FaultKind.LAYOUT_UNKNOWN))
        summary = daily.wait_until_closed(fire_canary_and_run(daily))
        check_balance(summary)
        assert summary["succeeded"] == len(ids)
        assert summary["canary"]["state"] == "unrecognised"
        assert "started anyway" in summary["canary"]["warning"]
        assert summary["canary"]["held_seconds"] >= 5
        assert [counts["layout_unknown"] for counts in summary["canary"]["surfaces"]] == [1, 1]
        assert [counts["recognised"] for counts in summary["surfaces"]] == [1]
        kept = daily.stack.client("s3").list_objects_v2(
            Bucket=daily.outputs.evidence_bucket_name, Prefix=f"failures/canary-{summary['run_id']}-0/"
        )
        assert kept["KeyCount"] >= 2


def test_a_canary_that_fails_holds_no_run(stack: LocalStack, tmp_path: Path) -> None:
    with deployed(stack, "failing", tmp_path, CanaryKeywords="=> nothing") as daily:
        ids = daily.add(of_blog(WATCHED))
        now = datetime.now(UTC)
        daily.stack.fire_canary(now - CANARY_LEAD)
        wait_for(
            "event in the failure queue",
            lambda: daily.depth(daily.outputs.canary_failure_queue_url),
            timeout_seconds=60,
        )
        summary = daily.wait_until_closed(daily.fire(now))
        assert (summary["succeeded"], summary["canary"]["state"]) == (len(ids), "missing")
