"""When to leave a lane of a site alone that refuses to answer, and when to ask it again.

Source: docs/adr/0019-a-circuit-per-surface-and-device.md, docs/adr/0045-sites-and-lanes.md.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from sunwi.domain.attempt import MAX_RETRY_DELAY_SECONDS

#: No Retry-After keeps a lane closed for longer: tomorrow's run is to ask again.
MAX_RETRY_AFTER = timedelta(hours=12)

#: By how much of itself a pause is drawn out at most.
PAUSE_SPREAD = 0.2

#: Doublings after which any pause has reached any maximum.
_MAX_DOUBLINGS = 20


class CircuitState(StrEnum):
    """Whether a lane's pages are opened."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Entry(StrEnum):
    """What an attempt that needs a page is to do."""

    LOAD = "load"
    PROBE = "probe"
    HOLD = "hold"


class CircuitKey(NamedTuple):
    """What refuses as one: a lane of a site.

    Attributes:
        site: The site's code.
        lane: The site's own name of it, `integrated-pc` of Naver's; a host where the site has no other lanes.
    """

    site: str
    lane: str

    @classmethod
    def of_host(cls, site: str, url: str) -> "CircuitKey":
        """Return the circuit of an address of a site whose hosts refuse each for itself."""
        return cls(site, urlsplit(url).hostname or "")


