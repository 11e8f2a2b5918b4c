"""What a ledger must say after a history of saves and corrections, worked out by brute force and without Sunwi."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Save:
    """A look at a day; `by_night` is the day's own scheduled run, its retries and redrives."""

    day: int
    is_exposed: bool
    by_night: bool


@dataclass(frozen=True)
class Correction:
    """A later reader's word about the look that a day states; a day without a row is left alone."""

    day: int
    is_exposed: bool


@dataclass
class ModelDay:
    """One day of the ledger."""

    session: int
    is_exposed: bool
    is_free: bool = False


@dataclass
class Model:
    """A ledger as a clerk would keep it by hand.

    Attributes:
        length: Days that a session sells.
    """

    length: int
    open_session: int = 1
    days: dict[int, ModelDay] = field(default_factory=dict)

    def sold(self, session: int) -> int:
        """Count by going through all days."""
        return sum(1 for day in self.days.values() if day.session == session and day.is_exposed and not day.is_free)

    def turn_page(self) -> None:
        """Begin a new page of the book when this one is full."""
        if self.sold(self.open_session) >= self.length:
            self.open_session += 1

    def write(self, event: Save | Correction) -> None:
        """Enter one event."""
        if isinstance(event, Correction):
            self._correct(event)
            return
        self.turn_page()
        day = self.days.get(event.day)
        if day is None:
            self.days[event.day] = ModelDay(self.open_session, event.is_exposed)
        elif event.by_night and event.is_exposed and not day.is_exposed:
            self._expose(day)
        self.turn_page()

    def _correct(self, event: Correction) -> None:
        day = self.days.get(event.day)
        if day is None or day.is_exposed == event.is_exposed:
            return
        if event.is_exposed:
            self._expose(day)
            return
        day.is_exposed, day.is_free = False, False
        page = [self.days[number] for number in sorted(self.days) if self.days[number].session == day.session]
        for waiting in page:
            if waiting.is_free and self.sold(day.session) < self.length:
                waiting.is_free = False

    def _expose(self, day: ModelDay) -> None:
        day.is_free = self.sold(day.session) == self.length
        day.is_exposed = True


def check_invariants(model: Model) -> None:
    """Hold the model itself to what is sold, however it came to its days."""
    exposed = Counter(day.session for day in model.days.values() if day.is_exposed)
    for session, days in exposed.items():
        assert model.sold(session) == min(model.length, days)
    if model.days:
        last = max(day.session for day in model.days.values())
        assert last <= model.open_session <= last + 1
