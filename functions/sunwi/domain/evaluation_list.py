"""A list of events: which, in which order, and where a page ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sunwi.domain.actor import Actor
from sunwi.domain.evaluation import Event, EventKey, EventKind, EventState, StoredEvent
from sunwi.errors import InvalidInput

#: Events of one page, at most.
MAX_EVENTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events, and which page of them.

    Attributes:
        actor: Sees those of its own clients' trackings, or all.
        day: KST date; None is any.
        tracking_id: None is any.
        client_id: None is any.
        kinds: Empty is any.
        state: None is any.
        after: The last event of the page before; None begins with the latest day.
    """

    actor: Actor
    day: date | None = None
    tracking_id: int | None = None
    client_id: int | None = None
    kinds: tuple[EventKind, ...] = ()
    state: EventState | None = None
    limit: int = 50
    after: EventKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvent:
    """An event with what a person knows its tracking by.

    Attributes:
        kind, surface, device: Of the tracking, by their codes.
    """

    stored: StoredEvent
    keyword: str
    kind: str
    surface: str
    device: str
    client: str
    agency: str

    @property
    def event(self) -> Event:
        """What happened."""
        return self.stored.event


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of a list.

    Attributes:
        events: The latest day first, then by tracking and kind.
        next: Where the next page begins; None on the last one.
    """

    events: Sequence[ListedEvent]
    next: EventKey | None


def write_cursor(key: EventKey) -> str:
    """Write where a page ends."""
    return f"{key.day.isoformat()}.{key.tracking_id}.{key.kind.value}"


def read_cursor(text: str) -> EventKey:
    """Read what `write_cursor` wrote.

    Raises:
        InvalidInput: It did not write that.
    """
    try:
        day, tracking_id, kind = text.split(".")
        return EventKey(int(tracking_id), date.fromisoformat(day), EventKind(kind))
    except ValueError as error:
        raise InvalidInput(
            "the cursor belongs to no list in this order: repeat the options of the list that it was printed by",
            code="cursor_unusable",
        ) from error
