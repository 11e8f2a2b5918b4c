"""Have dead letters sent back, as somebody asks who does not wait for all of it."""

from dataclasses import dataclass, replace

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.errors import Retryable
from sunwi.service.dead_letters.redrive_dead_letters import RedriveDeadLetters, RedriveOrder, RedriveReport
from sunwi.service.ports.dead_letters import DeadLetterQueue, Move
from sunwi.service.ports.outside import Clock, Store

#: For how long messages are sent before somebody is answered: the gateway waits for 30 seconds.
_SENDING_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Redrive:
    """What a redrive of one queue came to: a move by the queue service itself, or what was sent one by one."""

    move: Move | None = None
    report: RedriveReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRedrive:
    """Start redrives."""

    store: Store
    clock: Clock
    one_by_one: RedriveDeadLetters

    def redrive(self, actor: Actor, queue: DeadLetterQueue, order: RedriveOrder) -> Redrive:
        """Let the queue service move everything where that is what is wanted and it can; else send what time allows.

        What is left is left as it was, and `RedriveReport.is_end_reached` says whether something is.

        Args:
            actor: Who asks.
            queue: To be redriven.
            order: What of it, and how fast.

        Raises:
            Retryable: A redrive is under way already, or the queue cannot be reached.
            StoreUnavailable: The database cannot be reached; nothing was sent.
        """
        self.note(actor, queue, order)
        wants_all = not order.causes and order.limit is None and order.per_second >= 1
        if wants_all and queue.start_move(per_second=int(order.per_second)):
            if (move := queue.last_move()) is None:
                raise Retryable(
                    f"the redrive of the {queue.name} queue was started and cannot be found: look again",
                    code="redrive_not_found",
                )
            return Redrive(move=move)
        in_time = max(1, int(order.per_second * _SENDING_SECONDS))
        limit = in_time if order.limit is None else min(order.limit, in_time)
        report = self.one_by_one.redrive(queue, replace(order, limit=limit), on_progress=lambda _done, _about: None)
        return Redrive(report=report)

    def note(self, actor: Actor, queue: DeadLetterQueue, order: RedriveOrder) -> None:
        """Keep who asked, before anything is sent: SQS has no part in the transaction.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        entry = AuditEntry(
            at=self.clock.now(),
            actor=actor.owner,
            action="dead_letters_redriven",
            subject=f"dead letters of {queue.name}",
            after={
                "causes": sorted(cause.value for cause in order.causes),
                "per_second": order.per_second,
                "limit": order.limit,
            },
        )
        with self.store.begin() as tx:
            tx.audit.add(entry)
