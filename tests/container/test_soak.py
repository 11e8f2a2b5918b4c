"""Hundreds of crawls in one crawler: nothing fails, and nothing piles up."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

import pytest
from sqlalchemy import text

from infra.local.containers.images import Image
from infra.local.containers.surroundings import Servers, Surroundings
from infra.local.stack import wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.container.crawling import EVENT, Crawler, Process, running_crawler

pytestmark = pytest.mark.soak

#: `make soak N=…`; a tenth of them is compared with another.
CRAWLS = int(os.environ.get("SOAK_CRAWLS", "100"))
WINDOW = CRAWLS // 10
MEGABYTE = 1_000_000
MAX_GROWTH = 0.10
#: While a page is on its way, something is killed.
SLOW_SECONDS = 3

FILL = "head -c 2000000000 /dev/zero > /tmp/filler 2>/dev/null || true; df /tmp | tail -1"


def keyword(number: int) -> str:
    return f"오래 걷기 {number}"


def add_trackings(around: Surroundings, count: int) -> list[int]:
    """Track as many blog posts, each by a keyword and so a page of its own, in today's run; give their ids."""
    with around.container.store.begin() as tx:
        new = [
            NewTracking(
                target=Target(Kind.BLOG, f"blog:nobody/{number}"),
                target_url=f"https://blog.naver.com/nobody/{number}",
                keyword=keyword(number),
            )
            for number in range(count)
        ]
        ids = [added for added in tx.trackings.add(new, at=datetime.now(UTC)) if added is not None]
    around.prepare(EVENT)
    return ids


def measured(around: Surroundings) -> set[int]:
    with around.container.engine.connect() as connection:
        return set(connection.execute(text("SELECT tracking_id FROM rank_history")).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What a crawler was asked for, what it measured, what each crawl reported, and what ran at the end."""

    asked: set[int]
    failures: list[object]
    measured: set[int]
    figures: list[dict[str, float]]
    processes: list[Process]

    def rss(self, start: int, end: int) -> float:
        return median(each["TreeRssBytes"] for each in self.figures[start:end])


@pytest.fixture(scope="module")
def soaked(images: dict[str, Image], running: Servers) -> Soaked:
    with running.surroundings() as around:
        ids = add_trackings(around, CRAWLS)
        with running_crawler(images["crawler"], running, around) as crawler:
            answers = [crawler.send(tracking_id) for tracking_id in ids]
            done = Soaked(
                asked=set(ids),
                failures=[answer for answer in answers if answer != {"batchItemFailures": []}],
                measured=measured(around),
                figures=crawler.figures(),
                processes=crawler.processes(),
            )
    sys.stdout.write(_describe(done))
    return done


def _describe(done: Soaked) -> str:
    last = done.figures[-1]
    return (
        f"\n{len(done.figures)} crawls, {len(done.failures)} failures, {last['BrowserLaunches']:.0f} launches, "
        f"{last['PagesOpened']:.0f} pages in {last['EnvironmentAgeSeconds']:.0f} s; "
        f"RSS (MB) of the second {WINDOW}: {done.rss(WINDOW, 2 * WINDOW) / MEGABYTE:.1f}, "
        f"of the last: {done.rss(-WINDOW, CRAWLS) / MEGABYTE:.1f}, at most: "
        f"{max(each['TreeRssBytes'] for each in done.figures) / MEGABYTE:.1f}; "
        f"temporary files (MB) after the first: {done.figures[0]['TemporaryBytes'] / MEGABYTE:.2f}, "
        f"after the last: {last['TemporaryBytes'] / MEGABYTE:.2f}; "
        f"zombies: {max(each['Zombies'] for each in done.figures):.0f}\n"
    )


def test_every_crawl_opens_its_page_and_writes_its_row(soaked: Soaked) -> None:
    assert soaked.failures == []
    assert soaked.measured >= soaked.asked
    assert soaked.figures[-1]["PagesOpened"] == len(soaked.figures) == CRAWLS


def test_no_crawl_leaves_a_zombie(soaked: Soaked) -> None:
    """A process that has just ended waits for its parent for a moment; one that is still there a crawl later stays."""
    reported = [each["Zombies"] for each in soaked.figures]
    assert not [pair for pair in pairwise(reported) if all(pair)]
    assert [each for each in soaked.processes if each.state == "Z"] == []


def test_the_temporary_folder_is_as_it_was_after_the_first_crawl(soaked: Soaked) -> None:
    first, last = soaked.figures[0]["TemporaryBytes"], soaked.figures[-1]["TemporaryBytes"]
    assert abs(last - first) <= MEGABYTE


def test_memory_does_not_grow(soaked: Soaked) -> None:
    early, late = soaked.rss(WINDOW, 2 * WINDOW), soaked.rss(-WINDOW, CRAWLS)
    assert abs(late - early) <= MAX_GROWTH * early


@pytest.fixture
def crawler(images: dict[str, Image], running: Servers, around: Surroundings) -> Iterator[Crawler]:
    add_trackings(around, 4)
    with running_crawler(images["crawler"], running, around) as started:
        started.look(3)
        yield started


@pytest.mark.parametrize("victim", ["chromium", "node"])
def test_what_is_killed_while_a_page_loads_is_replaced_within_its_message(
    crawler: Crawler, running: Servers, around: Surroundings, victim: str
) -> None:
    running.site.set_fault(keyword(1), Fault(kind=FaultKind.SLOW, delay_seconds=SLOW_SECONDS, times=1))
    before = running.site.requests.documents.get(keyword(1), 0)
    with ThreadPoolExecutor(max_workers=1) as pool:
        looking = pool.submit(crawler.look, 4)
        wait_for("request", lambda: running.site.requests.documents.get(keyword(1), 0) > before, timeout_seconds=30)
        crawler.kill([each for each in crawler.processes() if each.name.startswith(victim)])
        looking.result()
    crawler.look(5)
    assert measured(around) >= {3, 4, 5}
    _check_clean(crawler)


def test_a_full_temporary_folder_is_emptied_within_one_message(crawler: Crawler, around: Surroundings) -> None:
    assert "100%" in crawler.container.shell(FILL)
    crawler.kill([each for each in crawler.processes() if each.is_browser])
    if crawler.send(4) != {"batchItemFailures": []}:
        crawler.look(4)
    crawler.look(5)
    assert measured(around) >= {3, 4, 5}
    assert crawler.figures()[-1]["TemporaryBytes"] < 20 * MEGABYTE
    _check_clean(crawler)


def _check_clean(crawler: Crawler) -> None:
    wait_for("burial of every zombie", lambda: not [each for each in crawler.processes() if each.state == "Z"])
