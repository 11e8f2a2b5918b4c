"""Whether the night is long enough for the pages."""

import math
from datetime import timedelta

#: What a page load is taken to cost before any was measured.
ASSUMED_LOAD_SECONDS = 3.0

#: No message is answered faster.
_SHORTEST_ANSWER_SECONDS = 0.1


def answers_per_second(*, delay_seconds: float, load_seconds: float | None) -> float:
    """Say how many messages one crawler answers in a second when each needs a page of its own.

    Args:
        delay_seconds: CRAWL_DELAY_SECONDS.
        load_seconds: Mean measured load of a page; None before the first.
    """
    load = ASSUMED_LOAD_SECONDS if load_seconds is None else load_seconds
    return 1 / max(delay_seconds + load, _SHORTEST_ANSWER_SECONDS)


def capacity_warning(
    *, pages: int, delay_seconds: float, load_seconds: float | None, batch_timeout: timedelta
) -> str | None:
    """Say what to set when the pages of a run cannot be read in time.

    Args:
        pages: Distinct pages.
        delay_seconds: CRAWL_DELAY_SECONDS.
        load_seconds: Mean measured load of a page; None before the first.
        batch_timeout: CRAWL_BATCH_TIMEOUT.

    Returns:
        A sentence naming the value to set, or None when there is room.
    """
    load = ASSUMED_LOAD_SECONDS if load_seconds is None else load_seconds
    needed = math.ceil(pages * (delay_seconds + load))
    allowed = int(batch_timeout.total_seconds())
    if needed <= allowed:
        return None
    return (
        f"{pages} distinct pages need about {needed} s ({delay_seconds:g} s delay + {load:.1f} s load each) and "
        f"CRAWL_BATCH_TIMEOUT is {allowed} s: set CRAWL_BATCH_TIMEOUT to at least {needed}"
    )
