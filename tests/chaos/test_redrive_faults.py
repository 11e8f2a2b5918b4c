from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.faults import FaultKind
from tests.chaos.audit import Row, audit, dead_letters
from tests.chaos.night import Night, night_on, now

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]


def fail_one_page(night: Night) -> tuple[str, list[int]]:
    """Let a run end with two dead letters; return its id and their trackings."""
    good, bad = night.keywords(2)
    night.track([good])
    ids = night.track([bad])
    night.daily.site.set_fault(bad, FaultKind.LAYOUT_UNKNOWN)
    run_id = night.fire()
    night.daily.wait_until_closed(run_id)
    wait_for("dead letters", lambda: dead_letters(night) == set(ids), timeout_seconds=60)
    night.daily.site.clear_faults()
    wait_for("letters that are shown again", lambda: visible(night) == len(ids))
    return run_id, ids


def visible(night: Night) -> int:
    answer = night.daily.stack.client("sqs").get_queue_attributes(
        QueueUrl=night.daily.outputs.crawl_dead_letter_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("way", ["console", "cause", "twice", "database"])
def test_what_failed_is_measured_late_and_once_whichever_way_it_goes_back(
    chaos_stack: LocalStack, tmp_path: Path, tell: Tell, way: str
) -> None:
    with night_on(chaos_stack, f"redrive-{way}", tmp_path) as night:
        run_id, ids = fail_one_page(night)
        healed_at = now()
        if way == "console":
            assert chaos_stack.redrive("Crawl") == len(ids)
        if way == "cause":
            moved = night.daily.sunwi("dlq", "redrive", "--cause", "layout")["queues"]
            assert sum(queue["moved"] for queue in moved) == len(ids)
        if way in {"twice", "database"}:
            assert night.daily.sunwi("runs", "retry-failed", run_id)["tracking_ids"] == ids
        if way == "twice":
            assert chaos_stack.redrive("Crawl") == len(ids)
        night.wait_for_measured(len(night.ranks))
        wait_for("empty queue", lambda: night.daily.depth(night.daily.outputs.crawl_queue_url) == 0)
        row = audit(night, run_id, f"failed trackings sent back: {way}", healed_at=healed_at)
        view = night.daily.sunwi("runs", "show", run_id)
        looks = night.daily.rows("SELECT max(looks) FROM rank_history")[0][0]
    tell(row)
    assert ([late["tracking_id"] for late in view["late"]], view["is_balanced"], looks) == (ids, True, 1)
