"""What evaluation needs of the database's tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sunwi.domain.actor import Actor
from sunwi.domain.evaluation import (
    ChangedDay,
    CountedDay,
    DayCorrection,
    DayKey,
    EventChange,
    EventKey,
    EventKind,
    OpenGap,
    SessionKey,
    StoredEvent,
)
from sunwi.domain.evaluation_digest import OwnerCounts, UntoldLine
from sunwi.domain.evaluation_list import EventPage, EventQuery
from sunwi.domain.evaluation_night import MissedCount, Night
from sunwi.domain.evaluation_settling import Gap
from sunwi.domain.evaluation_thresholds import DatedThresholds, ThresholdBook

#: Rows, or trackings, that each method takes at a time; it asks by a constant number of statements.
MOST_JUDGED = 1000


class Evaluation(Protocol):
    """The days that are judged, and the events that they are."""

    def wait_for_others(self) -> None:
        """Wait until no other evaluation writes, and keep others out until the transaction ends."""
        ...

    def count_unjudged(self, *, until: date) -> int:
        """Count the rows that have changed since they were judged, of days up to a KST date."""
        ...

    def next_unjudged(self, after: DayKey | None, *, until: date, limit: int) -> Sequence[DayKey]:
        """Return rows that have changed since they were judged, behind one, by date and tracking.

        Args:
            after: None begins with the first.
            until: KST date of the last rows.
            limit: At most `MOST_JUDGED`.
        """
        ...

    def lock(self, tracking_ids: Collection[int]) -> None:
        """Let nobody else change the ledger of some trackings until the transaction ends."""
        ...

    def changed_days(self, keys: Sequence[DayKey], *, until: date) -> Sequence[ChangedDay]:
        """Return rows with the measured days around them; those that were judged meanwhile are left out.

        Args:
            keys: Of the rows.
            until: KST date behind which nothing is known yet.
        """
        ...

    def next_open_gaps(self, after: int, limit: int) -> Sequence[OpenGap]:
        """Return the active trackings behind an id that could not be measured since their last measured day, by id."""
        ...

    def missed_nights(self, since: Mapping[int, date], *, until: date) -> Mapping[int, Sequence[date]]:
        """Return the nights in which trackings could not be measured, by date.

        Args:
            since: The day behind which nights are asked for, by tracking.
            until: KST date of the last night.
        """
        ...

    def corrections_of(self, keys: Sequence[DayKey]) -> Mapping[DayKey, DayCorrection]:
        """Return what all corrections of days came to; days without any are left out."""
        ...

    def counted_days(
        self, sessions: Collection[SessionKey], *, until: date, last: int
    ) -> Mapping[SessionKey, Sequence[CountedDay]]:
        """Return the days that count for sessions, by date: the last ones that each can have, and the one before them.

        Args:
            sessions: At most `MOST_JUDGED`.
            until: KST date of the last days.
            last: How many, the one that fills a session not counted.
        """
        ...

    def events_of(self, gaps: Sequence[tuple[int, Gap]]) -> Mapping[EventKey, StoredEvent]:
        """Return the events of trackings within gaps, withdrawn ones included, and of sessions those behind them."""
        ...

    def save_events(self, changes: Sequence[EventChange], *, at: datetime) -> None:
        """Store events, each with the next version."""
        ...

    def mark_judged(self, days: Sequence[ChangedDay]) -> None:
        """Record that rows were judged as they are."""
        ...

    def sees(self, actor: Actor, tracking_id: int) -> bool:
        """Return whether there is such a tracking, and an actor sees what happened to it."""
        ...

    def page(self, query: EventQuery) -> EventPage:
        """Return one page of a list of events, the latest day first."""
        ...


#: Kinds that are left out for some owners.
LeftOut = Mapping[frozenset[EventKind], Sequence[int]]


class Digests(Protocol):
    """What owners have been told, and have not; an owner is meant as of `OwnerCounts`."""

    def missed_of(self, night: Night) -> Sequence[MissedCount]:
        """Count the active trackings that a night should have measured and did not, by agency, client and cause."""
        ...

    def next_owners(self, after: int | None, limit: int) -> Sequence[int]:
        """Return the owners behind one that have untold events, in their order; None begins with the first."""
        ...

    def untold(self, owners: Sequence[int], *, day: date, most: int, but: LeftOut) -> Sequence[UntoldLine]:
        """Return the untold events of owners, the weightiest of each kind and part first.

        What is withdrawn and was never told, unmeasured trackings that nobody wants measured, and what another event of
        the day says better is left out; the latter only for owners who are told of that other one.

        Args:
            owners: A few hundred at most.
            day: KST date of the digest.
            most: Of one owner, kind and part.
            but: Kinds that some of them want to hear nothing of; these are among the events all the same.
        """
        ...

    def counts_of(self, owners: Sequence[int], *, day: date) -> Mapping[int, OwnerCounts]:
        """Count the trackings of owners as they stood on a KST date."""
        ...

    def mark_told(self, owners: Sequence[int], *, but: LeftOut) -> None:
        """Record that a digest has seen all that there is for owners, and said what is worth it.

        Args:
            owners: Who were told; or had nothing to be told.
            but: Kinds that were left out for some of them.
        """
        ...

    def versions(self, owners: Sequence[int], *, day: date) -> Mapping[int, int]:
        """Return how many digests of a day owners were sent; those without any are left out."""
        ...

    def save_versions(self, versions: Mapping[int, int], *, day: date, at: datetime) -> None:
        """Store how many digests of a day owners were sent."""
        ...

    def forget(self, before: date) -> int:
        """Delete how many digests were sent of days before a KST date; return their number."""
        ...


class ClientThresholds(Protocol):
    """What clients want to be told."""

    def book(self) -> ThresholdBook:
        """Return the thresholds of all clients."""
        ...

    def of_client(self, client_id: int) -> Sequence[DatedThresholds]:
        """Return a client's thresholds by date."""
        ...

    def set(self, client_id: int, dated: DatedThresholds, *, at: datetime, by: str) -> None:
        """Store a client's thresholds from a day on; those of the same day are replaced.

        Args:
            client_id: Of a client that there is.
            dated: The thresholds, and the first day that is judged by them.
            at: Aware UTC.
            by: Who sets them.
        """
        ...
