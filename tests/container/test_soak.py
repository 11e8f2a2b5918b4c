"""Hundreds of crawls in one crawler: nothing fails, and nothing piles up."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import pytest
from sqlalchemy import text

from infra.local.containers.images import Image
from infra.local.containers.surroundings import Servers, Surroundings
from infra.local.stack import wait_for
from infra.local.standin.faults import Fault, FaultKind
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.container.crawling import EVENT, Crawler, running_crawler
from tests.container.processes import Process

pytestmark = pytest.mark.soak

#: `make soak N=…`; a tenth of them is compared with another.
CRAWLS = int(os.environ.get("SOAK_CRAWLS", "100"))
WINDOW = CRAWLS // 10
#: A browser's, so that a short soak has it replaced as often as a long one.
MAX_PAGES = CRAWLS // 5
MEGABYTE = 1_000_000
GOOD: object = {"batchItemFailures": []}
MAX_GROWTH = 0.10
#: While a page is on its way, something is killed.
SLOW_SECONDS = 3

FILL = "head -c 2000000000 /dev/zero > /tmp/filler 2>/dev/null || true; df /tmp | tail -1"


def keyword(number: int) -> str:
    return f"오래 걷기 {number}"


def add_trackings(around: Surroundings, count: int) -> list[int]:
    """Track as many blog posts, each by a keyword and so a page of its own, in today's run; return their ids."""
    with around.container.adapters.store.begin() as tx:
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
    with around.container.adapters.engine.connect() as connection:
        return set(connection.execute(text("SELECT tracking_id FROM rank_history")).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One crawl in the middle: of a tracking, by its keyword."""

    crawler: Crawler
    running: Servers
    tracking_id: int
    keyword: str

    def send(self) -> object:
        return self.crawler.send(self.tracking_id)

    def killing(self, name: str) -> object:
        """Kill processes by the beginning of their name while the page loads, and return the message's answer."""
        site = self.running.site
        site.set_fault(self.keyword, Fault(kind=FaultKind.SLOW, delay_seconds=SLOW_SECONDS, times=1))
        with ThreadPoolExecutor(max_workers=1) as pool:
            answer = pool.submit(self.send)
            wait_for("request", lambda: site.requests.documents.get(self.keyword, 0) > 0, timeout_seconds=30)
            self.crawler.kill([each for each in self.crawler.processes() if each.name.startswith(name)])
            return answer.result()


def kill_browser(crawl: Crawl) -> object:
    return crawl.killing("chromium")


def kill_driver(crawl: Crawl) -> object:
    return crawl.killing("node")


def fill(crawl: Crawl) -> object:
    assert "100%" in crawl.crawler.container.shell(FILL)
    return crawl.send()


def fill_and_kill(crawl: Crawl) -> object:
    assert "100%" in crawl.crawler.container.shell(FILL)
    crawl.crawler.kill([each for each in crawl.crawler.processes() if each.is_browser])
    return crawl.send()


#: What breaks in the middle, each at a message of its own.
FAULTS = [kill_browser, kill_driver, fill, fill_and_kill]


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What a crawler was asked for, what it measured, what each crawl reported, and what ran at the end.

    Attributes:
        broken: The answer to each fault's message, by the fault's name.
    """

    asked: set[int]
    failures: list[object]
    broken: dict[str, object]
    measured: set[int]
    figures: list[dict[str, float]]
    processes: list[Process]

    def rss(self, start: int, end: int | None) -> float:
        return median(each["TreeRssBytes"] for each in self.figures[start:end])


@pytest.fixture(scope="module")
def soaked(images: dict[str, Image], running: Servers) -> Soaked:
    with running.surroundings() as around:
        ids = add_trackings(around, CRAWLS + len(FAULTS))
        asked, broken = ids[:CRAWLS], ids[CRAWLS:]
        more = {"BROWSER_MAX_PAGES": str(MAX_PAGES)}
        with running_crawler(images["crawler"], running, around, more=more) as crawler:
            answers = [crawler.send(tracking_id) for tracking_id in asked[: CRAWLS // 2]]
            answers_of_broken = {
                fault.__name__: fault(
                    Crawl(crawler=crawler, running=running, tracking_id=tracking_id, keyword=keyword(CRAWLS + number))
                )
                for number, (fault, tracking_id) in enumerate(zip(FAULTS, broken, strict=True))
            }
            answers += [crawler.send(tracking_id) for tracking_id in asked[CRAWLS // 2 :]]
            done = Soaked(
                asked=set(ids),
                failures=[answer for answer in answers if answer != GOOD],
                broken=answers_of_broken,
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
        f"of the last: {done.rss(-WINDOW, None) / MEGABYTE:.1f}, at most: "
        f"{max(each['TreeRssBytes'] for each in done.figures) / MEGABYTE:.1f}; "
        f"temporary files (MB) after the first: {done.figures[0]['TemporaryBytes'] / MEGABYTE:.2f}, "
        f"after the last: {last['TemporaryBytes'] / MEGABYTE:.2f}; "
        f"zombies: {max(each['Zombies'] for each in done.figures):.0f}\n"
    )


def test_every_crawl_opens_its_page_and_writes_its_row(soaked: Soaked) -> None:
    assert soaked.failures == []
    assert soaked.measured >= soaked.asked
    assert len(soaked.figures) == len(soaked.asked) <= soaked.figures[-1]["PagesOpened"]


@pytest.mark.parametrize("fault", [fault.__name__ for fault in FAULTS])
def test_what_breaks_in_the_middle_is_mended_within_its_message(soaked: Soaked, fault: str) -> None:
    assert soaked.broken[fault] == GOOD


def test_the_browser_is_replaced_when_it_has_opened_its_pages_or_broke(soaked: Soaked) -> None:
    assert soaked.figures[-1]["BrowserLaunches"] >= CRAWLS // MAX_PAGES + len(FAULTS)


def test_no_crawl_leaves_a_zombie(soaked: Soaked) -> None:
    assert sum(each["Zombies"] for each in soaked.figures) == 0
    assert [each for each in soaked.processes if each.state == "Z"] == []


def test_the_temporary_folder_is_as_it_was_after_the_first_crawl(soaked: Soaked) -> None:
    first, last = soaked.figures[0]["TemporaryBytes"], soaked.figures[-1]["TemporaryBytes"]
    assert abs(last - first) <= MEGABYTE


def test_memory_does_not_grow(soaked: Soaked) -> None:
    early, late = soaked.rss(WINDOW, 2 * WINDOW), soaked.rss(-WINDOW, None)
    assert abs(late - early) <= MAX_GROWTH * early
