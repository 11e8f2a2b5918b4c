"""View a dead-letter queue without changing it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sunwi.domain.dead_letter import DeadLetter, DeadMessage, QueueName, explain, read_message
from sunwi.service.ports.dead_letters import DeadLetterQueue
from sunwi.service.ports.outside import Store

#: Messages per receive.
PAGE = 10

#: How long a seen message stays hidden at most, if whoever views it dies before showing it again.
HIDE_SECONDS = 60

#: Receives in a row that may bring nothing new, on top of one for each message that could have come again.
_PATIENCE = 5

#: Told how many messages were seen, of about how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterReport:
    """What one view of a dead-letter queue has seen.

    Attributes:
        about: Messages in the queue when the view began, by its own count.
        letters: Exactly the messages that were received, each once.
        is_end_reached: The queue had nothing more to give; what is missing from `about` somebody else holds.
        still_hidden: Messages that could not be shown again at once, and will be when their hiding ends.
    """

    queue: QueueName
    about: int
    letters: Sequence[DeadLetter]
    is_end_reached: bool
    still_hidden: int

    @property
    def left(self) -> int:
        """Messages that were not seen, about."""
        return max(0, self.about - len(self.letters))


@dataclass(kw_only=True)
class Viewing:
    """One pass over a dead-letter queue: what is seen is hidden, so that the next receive brings something else.

    Attributes:
        limit: Messages to see at most.
        page: Messages per receive, ten at most.
        passed_over: Ids of messages that are not to be seen.
    """

    queue: DeadLetterQueue
    store: Store
    about: int
    limit: int
    page: int
    hide_seconds: int
    passed_over: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    is_end_reached: bool = False
    still_hidden: int = 0
    _hidden: dict[str, DeadMessage] = field(default_factory=dict)

    def pages(self) -> Iterator[list[DeadLetter]]:
        """Return what was not seen before, receive by receive.

        Raises:
            Retryable: The queue cannot be reached.
            StoreUnavailable: The database cannot be reached.
        """
        empty = stale = 0
        while len(self.seen) < self.limit:
            page = self.queue.receive(min(self.page, self.limit - len(self.seen)), hide_seconds=self.hide_seconds)
            self._hidden |= {message.receipt.message_id: message for message in page}
            fresh = [message for message in page if self._is_fresh(message)]
            empty = 0 if page else empty + 1
            stale = 0 if fresh or not page else stale + 1
            # The count may lag behind, and so may a receive: two that bring nothing are the end, whatever it says.
            if empty and (empty > 1 or len(self.seen) >= self.about):
                self.is_end_reached = True
                return
            if stale > len(self._hidden) + _PATIENCE:
                return
            if fresh:
                self.seen |= {message.receipt.message_id for message in fresh}
                yield self._explain(fresh)
        self.is_end_reached = len(self.seen) >= self.about

    def drop(self, message_ids: Iterable[str]) -> None:
        """Forget messages that are no longer in the queue."""
        for message_id in message_ids:
            self._hidden.pop(message_id, None)

    def close(self) -> None:
        """Show everything again that is still in the queue."""
        self.still_hidden = self.queue.show_again(list(self._hidden.values()))
        self._hidden.clear()

    def _is_fresh(self, message: DeadMessage) -> bool:
        return message.receipt.message_id not in self.seen | self.passed_over

    def _explain(self, messages: Sequence[DeadMessage]) -> list[DeadLetter]:
        readable = [found for message in messages if (found := read_message(message)) is not None]
        with self.store.read() as tx:
            histories = tx.failures.histories(readable)
        return [explain(self.queue.name, message, histories) for message in messages]


@contextmanager
def viewing(
    queue: DeadLetterQueue, store: Store, *, limit: int, page: int = PAGE, hide_seconds: int = HIDE_SECONDS
) -> Iterator[Viewing]:
    """View a queue inside the block, and leave it as it was however the block ends.

    Args:
        queue: To be viewed.
        store: Knows why each message is there.
        limit: Messages to see at most.
        page: Messages per receive, ten at most.
        hide_seconds: How long a seen message stays hidden at most.
    """
    about = queue.count()
    view = Viewing(queue=queue, store=store, about=about, limit=limit, page=page, hide_seconds=hide_seconds)
    try:
        yield view
    finally:
        view.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDeadLetters:
    """List dead letters with their causes."""

    store: Store

    def view(self, queue: DeadLetterQueue, *, limit: int, on_progress: Progress) -> DeadLetterReport:
        """See up to `limit` messages; they are hidden meanwhile, and shown again at the end.

        Raises:
            Retryable: The queue cannot be reached.
            StoreUnavailable: The database cannot be reached.
        """
        letters: list[DeadLetter] = []
        with viewing(queue, self.store, limit=limit) as view:
            for page in view.pages():
                letters += page
                on_progress(len(letters), max(view.about, len(letters)))
        return DeadLetterReport(
            queue=queue.name,
            about=view.about,
            letters=letters,
            is_end_reached=view.is_end_reached,
            still_hidden=view.still_hidden,
        )
