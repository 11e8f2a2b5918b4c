"""Whether the night is long enough for the pages."""

import math
from dataclasses import dataclass
from datetime import timedelta

#: What a page load is taken to cost before any was measured.
ASSUMED_LOAD_SECONDS = 3.0

#: Most crawlers that a deployment may have at a time.
MOST_CRAWLERS = 5

#: No message is answered faster.
_SHORTEST_ANSWER_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What a round over trackings has to open.

    Attributes:
        distinct: Pages that are measured, however many trackings share one.
        loads: Page loads that these pages take: a list or tab is several.
    """

    distinct: int
    loads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPace:
    """How fast pages are loaded.

    Attributes:
        delay_seconds: CRAWL_DELAY_SECONDS, before each load, those of one page key included.
        load_seconds: Mean measured load of one page; None before the first.
        crawlers: CRAWLER_CONCURRENCY, crawlers at a time.
    """

    delay_seconds: float
    load_seconds: float | None
    crawlers: int = 1

    @property
    def seconds_per_load(self) -> float:
        """Seconds from one load to the next; more crawlers never load oftener than once in the delay."""
        return self.with_crawlers(self.crawlers)

    @property
    def assumed_load_seconds(self) -> float:
        """Seconds that a load takes, measured or assumed."""
        return ASSUMED_LOAD_SECONDS if self.load_seconds is None else self.load_seconds

    def with_crawlers(self, crawlers: int) -> float:
        """Compute the seconds from one load to the next with so many crawlers."""
        return max(self.delay_seconds, (self.delay_seconds + self.assumed_load_seconds) / crawlers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityWarning:
    """That pages cannot be read in time, and what would be enough.

    Attributes:
        pages: Of the run.
        pace: Of page loads.
        needed_seconds: What CRAWL_BATCH_TIMEOUT would have to be at least.
        allowed_seconds: What it is.
        crawlers_needed: What CRAWLER_CONCURRENCY could be instead, at least; None when no number would be enough.
    """

    pages: Pages
    pace: LoadPace
    needed_seconds: int
    allowed_seconds: int
    crawlers_needed: int | None

    @property
    def text(self) -> str:
        """The warning for logs and JSON; it names the values that are enough."""
        delay, load = f"{self.pace.delay_seconds:g}", f"{self.pace.assumed_load_seconds:.1f}"
        at_once = "" if self.pace.crawlers == 1 else f", {self.pace.crawlers} at a time"
        or_more = f", or CRAWLER_CONCURRENCY to at least {self.crawlers_needed}" if self.crawlers_needed else ""
        return (
            f"{self.pages.distinct} distinct pages are {self.pages.loads} page loads and need about "
            f"{self.needed_seconds} s ({delay} s delay + {load} s load each{at_once}), and CRAWL_BATCH_TIMEOUT is "
            f"{self.allowed_seconds} s: set CRAWL_BATCH_TIMEOUT to at least {self.needed_seconds}{or_more}"
        )


def answers_per_second(pages: Pages, pace: LoadPace) -> float:
    """Compute how many messages are answered in a second when each needs a page of its own.

    Args:
        pages: Of all that is watched: what a page costs on average.
        pace: Of page loads.
    """
    loads = pages.loads / pages.distinct if pages.distinct else 1
    return 1 / max(loads * pace.seconds_per_load, _SHORTEST_ANSWER_SECONDS)


def capacity_warning(pages: Pages, pace: LoadPace, *, batch_timeout: timedelta) -> CapacityWarning | None:
    """Warn of pages that cannot be read in time.

    Args:
        pages: Of the run.
        pace: Of page loads.
        batch_timeout: CRAWL_BATCH_TIMEOUT.

    Returns:
        None when there is room.
    """
    needed = math.ceil(pages.loads * pace.seconds_per_load)
    allowed = int(batch_timeout.total_seconds())
    if needed <= allowed:
        return None
    return CapacityWarning(
        pages=pages,
        pace=pace,
        needed_seconds=needed,
        allowed_seconds=allowed,
        crawlers_needed=_crawlers_needed(pages, pace, allowed),
    )


def _crawlers_needed(pages: Pages, pace: LoadPace, allowed_seconds: int) -> int | None:
    """Return how many crawlers would be enough; None when no number that may be set is."""
    more = range(pace.crawlers + 1, MOST_CRAWLERS + 1)
    return next((number for number in more if pages.loads * pace.with_crawlers(number) <= allowed_seconds), None)
