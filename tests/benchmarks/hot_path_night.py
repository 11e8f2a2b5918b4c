"""A night of 100 trackings over 20 pages: by the crawler's own container, and the same pages by bare Playwright."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from playwright.sync_api import sync_playwright

from infra.local.standin.naver.generator import page_html
from sunwi.adapters.browser.warm_browser import find_browser, launch_arguments
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.domain.reading import ServedPage
from sunwi.domain.run import RunKind
from sunwi.domain.task import Receipt, message_body
from sunwi.domain.tracking import Device, Kind, NewTracking, PageKey, Surface, Target
from sunwi.settings import Settings
from sunwi.sites.naver.page_addresses import first_page_url
from sunwi.sites.naver.read_page import read_page
from sunwi.sites.naver.site import NAVER
from sunwi.testing import InMemoryCrawlQueue
from tests.examples import new_run
from tests.statement_counts import Counts, counting

SEED = 11
PAGES = 20
TRACKINGS_PER_PAGE = 5
#: The site's pages are of two sizes; so many of the larger ones make 1 MB on average.
LARGE_PAGES, LARGE_BYTES = 6, 1_000_000
RUN = "manual-20260102-010000-0a1b2c3d"


def write_pages() -> dict[str, bytes]:
    """Write the pages, by keyword."""
    small: dict[str, bytes] = {}
    large: dict[str, bytes] = {}
    for number in range(10 * PAGES):
        keyword = f"가상역 맛집 {number}"
        body = page_html(SEED, keyword).encode()
        (large if len(body) > LARGE_BYTES else small)[keyword] = body
    return dict([*list(small.items())[: PAGES - LARGE_PAGES], *list(large.items())[:LARGE_PAGES]])


def key_of(keyword: str) -> PageKey:
    return PageKey(Surface.INTEGRATED, Device.PC, keyword)


def trackings_of(keyword: str, body: bytes) -> list[NewTracking]:
    """Track what stands on a page, first and last of a kind, and what does not."""
    url = first_page_url(key_of(keyword))
    reading = read_page(ServedPage(requested_url=url, final_url=url, status=200, html=body.decode()), key_of(keyword))
    assert reading.verdict.is_readable
    blogs = [card.id for card in reading.cards if card.id.startswith("blog:") and "*" not in card.id]
    places = [card.id for card in reading.cards if ":" not in card.id]
    targets = [
        *(Target(Kind.PLACE, found) for found in (*places[:1], *places[-1:])),
        *(Target(Kind.BLOG, found) for found in blogs[:1]),
        *(Target(Kind.PLACE, str(1_999_999_990 + number)) for number in range(TRACKINGS_PER_PAGE)),
    ]
    return [
        NewTracking(target=target, target_url="https://map.naver.com/p/entry/place/1", keyword=keyword)
        for target in dict.fromkeys(targets)
    ][:TRACKINGS_PER_PAGE]


@dataclass(frozen=True)
class Taken:
    """What one message took."""

    is_new_page: bool
    seconds: float
    counts: Counts


@dataclass
class HotNight:
    """The crawler's containers on a database, with a real browser and nothing else of AWS."""

    database_url: str
    standin_address: str | None = None
    adapters: Adapters = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(
            database_url=self.database_url,
            standin_address=self.standin_address,
            crawl_delay_seconds=0,
            crawl_pictures="off",
        )
        self.adapters = Adapters(settings, queue=InMemoryCrawlQueue())

    def dispatch(self, pages: Mapping[str, bytes]) -> list[tuple[int, str]]:
        """Store trackings and a run of them; return them in the order in which a run is sent."""
        now = datetime.now(UTC)
        wanted = [tracking for keyword, body in pages.items() for tracking in trackings_of(keyword, body)]
        with self.adapters.store.begin() as tx:
            ids = [found for found in tx.trackings.add(wanted, at=now) if found is not None]
            assert len(ids) == len(wanted) == TRACKINGS_PER_PAGE * len(pages)
            tx.runs.add(new_run(RUN, RunKind.MANUAL, now), None)
            tx.runs.set_dispatched(RUN, 0)
            tx.tasks.mark_sent(RUN, ids, at=now)
        return [(found, tracking.keyword) for found, tracking in zip(ids, wanted, strict=True)]

    def crawl(self, tasks: Sequence[tuple[int, str]]) -> list[Taken]:
        """Answer one message for each."""
        seen: set[str] = set()
        taken, crawl = [], self.adapters.compose(CrawlContainer).crawl_tracking
        for tracking_id, keyword in tasks:
            receipt = Receipt(
                message_id=f"m{tracking_id}",
                receipt_handle="h",
                queue_arn="arn:aws:sqs:ap-northeast-2:000000000000:crawl",
                sent_at=datetime.now(UTC),
                receive_count=1,
            )
            with counting(self.adapters.engine) as counts:
                started = time.perf_counter()
                found = crawl.handle(message_body(RUN, tracking_id), receipt, remaining_seconds=55)
                seconds = time.perf_counter() - started
            assert found is not None
            taken.append(Taken(keyword not in seen, seconds, counts))
            seen.add(keyword)
        return taken

    def start(self) -> None:
        """Start the browser."""
        self.adapters.compose(PageContainer).loader.start(NAVER)

    def close(self) -> None:
        self.adapters.close()


def load_bare(keywords: Sequence[str], standin_address: str) -> float:
    """Load the pages by nothing but Playwright, in a started browser, each in a page of its own; return seconds."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=launch_arguments(NAVER, standin_address)
        )
        started = time.perf_counter()
        context = browser.new_context(ignore_https_errors=True, locale="ko-KR")
        for keyword in keywords:
            page = context.new_page()
            response = page.goto(first_page_url(key_of(keyword)), wait_until="domcontentloaded")
            assert response is not None
            assert len(response.body()) > LARGE_BYTES // 2
            page.close()
        seconds = time.perf_counter() - started
        browser.close()
    return seconds
