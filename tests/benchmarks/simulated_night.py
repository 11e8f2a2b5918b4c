"""One crawler's night on paper: its messages, its faults, and what a look at a given second comes to."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from random import Random

from sunwi.domain.attempt import queue_visibility_seconds

#: A pause between pages and the load itself, in seconds.
LOOK_SECONDS = (2.6, 4.4)
#: An invocation that opens no page, and one that waits for a database in vain, in seconds.
GLANCE_SECONDS, VAIN_SECONDS = 0.15, 10.0


class Ending(Enum):
    """What an invocation comes to."""

    MEASURED = auto()
    FAILED = auto()
    CRASHED = auto()
    POSTPONED = auto()


@dataclass(slots=True, kw_only=True)
class Message:
    """A message and what has become of it; times in seconds from the start of the run."""

    number: int
    is_doomed: bool
    receives: int = 0
    attempts: int = 0
    starved: int = 0
    used_up_at: float | None = None
    measured_at: float | None = None
    dead_at: float | None = None
    expired_at: float | None = None

    @property
    def settled_at(self) -> float | None:
        return next((at for at in (self.measured_at, self.dead_at, self.expired_at) if at is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night holds; the same for every design.

    Attributes:
        away: From and to when the database is away, in seconds.
        refusing: When the site refuses, so that every message is put off.
        slow: When each page takes 40 seconds more.
    """

    name: str
    messages: int
    pollers: int
    batch_timeout: int
    away: tuple[int, int] = (0, 0)
    refusing: tuple[int, int] = (0, 0)
    slow: tuple[int, int] = (0, 0)
    doomed_share: float = 0.02
    crash_share: float = 0.01
    crawler_timeout: int = 60
    postpone: int = 300
    seed: int = 5

    @property
    def visibility(self) -> int:
        return queue_visibility_seconds(self.crawler_timeout)

    @property
    def batch(self) -> timedelta:
        return timedelta(seconds=self.batch_timeout)

    def make_messages(self) -> list[Message]:
        """Make the night's messages, at least one of them doomed."""
        random = Random(f"{self.seed} doomed")
        doomed = set(random.sample(range(self.messages), max(1, round(self.messages * self.doomed_share))))
        return [Message(number=number, is_doomed=number in doomed) for number in range(self.messages)]

    def is_closed(self, now: float) -> bool:
        """Return whether nothing may be opened now: the database is away, or the site refuses."""
        return self.away[0] <= now < self.away[1] or self.refusing[0] <= now < self.refusing[1]

    def look(self, message: Message, now: float) -> tuple[Ending, float]:
        """Return what an attempt that starts now comes to, and how many seconds it takes."""
        if self.away[0] <= now < self.away[1]:
            return Ending.POSTPONED, VAIN_SECONDS
        if self.refusing[0] <= now < self.refusing[1]:
            return Ending.POSTPONED, GLANCE_SECONDS
        random = Random(f"{self.seed} {message.number} {message.attempts}")
        seconds = random.uniform(*LOOK_SECONDS) + (40 if self.slow[0] <= now < self.slow[1] else 0)
        # A healthy message crashes once at most, or three crashes in a row would make it a doomed one.
        if message.attempts == 0 and random.random() < self.crash_share:
            return Ending.CRASHED, random.uniform(0, seconds)
        return (Ending.FAILED if message.is_doomed else Ending.MEASURED), seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a design makes of a night."""

    design: str
    night: Night
    messages: list[Message] = field(repr=False)

    @property
    def healthy(self) -> list[Message]:
        return [message for message in self.messages if not message.is_doomed]

    @property
    def doomed(self) -> list[Message]:
        return [message for message in self.messages if message.is_doomed]

    @property
    def measured(self) -> int:
        return sum(message.measured_at is not None for message in self.messages)

    @property
    def wrongly_dead(self) -> int:
        return sum(message.dead_at is not None for message in self.healthy)

    @property
    def expired(self) -> int:
        return sum(message.expired_at is not None for message in self.messages)

    @property
    def starved(self) -> int:
        return max(message.starved for message in self.messages)

    @property
    def receives(self) -> int:
        return max(message.receives for message in self.healthy)

    @property
    def finished_at(self) -> float:
        return max(message.settled_at or float("inf") for message in self.messages)

    @property
    def to_dead(self) -> float | None:
        """Most seconds from a doomed message's last look to the DLQ; None when not all came there."""
        waits = [
            message.dead_at - message.used_up_at
            for message in self.doomed
            if message.dead_at is not None and message.used_up_at is not None
        ]
        return max(waits) if len(waits) == len(self.doomed) else None
