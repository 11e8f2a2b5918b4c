"""Sessions that the rules of counting cannot explain."""

from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.session import is_full


class SessionFaultKind(StrEnum):
    """What is wrong with a session, the gravest first."""

    #: It has days, and its tracking has not come to it yet.
    NOT_BEGUN = "not_begun"
    #: The session before it, or between it and the tracking's current one, has no days.
    SKIPPED = "skipped"
    #: More days count than it sells.
    OVER_FULL = "over_full"
    #: An exposed day does not count although there is room for it.
    WITHHELD = "withheld"
    #: It was closed with fewer days than it sells, and no correction took one away.
    CLOSED_EARLY = "closed_early"
    #: As many days count as it sells, no correction made it so, and the next session was not opened.
    STILL_OPEN = "still_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSums:
    """One session of a tracking, summed up; of a tracking without any days its current session.

    Attributes:
        number: From 1.
        counted: Exposed days that count.
        over_exposed: Exposed days that do not count.
        current: The tracking's current session.
        previous: The session before this one that has days; 0 when there is none.
        latest: The tracking's last session that has days.
        gained: Corrections that made a day of it count.
        lost: Corrections after which a day of it no longer counted.
        session_days: Exposed days that it sells.
    """

    tracking_id: int
    number: int
    counted: int
    over_exposed: int
    current: int
    previous: int
    latest: int
    gained: int
    lost: int
    session_days: int

    def is_full_with(self, counted_days: int) -> bool:
        """Whether it would be full with so many counted days."""
        return is_full(counted_days, session_days=self.session_days)


@dataclass(frozen=True, slots=True)
class SessionFault:
    """A session and what is wrong with it."""

    kind: SessionFaultKind
    sums: SessionSums


def find_fault(sums: SessionSums) -> SessionFault | None:
    """Decide whether the rules explain a session.

    A closed session may be short by the days that corrections took away, and the current one may be full by a day
    that a correction added: the next row opens the next session.

    Source: docs/adr/0031-a-session-counts-25-days.md.
    """
    kind = _kind_of_fault(sums)
    return None if kind is None else SessionFault(kind, sums)


def _kind_of_fault(sums: SessionSums) -> SessionFaultKind | None:
    is_last_of_all = sums.number == sums.latest
    checks = {
        SessionFaultKind.NOT_BEGUN: sums.number > sums.current,
        SessionFaultKind.SKIPPED: sums.number != sums.previous + 1
        or (is_last_of_all and sums.current > sums.number + 1),
        SessionFaultKind.OVER_FULL: sums.counted > sums.session_days,
        SessionFaultKind.WITHHELD: sums.over_exposed > 0 and not sums.is_full_with(sums.counted),
        SessionFaultKind.CLOSED_EARLY: sums.number < sums.current and not sums.is_full_with(sums.counted + sums.lost),
        SessionFaultKind.STILL_OPEN: sums.number == sums.current
        and sums.is_full_with(sums.counted)
        and not sums.gained,
    }
    return next((kind for kind, is_there in checks.items() if is_there), None)
