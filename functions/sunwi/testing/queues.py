"""Queues, state machine, alarms and metrics in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sunwi.domain.alarm import Alarm
from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.domain.run import Run
from sunwi.domain.task import Receipt, message_body
from sunwi.errors import Retryable
from sunwi.service.ports.dead_letters import Move, MoveStatus, SentBack
from sunwi.testing.clock import ManualClock


@dataclass
class InMemoryCrawlQueue:
    """Keeps what was sent and postponed.

    Attributes:
        refused: Tracking ids that the queue will not take.
        sent: Run id, tracking id and whether by the express lane, in order.
        postponed: Message id and seconds, in order.
    """

    refused: set[int] = field(default_factory=set)
    sent: list[tuple[str, int, bool]] = field(default_factory=list)
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        """Take all but the refused."""
        taken = [tracking_id for tracking_id in tracking_ids if tracking_id not in self.refused]
        self.sent += [(run_id, tracking_id, express) for tracking_id in taken]
        return set(taken)

    def postpone(self, receipt: Receipt, seconds: int) -> None:
        """Note it."""
        self.postponed.append((receipt.message_id, seconds))

    def bodies(self) -> list[str]:
        """Return the bodies of what was sent, in order."""
        return [message_body(run_id, tracking_id) for run_id, tracking_id, _ in self.sent]


@dataclass
class InMemoryDeadLetterQueue:
    """Keeps dead messages, hides received ones, and remembers what it sent back.

    Attributes:
        name: The queue that its messages came from.
        clock: Ends the hiding of messages.
        messages: What is in it, by id.
        hidden_until: When each hidden message is shown again.
        refused: Ids that the source queue will not take.
        undeletable: Ids that stay when they should be deleted.
        sent_back: Bodies, in order.
        move: The latest move of the queue service; None where it has no such service.
        receives: Numbers of messages given, receive by receive.
    """

    name: QueueName
    clock: ManualClock
    messages: dict[str, DeadMessage] = field(default_factory=dict)
    hidden_until: dict[str, datetime] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    undeletable: set[str] = field(default_factory=set)
    sent_back: list[str] = field(default_factory=list)
    move: Move | None = None
    can_move: bool = False
    receives: list[int] = field(default_factory=list)

    def put(self, message_id: str, body: str, *, sent_at: datetime | None = None) -> None:
        """Let a message die."""
        receipt = Receipt(
            message_id=message_id,
            receipt_handle=f"handle-{message_id}-0",
            queue_arn=f"arn:aws:sqs:ap-northeast-2:000000000000:{self.name}-dead-letters",
            sent_at=sent_at or self.clock.now(),
            receive_count=0,
        )
        self.messages[message_id] = DeadMessage(receipt, body)

    def visible(self) -> list[str]:
        """Return the ids that a receive could give now."""
        now = self.clock.now()
        return [message_id for message_id in self.messages if self.hidden_until.get(message_id, now) <= now]

    def count(self) -> int:
        """Count all."""
        return len(self.messages)

    def receive(self, at_most: int, *, hide_seconds: int) -> Sequence[DeadMessage]:
        """Return the first visible ones, hidden from now on."""
        ids = self.visible()[: min(at_most, 10)]
        self.receives.append(len(ids))
        for message_id in ids:
            message = self.messages[message_id]
            count = message.receipt.receive_count + 1
            receipt = replace(message.receipt, receive_count=count, receipt_handle=f"handle-{message_id}-{count}")
            self.messages[message_id] = replace(message, receipt=receipt)
            self.hidden_until[message_id] = self.clock.now() + timedelta(seconds=hide_seconds)
        return [self.messages[message_id] for message_id in ids]

    def show_again(self, messages: Sequence[DeadMessage]) -> int:
        """Show those whose handle is the latest."""
        stale = 0
        for message in messages:
            held = self.messages.get(message.receipt.message_id)
            if held is None or held.receipt.receipt_handle != message.receipt.receipt_handle:
                stale += 1
            else:
                self.hidden_until.pop(message.receipt.message_id, None)
        return stale

    def send_back(self, messages: Sequence[DeadMessage]) -> SentBack:
        """Take all but the refused, and delete all but the undeletable."""
        taken = [message for message in messages if message.receipt.message_id not in self.refused]
        start = len(self.sent_back)
        self.sent_back += [message.body for message in taken]
        ids = frozenset(message.receipt.message_id for message in taken)
        for message_id in ids - self.undeletable:
            del self.messages[message_id]
        copies = frozenset(f"copy-{number}" for number in range(start, len(self.sent_back)))
        return SentBack(moved=ids - self.undeletable, doubled=ids & self.undeletable, copies=copies)

    def start_move(self, *, per_second: int) -> bool:
        """Start one, which moves `per_second` messages at each check."""
        if not self.can_move:
            return False
        self.move = Move(
            status=MoveStatus.RUNNING,
            handle=f"{per_second}",
            moved=0,
            to_move=len(self.messages),
            started_at=self.clock.now(),
            failure=None,
        )
        return True

    def last_move(self) -> Move | None:
        """Return the move as it is, and let it go on."""
        move = self.move
        if move is not None and move.status is MoveStatus.RUNNING and move.handle is not None:
            ids = list(self.messages)[: int(move.handle)]
            self.sent_back += [self.messages.pop(message_id).body for message_id in ids]
            status = MoveStatus.RUNNING if self.messages else MoveStatus.COMPLETED
            self.move = replace(move, moved=move.moved + len(ids), status=status)
        return self.move

    def cancel_move(self, handle: str) -> None:
        """Stop it.

        Raises:
            Retryable: It does not run, or no longer.
        """
        if self.move is None or self.move.handle != handle or not self.move.status.is_active:
            raise Retryable("the redrive could not be cancelled, it may have ended by now")
        self.move = replace(self.move, status=MoveStatus.CANCELLED, handle=None)


@dataclass
class InMemoryStateMachine:
    """Keeps started executions.

    Attributes:
        ended: Names of executions that are over.
        started: Names in order, each once.
        is_away: It cannot be asked whether an execution is running.
    """

    is_away: bool = False
    ended: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)

    def start(self, run: Run) -> bool:
        """Start once; an ended name is used up."""
        name = run.execution_name
        if name in self.ended:
            return False
        if name not in self.started:
            self.started.append(name)
        return True

    def is_running(self, run: Run) -> bool:
        """Return whether it was started and has not ended.

        Raises:
            Retryable: It is away.
        """
        if self.is_away:
            raise Retryable("the state machine cannot be reached")
        return run.execution_name in self.started and run.execution_name not in self.ended


@dataclass
class InMemoryMessageCounts:
    """Queues with as many messages as a test says; None for one that cannot be asked."""

    counts: dict[str, int | None] = field(default_factory=dict)

    def counted(self) -> dict[str, int | None]:
        """Return them."""
        return dict(self.counts)


@dataclass
class InMemoryAlarmChannel:
    """Keeps what was raised, unless it is away."""

    is_away: bool = False
    raised: list[Alarm] = field(default_factory=list)

    def raise_alarm(self, alarm: Alarm) -> None:
        """Keep it.

        Raises:
            Retryable: It is away.
        """
        if self.is_away:
            raise Retryable("the alarm could not be sent")
        self.raised.append(alarm)


@dataclass
class InMemoryMetrics:
    """Keeps what was published.

    Attributes:
        published: Surface (empty of figures of the whole stack), figure and value, in order.
    """

    published: list[tuple[str, str, float]] = field(default_factory=list)

    def put(self, values: Mapping[str, float], *, surface: str = "") -> None:
        """Note it."""
        self.published += [(surface, name, value) for name, value in values.items()]
