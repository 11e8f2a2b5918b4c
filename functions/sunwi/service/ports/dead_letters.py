"""What the use cases need of a dead-letter queue, as Protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sunwi.domain.dead_letter import DeadMessage, QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """What became of messages that were to be sent back; each is named by the id it had here.

    Attributes:
        moved: Copied to the source queue, and deleted here.
        doubled: Copied, and still here; the copy does the work, and a second one is acknowledged unread.
        copies: Ids of the copies.
    """

    moved: frozenset[str]
    doubled: frozenset[str]
    copies: frozenset[str]


class MoveStatus(StrEnum):
    """Where a move task of the queue service stands."""

    CREATED = "CREATED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"

    @property
    def is_active(self) -> bool:
        """Whether it still moves messages, so that no other may start."""
        return self in {MoveStatus.CREATED, MoveStatus.RUNNING, MoveStatus.CANCELLING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The queue service's own redrive of a whole dead-letter queue, as the console starts it.

    Attributes:
        handle: What it is cancelled by; None once it has ended.
        moved: Messages moved so far, about.
        to_move: Messages there were at the start, about; None until it has counted them.
    """

    status: MoveStatus
    handle: str | None
    moved: int
    to_move: int | None
    started_at: datetime
    failure: str | None


class DeadLetterQueue(Protocol):
    """One dead-letter queue, and the queue that its messages came from."""

    @property
    def name(self) -> QueueName:
        """The queue that its messages came from."""
        ...

    def count(self) -> int:
        """Count its messages, about; those that somebody has received and not given back are among them.

        Raises:
            Retryable: The queue cannot be reached.
        """
        ...

    def receive(self, at_most: int, *, hide_seconds: int) -> Sequence[DeadMessage]:
        """Receive up to ten messages, hidden from others for a while; none when it seems empty.

        Raises:
            Retryable: The queue cannot be reached.
        """
        ...

    def show_again(self, messages: Sequence[DeadMessage]) -> int:
        """End the hiding of received messages; return the number that stays hidden until its time is over."""
        ...

    def send_back(self, messages: Sequence[DeadMessage]) -> SentBack:
        """Copy up to ten received messages to the queue they came from, then delete them here.

        Raises:
            Retryable: The queue cannot be reached; nothing was copied.
        """
        ...

    def start_move(self, *, per_second: int) -> bool:
        """Let the queue service move all messages by itself; False where it has no such service.

        Raises:
            Retryable: A move is under way already, or the service cannot be reached.
        """
        ...

    def last_move(self) -> Move | None:
        """Return the latest move; None when there was none, or where the queue service has no such service.

        Raises:
            Retryable: The service cannot be reached.
        """
        ...

    def cancel_move(self, handle: str) -> None:
        """Stop a move; what it has moved stays moved.

        Raises:
            Retryable: It has ended by now, or the service cannot be reached.
        """
        ...
