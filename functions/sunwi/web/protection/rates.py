"""How many requests an account, or an address, may send: a token bucket each, in the memory of one environment.

The gateway's own throttling counts all of them together; nothing here asks the database.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sunwi.errors import Retryable

#: Buckets that are remembered; the one that was asked for longest ago goes first.
_MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How fast somebody may ask.

    Attributes:
        per_second: What comes back each second.
        burst: What may be asked at once.
    """

    per_second: float
    burst: int


#: Of an address, whoever it turns out to be: an office has one for all its people.
OF_ADDRESS = Rate(per_second=50, burst=200)
#: Of an account, by whichever of its browsers and keys.
OF_ACCOUNT = Rate(per_second=20, burst=100)


@dataclass(slots=True, kw_only=True)
class Rates:
    """The buckets of one kind.

    Attributes:
        rate: Of each of them.
        now: Seconds that only go forward.
    """

    rate: Rate
    now: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, who: str) -> None:
        """Take one token of somebody's bucket.

        Raises:
            Retryable: It is empty (`too_many_requests`).
        """
        now, rate = self.now(), self.rate
        tokens, at = self._buckets.pop(who, (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + (now - at) * rate.per_second)
        is_empty = tokens < 1
        self._buckets[who] = (tokens if is_empty else tokens - 1, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if is_empty:
            seconds = max(1, math.ceil((1 - tokens) / rate.per_second))
            raise Retryable(
                f"too many requests: ask again in {seconds} s", code="too_many_requests", retry_after_seconds=seconds
            )
