"""Send dead letters back to the queue that they came from, one by one, by their cause."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from sunwi.domain.dead_letter import DeadLetter, QueueName
from sunwi.domain.failure import FailureCause
from sunwi.errors import Retryable
from sunwi.service.dead_letters.view_dead_letters import HIDE_SECONDS, PAGE, Progress, viewing
from sunwi.service.ports.dead_letters import DeadLetterQueue, SentBack
from sunwi.service.ports.outside import Clock, Store

#: A page of messages is not to take longer than about this.
_PAGE_SECONDS = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveOrder:
    """What to send back.

    Attributes:
        causes: Only messages with one of these causes; none means all.
        per_second: Messages per second, more than 0.
        limit: Messages to send back at most; None means all.
    """

    causes: frozenset[FailureCause]
    per_second: float
    limit: int | None

    def wants(self, letter: DeadLetter) -> bool:
        """Whether a message is to be sent back."""
        return not self.causes or letter.cause in self.causes

    @property
    def page(self) -> int:
        """Messages to receive at once, so that the rate is kept without long pauses."""
        return max(1, min(PAGE, int(self.per_second * _PAGE_SECONDS)))


@dataclass(kw_only=True)
class RedriveReport:
    """What was sent back.

    Attributes:
        about: Messages in the queue at the start, by its own count.
        moved: By cause.
        doubled: Sent back, and still here, since they could not be deleted; harmless.
        refused: Not taken by the source queue; still here.
        kept: Seen, and not asked for.
        is_end_reached: Nothing was left to be seen.
        still_hidden: Messages that stay hidden until the time that they were hidden for is over.
        error: What broke it off; None when nothing did.
    """

    queue: QueueName
    about: int
    moved: Counter[FailureCause] = field(default_factory=Counter)
    doubled: int = 0
    refused: int = 0
    kept: int = 0
    is_end_reached: bool = False
    still_hidden: int = 0
    error: Retryable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveDeadLetters:
    """Redrive message by message: send a copy to the source queue, then delete the message.

    A crash between the two leaves the message and its copy. The copy measures its task; whatever is redriven
    later finds that done, and is acknowledged unread. A copy that fails for good comes back to the dead-letter
    queue as a message of its own, and is not sent back a second time.

    Attributes:
        wait: Waits some seconds.
    """

    store: Store
    clock: Clock
    wait: Callable[[float], None]

    def redrive(self, queue: DeadLetterQueue, order: RedriveOrder, *, on_progress: Progress) -> RedriveReport:
        """Send messages back; those that are not asked for stay as they were.

        Raises:
            Retryable: The service's own redrive of this queue is under way, or the queue cannot be reached.
            StoreUnavailable: The database cannot be reached.
        """
        _require_no_move(queue)
        hide_seconds = HIDE_SECONDS + round(order.page / order.per_second)
        with viewing(queue, self.store, limit=_NO_LIMIT, page=order.page, hide_seconds=hide_seconds) as view:
            report = RedriveReport(queue=queue.name, about=view.about)
            for page in view.pages():
                started = self.clock.now()
                wanted = self._pick(page, order, report)
                try:
                    sent = queue.send_back([letter.message for letter in wanted]) if wanted else _NOTHING
                except Retryable as error:
                    report.error = error
                    break
                view.drop(sent.moved)
                view.passed_over |= sent.copies
                _count(report, wanted, sent)
                done = report.moved.total() + report.doubled
                on_progress(done, max(view.about, done))
                if order.limit is not None and done >= order.limit:
                    break
                self._keep_rate(len(sent.copies), order.per_second, since=started)
        report.is_end_reached, report.still_hidden = view.is_end_reached, view.still_hidden
        log.info("dead_letters_redriven", queue=queue.name, moved=report.moved.total(), refused=report.refused)
        return report

    def _pick(self, page: list[DeadLetter], order: RedriveOrder, report: RedriveReport) -> list[DeadLetter]:
        wanted = [letter for letter in page if order.wants(letter)]
        if order.limit is not None:
            wanted = wanted[: order.limit - report.moved.total() - report.doubled]
        report.kept += len(page) - len(wanted)
        return wanted

    def _keep_rate(self, sent: int, per_second: float, *, since: datetime) -> None:
        pause = sent / per_second - (self.clock.now() - since).total_seconds()
        if pause > 0:
            self.wait(pause)


#: More than any queue holds.
_NO_LIMIT = 2**31

_NOTHING = SentBack(moved=frozenset(), doubled=frozenset(), copies=frozenset())


def _require_no_move(queue: DeadLetterQueue) -> None:
    move = queue.last_move()
    if move is not None and move.status.is_active:
        raise Retryable(
            f"a redrive of all dead letters of the {queue.name} queue is under way ({move.moved} moved so far)",
            code="redrive_of_all_under_way",
            moved=move.moved,
        )


def _count(report: RedriveReport, wanted: list[DeadLetter], sent: SentBack) -> None:
    causes: Mapping[str, FailureCause] = {letter.message.receipt.message_id: letter.cause for letter in wanted}
    report.moved.update(causes[message_id] for message_id in sent.moved)
    report.doubled += len(sent.doubled)
    report.refused += len(wanted) - len(sent.moved) - len(sent.doubled)