@dataclass(frozen=True, slots=True)
class CircuitRule:
    """How much is endured, and how long the pauses are.

    Attributes:
        blocks: CIRCUIT_BLOCKS; different pages refused in a row that open the circuit.
        pause: CIRCUIT_PAUSE_SECONDS; before the first probe, doubled after each that is refused.
        max_pause: CIRCUIT_MAX_PAUSE_SECONDS; never shorter than `pause`.
    """

    blocks: int
    pause: timedelta
    max_pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One page load that was refused; times are aware UTC.

    Attributes:
        page: Its name within the lane: a keyword and a location of Naver's, an address elsewhere.
        is_probe: It was let through an open circuit.
        is_repeat: This page was refused in this run before: that is the page's failure, and says nothing new.
        deadline: Of the run that opened the page.
        retry_after: What the answer asked for.
        jitter: Random in [0, 1]; draws the pause out by up to `PAUSE_SPREAD`.
        reason: What the page was.
    """

    page: tuple[str, ...]
    at: datetime
    is_probe: bool
    is_repeat: bool
    deadline: datetime
    retry_after: timedelta | None
    jitter: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """What is known of a lane's refusals, shared by all who open its pages; times are aware UTC.

    Attributes:
        blocked_pages: Names of different pages refused since the last recognised one, at most `CircuitRule.blocks`.
        opened_at: Since when no page is opened; None while closed.
        pauses: Pauses since it opened.
        probe_at: When the next probe is due; None while closed.
        probing_until: A probe is under way and has until then; None when there is none.
        not_before: The latest Retry-After of the refusals in a row.
        reason: Of the last refusal.
        closed_at: When it last closed.
    """

    key: CircuitKey
    blocked_pages: tuple[tuple[str, ...], ...] = ()
    opened_at: datetime | None = None
    pauses: int = 0
    probe_at: datetime | None = None
    probing_until: datetime | None = None
    not_before: datetime | None = None
    reason: str | None = None
    closed_at: datetime | None = None

    def state(self, now: datetime) -> CircuitState:
        """Name the state."""
        if self.opened_at is None:
            return CircuitState.CLOSED
        is_probing = self.probing_until is not None and now < self.probing_until
        return CircuitState.HALF_OPEN if is_probing else CircuitState.OPEN

    def entry(self, now: datetime) -> Entry:
        """Decide what an attempt is to do; one probe at a time is let through, when it is due."""
        if self.opened_at is None:
            return Entry.LOAD
        return Entry.HOLD if now < self.next_try_at(now) else Entry.PROBE

    def next_try_at(self, now: datetime) -> datetime:
        """Return when it is worth asking again; now, when it is closed or due."""
        return max(now, self.probe_at or now, self.probing_until or now)

    def with_probe(self, until: datetime) -> "Circuit":
        """Let one probe through.

        Args:
            until: When it must have ended; a probe that crashed blocks no other after that.
        """
        return replace(self, probing_until=until)

    def after_refusal(self, refusal: Refusal, rule: CircuitRule) -> "Circuit":
        """Count a refused page: open on the last of several different ones, or pause longer after a probe."""
        seen = replace(self, not_before=self._later(refusal), reason=refusal.reason)
        if self.opened_at is not None:
            return _paused(seen, refusal, rule) if refusal.is_probe else _held_back(seen)
        if refusal.is_repeat or refusal.page in self.blocked_pages:
            return seen
        seen = replace(seen, blocked_pages=(*self.blocked_pages, refusal.page))
        if len(seen.blocked_pages) < rule.blocks:
            return seen
        return _paused(replace(seen, opened_at=refusal.at), refusal, rule)

    def after_recognised(self, *, at: datetime, is_probe: bool) -> "Circuit":
        """Forget the refusals in a row; an open circuit is closed by its probe alone."""
        if self.opened_at is None:
            return Circuit(key=self.key, closed_at=self.closed_at)
        return Circuit(key=self.key, closed_at=at) if is_probe else self

    def after_unclear_probe(self, rule: CircuitRule, *, at: datetime, deadline: datetime, jitter: float) -> "Circuit":
        """Stay open after a probe that was neither refused nor recognised; the pause does not grow for it."""
        if self.opened_at is None or self.probing_until is None:
            return self
        pause = pause_before_probe(rule, self.pauses, left=deadline - at, jitter=jitter)
        return _held_back(replace(self, probe_at=at + pause, probing_until=None))

    def _later(self, refusal: Refusal) -> datetime | None:
        if refusal.retry_after is None:
            return self.not_before
        wanted = refusal.at + min(refusal.retry_after, MAX_RETRY_AFTER)
        return max(wanted, self.not_before or wanted)


def _paused(circuit: Circuit, refusal: Refusal, rule: CircuitRule) -> Circuit:
    number, left = circuit.pauses + 1, refusal.deadline - refusal.at
    pause = pause_before_probe(rule, number, left=left, jitter=refusal.jitter)
    return _held_back(replace(circuit, pauses=number, probe_at=refusal.at + pause, probing_until=None))


def _held_back(circuit: Circuit) -> Circuit:
    """Wait for the Retry-After too."""
    if circuit.not_before is None or circuit.probe_at is None:
        return circuit
    return replace(circuit, probe_at=max(circuit.probe_at, circuit.not_before))


def pause_before_probe(rule: CircuitRule, number: int, *, left: timedelta, jitter: float) -> timedelta:
    """Compute a pause: doubled each time, and never past the half of what is left to the deadline.

    So a last probe leaves time to measure. It is never shorter than the rule's own pause, with the deadline near or
    past.

    Args:
        rule: Whose pauses they are.
        number: Of the pause since the circuit opened, from 1.
        left: Time to the run's deadline; not positive when that is past.
        jitter: Random in [0, 1].
    """
    longest = max(rule.pause, rule.max_pause)
    pause: timedelta = min(rule.pause * 2 ** min(number - 1, _MAX_DOUBLINGS), longest)
    if left > timedelta():
        pause = max(min(pause, left / 2), rule.pause)
    return pause * (1 + PAUSE_SPREAD * jitter)


def postponement_seconds(until: datetime, *, now: datetime, deadline: datetime, shortest_seconds: int) -> int:
    """Compute for how long a message that cannot be attempted is hidden.

    Args:
        until: When it is worth asking again.
        now: Aware, as all three.
        deadline: Of its run; a message that cannot be measured before is seen then, to be acknowledged.
        shortest_seconds: CRAWL_POSTPONE_SECONDS; each postponement uses up one receive.
    """
    seconds = max(math.ceil((until - now).total_seconds()), shortest_seconds)
    if now < deadline:
        seconds = min(seconds, math.ceil((deadline - now).total_seconds()))
    return min(seconds, MAX_RETRY_DELAY_SECONDS)
