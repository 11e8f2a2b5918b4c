"""What a tracking of a run costs on the local stack, queue and functions included, against bare Playwright."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.stack import LocalStack
from infra.local.standin.naver.generator import page_html
from tests.benchmarks.hot_path_night import PAGES, TRACKINGS_PER_PAGE, load_bare, trackings_of
from tests.stack.daily_run import SEED, check_balance, deployed

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

#: Measured: 2.1 beside other work on two processors; the queue, the invocations and evidence are the stack's.
MAX_RATIO = 4


def test_a_tracking_of_a_run_on_the_local_stack(tmp_path: Path) -> None:
    keywords = [f"가상역 맛집 {number}" for number in range(PAGES)]
    with LocalStack(wait_scale=0.2) as stack, deployed(stack, "floor", tmp_path, CrawlPictures="off") as daily:
        for keyword in keywords:
            daily.add(*trackings_of(keyword, page_html(SEED, keyword).encode()))
        load_bare(keywords[:1], daily.site.address)
        floor = load_bare(keywords, daily.site.address) / (PAGES * TRACKINGS_PER_PAGE)
        summary = daily.wait_until_closed(daily.fire(datetime.now(UTC)), timeout_seconds=500)
        check_balance(summary)
        assert summary["succeeded"] == PAGES * TRACKINGS_PER_PAGE
        [(started, ended)] = daily.rows(
            "SELECT strftime('%s', min(started_at)) + strftime('%f', min(started_at)) % 1, "
            "strftime('%s', max(finished_at)) + strftime('%f', max(finished_at)) % 1 FROM attempt"
        )
        [(opened,)] = daily.rows("SELECT count(*) FROM page_reading")
        took = (ended - started) / (PAGES * TRACKINGS_PER_PAGE)
    print(
        f"\n{PAGES * TRACKINGS_PER_PAGE} trackings, {opened} pages, no pause: {1000 * took:.1f} ms a tracking from the "
        f"first attempt to the last, bare Playwright {1000 * floor:.1f} ms, ratio {took / floor:.2f}"
    )
    assert opened == PAGES
    assert took / floor <= MAX_RATIO
