"""Send the messages of a run's tasks: each at least once, and as few as can be twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sunwi.domain.run import Run, RunKind
from sunwi.errors import Retryable
from sunwi.service.ports.outside import Clock, CrawlQueue, Store

#: Tasks that are locked, sent and marked together: what is sent twice at most when a dispatcher dies. One round of
#: calls, as the queue takes ten a call and eight calls at once.
SEND_CHUNK = 80

#: What a chunk may take at the very worst; none is begun with less time left. Source: docs/aws.md, SQS.
CHUNK_TIME = timedelta(seconds=75)

#: Pauses, in seconds, while nothing at all is taken; after the last one the sending is given up.
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How far a run's messages went.

    Attributes:
        sent: Messages that the queue took now.
        is_complete: Every task that waits for an attempt has its message.
        error: Why the sending was given up, or took nothing in its time; None when it only ran out of time.
    """

    sent: int
    is_complete: bool
    error: Retryable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """How many tasks were locked and how many messages taken, the last task's position, and what went wrong."""

    locked: int
    taken: int
    last: int
    error: Retryable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTasks:
    """Send what was never sent, any number of times and by several callers at once with the same effect.

    Attributes:
        pause: Waits so many seconds.
    """

    store: Store
    queue: CrawlQueue
    clock: Clock
    pause: Callable[[float], None]

    def send(self, run: Run, *, until: datetime | None = None) -> Sending:
        """Send in chunks that are each locked until marked, so that several callers share the work.

        A queue or a database that is away, or slows down, is waited for while there is time.

        Args:
            run: Whose tasks.
            until: Aware; no chunk is begun after it. None for no limit but the run's deadline.

        Raises:
            ConfigurationError: The queue's URL is not set.
        """
        end = run.deadline if until is None else min(until, run.deadline)
        sent = pauses = position = 0
        error: Retryable | None = None
        while self.clock.now() < end:
            try:
                chunk = self._send_chunk(run, after=position)
            except Retryable as away:
                chunk = _Chunk(locked=SEND_CHUNK, taken=0, last=position, error=away)
            if not chunk.locked:
                return Sending(sent=sent, is_complete=True)
            sent, position = sent + chunk.taken, chunk.last
            if chunk.taken:
                pauses = 0
            error = chunk.error
            if error is None:
                continue
            if pauses == len(PAUSES):
                return Sending(sent=sent, is_complete=False, error=error)
            log.warning("send_paused", run_id=run.id, seconds=PAUSES[pauses], error=str(error))
            self.pause(min(PAUSES[pauses], max(0.0, (end - self.clock.now()).total_seconds())))
            pauses += 1
        return Sending(sent=sent, is_complete=False, error=None if sent else error)

    def _send_chunk(self, run: Run, *, after: int) -> _Chunk:
        """Send the tasks behind a position; at the end those that were passed over, refused or in other hands."""
        with self.store.begin() as tx:
            positions = tx.tasks.lock_unsent(run.id, SEND_CHUNK, after=after)
            if not positions:
                # Whoever is sending the last ones may die of it.
                positions = tx.tasks.lock_unsent(run.id, SEND_CHUNK, waits=True)
            if not positions:
                return _Chunk(locked=0, taken=0, last=0)
            taken = self.queue.send(run.id, list(positions), express=run.kind is not RunKind.SCHEDULED)
            tx.tasks.mark_sent(run.id, [i for i in positions if i in taken], at=self.clock.now())
        refused = len(positions) - len(taken)
        error = None
        if refused:
            error = Retryable(
                f"the queue refused {refused} of {len(positions)} messages",
                code="messages_refused",
                messages=len(positions),
                refused=refused,
            )
        return _Chunk(locked=len(positions), taken=len(taken), last=max(positions.values()), error=error)


def last_chunk_at(now: datetime, remaining_seconds: float | None) -> datetime | None:
    """Return until when a function may begin a chunk.

    Args:
        now: Aware.
        remaining_seconds: What its invocation has left; None when nobody knows, which is no limit.
    """
    return None if remaining_seconds is None else now + timedelta(seconds=remaining_seconds) - CHUNK_TIME
