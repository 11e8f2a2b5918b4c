"""Let the queue service redrive a whole dead-letter queue, as the console's button does."""

from collections.abc import Callable
from dataclasses import dataclass

from sunwi.errors import Retryable
from sunwi.service.dead_letters.view_dead_letters import Progress
from sunwi.service.ports.dead_letters import DeadLetterQueue, Move

#: Messages per second that SQS can be told to move. Source: docs/aws.md, SQS.
SLOWEST_MOVE, FASTEST_MOVE = 1, 500

#: Pause between two checks of a move.
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDeadLetters:
    """Start the service's own redrive and follow it.

    Attributes:
        wait: Waits some seconds.
    """

    wait: Callable[[float], None]

    def move(self, queue: DeadLetterQueue, *, per_second: int, on_progress: Progress) -> Move | None:
        """Move everything, and give how that ended; None where the queue service cannot.

        Whoever stops waiting does not stop the move.

        Args:
            queue: To be emptied.
            per_second: 1 to 500.
            on_progress: Told how far it is.

        Raises:
            Retryable: A move is under way already, or the service cannot be reached.
        """
        if not queue.start_move(per_second=per_second):
            return None
        while True:
            move = queue.last_move()
            if move is None:
                raise Retryable(
                    f"the redrive of the {queue.name} queue was started and cannot be found: look again",
                    code="redrive_not_found",
                )
            on_progress(move.moved, max(move.moved, move.to_move or 0))
            if not move.status.is_active:
                return move
            self.wait(_POLL_SECONDS)
