"""Settings that fit each other: what one leaves must be enough for another.

Source: docs/adr/0041-the-watchdog-and-the-migrator-decide.md.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from sunwi.domain.circuit import CircuitRule
from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS
from sunwi.errors import ConfigurationError

#: No page of results has come faster.
FASTEST_LOAD_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepSurface:
    """A surface that goes on over several pages.

    Attributes:
        setting: The variable that sets its depth.
        depth: Organic rows that are wanted.
        pages: Pages that so many rows take, at least 1.
        rows_per_page: Rows that each of them brings.
    """

    setting: str
    depth: int
    pages: int
    rows_per_page: int


def check_reading_time(surface: DeepSurface, *, delay_seconds: float, crawler_timeout: timedelta, spare: float) -> None:
    """Refuse a depth that no reading can come to, however fast the pages are.

    Args:
        surface: Of several pages.
        delay_seconds: CRAWL_DELAY_SECONDS, before each page, without jitter.
        crawler_timeout: CRAWLER_TIMEOUT_SECONDS.
        spare: Seconds of that which start and save take.

    Raises:
        ConfigurationError: The last page could not be begun in time; names the values that would do.
    """
    seconds = crawler_timeout.total_seconds()
    step = delay_seconds + FASTEST_LOAD_SECONDS
    # Each page but the last is loaded, and the last one is begun with time to come.
    needed = surface.pages * step - FASTEST_LOAD_SECONDS + MIN_PAGE_TIMEOUT_SECONDS + spare
    if needed <= seconds:
        return
    pages_in_time = int((seconds - spare - MIN_PAGE_TIMEOUT_SECONDS + FASTEST_LOAD_SECONDS) / step)
    fewer = max(pages_in_time, 1) * surface.rows_per_page
    raise ConfigurationError(
        f"{surface.setting}={surface.depth} is {surface.pages} pages, which CRAWL_DELAY_SECONDS={delay_seconds:g} "
        f"draws out to {math.ceil(needed)} s, and CRAWLER_TIMEOUT_SECONDS={seconds:.0f} ends a reading before: "
        f"raise CRAWLER_TIMEOUT_SECONDS to {math.ceil(needed)} or more, lower CRAWL_DELAY_SECONDS, or lower "
        f"{surface.setting} to {fewer}",
        code="depth_out_of_reach",
        setting=surface.setting,
        depth=surface.depth,
        pages=surface.pages,
        delay_seconds=delay_seconds,
        needed_seconds=math.ceil(needed),
        crawler_timeout_seconds=seconds,
        fewer=fewer,
    )


def check_circuit_pauses(rule: CircuitRule) -> None:
    """Refuse a longest pause that is shorter than the first one, which would never be kept to.

    Raises:
        ConfigurationError: It is.
    """
    first, longest = (f"{pause.total_seconds():.0f}" for pause in (rule.pause, rule.max_pause))
    if rule.max_pause < rule.pause:
        raise ConfigurationError(
            f"CIRCUIT_PAUSE_SECONDS={first} is longer than CIRCUIT_MAX_PAUSE_SECONDS={longest}, the longest of those "
            "pauses: raise the second or lower the first",
            code="circuit_pauses_reversed",
            first=first,
            longest=longest,
        )
