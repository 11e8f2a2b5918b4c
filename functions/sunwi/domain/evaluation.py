"""What changed for a tracking on a day (평가): its words, and what is recorded of it.

Source: docs/evaluation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

#: Name of the kind of job.
EVALUATION_WORK = "evaluation"


class EventKind(StrEnum):
    """What can happen to a tracking on a day; the codes are stored, and stand in the order of their weight."""

    #: Exposed on the measured day before, and not on this one (이탈).
    LEFT = "left"
    #: Exposed behind the rank that was promised, for the first day (목표 미달).
    BELOW_TARGET = "below_target"
    #: Some places further down than on the measured day before (급락).
    DROPPED = "dropped"
    #: It would have left, entered or dropped, but for the days that lie between (비교 불가).
    NOT_COMPARABLE = "not_comparable"
    #: So many nights running without a measurement (미측정).
    UNMEASURED = "unmeasured"
    #: The last day that a session sells (회차 완료).
    SESSION_FULL = "session_full"
    #: The first day on which a session sells only a few more (회차 종료 임박).
    SESSION_ENDS_SOON = "session_ends_soon"
    #: A later reader changed the day (정정).
    CORRECTED = "corrected"
    #: Not exposed on the measured day before, and exposed on this one (재노출).
    ENTERED = "entered"


#: What one day and the measured day before it say together.
COMPARISONS = frozenset(
    {
        EventKind.LEFT,
        EventKind.BELOW_TARGET,
        EventKind.DROPPED,
        EventKind.NOT_COMPARABLE,
        EventKind.ENTERED,
    }
)
#: What the days of a session say together.
OF_SESSIONS = frozenset({EventKind.SESSION_FULL, EventKind.SESSION_ENDS_SOON})


class EventState(StrEnum):
    """Whether an event still is what the ledger says; the codes are stored."""

    HOLDS = "HOLDS"
    WITHDRAWN = "WITHDRAWN"


class EventKey(NamedTuple):
    """What no two events share."""

    tracking_id: int
    day: date
    kind: EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a tracking; two are equal when they say the same.

    Attributes:
        day: KST date on which it began.
        compared: The measured day that `day` was compared with; None where nothing was compared.
        facts: What it says, JSON: ranks, nights, days; docs/evaluation.md has them by kind.
        weight: Of two events of a kind the greater one is told first.
    """

    tracking_id: int
    day: date
    kind: EventKind
    compared: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    weight: int = field(default=0, compare=False)

    @property
    def key(self) -> EventKey:
        """What it is unique by."""
        return EventKey(self.tracking_id, self.day, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as it is stored.

    Attributes:
        version: Grows with every change, a withdrawal included; from 1.
        withdrawn_at: Aware UTC; None of one that holds.
        told: Version that the latest digest has seen, whether it said it or not; 0 before the first.
        said: A digest has said that it holds, and none since that it does not.
    """

    event: Event
    version: int
    state: EventState
    withdrawn_at: datetime | None = None
    told: int = 0
    said: bool = False

    @property
    def holds(self) -> bool:
        """Whether it still is what the ledger says."""
        return self.state is EventState.HOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """An event as it is to be stored: new, saying something else, holding again, or withdrawn."""

    event: Event
    state: EventState


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredDay:
    """A row of the ledger, as far as it is judged by; fields as in `LedgerRow`.

    Attributes:
        target_rank: The worst rank that was promised for the day; None when none was.
    """

    date: date
    session_number: int
    rank: int | None
    area: str | None
    page_rank: int | None
    target_rank: int | None

    @property
    def is_exposed(self) -> bool:
        """Whether the target was exposed."""
        return self.rank is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTracking:
    """What is judged by, besides its days.

    Attributes:
        client_id: Whose thresholds hold; None without a client.
        session_days: Exposed days that each of its sessions sells.
    """

    id: int
    client_id: int | None
    session_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """A row of the ledger that has changed since it was judged, between the measured days around it.

    Attributes:
        version: Of the row.
        before: The measured day before it; None of the first.
        after: The measured day after it; None of the last.
        has_misses: Some night after the last measured day could not measure the tracking.
    """

    tracking: JudgedTracking
    day: MeasuredDay
    version: int
    before: MeasuredDay | None
    after: MeasuredDay | None
    has_misses: bool

    @property
    def key(self) -> "DayKey":
        """Which row it is."""
        return DayKey(self.day.date, self.tracking.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """A tracking that could not be measured since its last measured day.

    Attributes:
        last: Its last measured day; None before the first.
    """

    tracking: JudgedTracking
    last: date | None


class DayKey(NamedTuple):
    """A row of the ledger, in the order in which rows are judged."""

    day: date
    tracking_id: int


class SessionKey(NamedTuple):
    """A session of a tracking."""

    tracking_id: int
    number: int


class CountedDay(NamedTuple):
    """A day that counts for its session, as the how manieth of it, from 1."""

    day: date
    number: int


class DayStatement(NamedTuple):
    """What a day said before or after a correction."""

    rank: int | None
    counts: bool


class DayCorrection(NamedTuple):
    """What all corrections of a day came to."""

    old: DayStatement
    new: DayStatement
