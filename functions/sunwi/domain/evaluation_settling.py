"""What has to be stored so that the events of judged days are those that were found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sunwi.domain.evaluation import (
    COMPARISONS,
    OF_SESSIONS,
    DayKey,
    Event,
    EventChange,
    EventKey,
    EventKind,
    EventState,
    SessionKey,
    StoredEvent,
)


class Gap(NamedTuple):
    """The days between two measured ones, the later of these with them.

    Attributes:
        after: The earlier one; `date.min` before the first.
        until: The later one; `date.max` behind the last.
    """

    after: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was judged: of other days, nothing is known, and their events stay as they are.

    Attributes:
        until: KST date of the last night that is judged; what is known of later days is another evaluation's.
        days: Compared with the measured day before.
        gaps: Whose nights were counted, by tracking.
        sessions: Whose days were counted, and the first of them that may be another than before.
        corrected: Asked for corrections.
    """

    until: date
    days: set[DayKey] = field(default_factory=set)
    gaps: dict[int, set[Gap]] = field(default_factory=dict)
    sessions: dict[SessionKey, date] = field(default_factory=dict)
    corrected: set[DayKey] = field(default_factory=set)

    def covers(self, event: Event) -> bool:
        """Return whether an event would have been found if it were so."""
        if event.day > self.until:
            return False
        key = DayKey(event.day, event.tracking_id)
        if event.kind in COMPARISONS:
            return key in self.days
        if event.kind in OF_SESSIONS:
            first = self.sessions.get(SessionKey(event.tracking_id, event.facts["session"]))
            return first is not None and first <= event.day
        if event.kind is EventKind.CORRECTED:
            return key in self.corrected
        return any(gap.after < event.day <= gap.until for gap in self.gaps.get(event.tracking_id, ()))


def settle(found: Iterable[Event], stored: Mapping[EventKey, StoredEvent], judged: Judged) -> Sequence[EventChange]:
    """Return what has to change, by key: events that are new or say something else, and those that no longer hold.

    Args:
        found: By the rules; the same one may come twice, and one that was not judged is left out.
        stored: Events of the judged days, withdrawn ones included.
        judged: What was looked at.
    """
    by_key = {event.key: event for event in found if judged.covers(event)}
    changes = [
        EventChange(event=event, state=EventState.HOLDS)
        for key, event in by_key.items()
        if not _is_stored_so(stored.get(key), event)
    ]
    changes += [
        EventChange(event=one.event, state=EventState.WITHDRAWN)
        for one in _gone(stored.values(), by_key)
        if judged.covers(one.event)
    ]
    return sorted(changes, key=lambda change: change.event.key)


def _is_stored_so(stored: StoredEvent | None, event: Event) -> bool:
    return stored is not None and stored.holds and stored.event == event


def _gone(stored: Iterable[StoredEvent], found: Collection[EventKey]) -> Iterable[StoredEvent]:
    return (one for one in stored if one.holds and one.event.key not in found)
