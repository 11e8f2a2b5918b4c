"""Send what is due and unsent to the notices' queue, each minute; and again what was queued and never heard of."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from sunwi.domain.notice_rules import MOST_QUEUED_OF_CHANNEL, QUEUED_AGAIN_AFTER
from sunwi.domain.stored_notice import NoticeKey
from sunwi.errors import Retryable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import NoticeQueue
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Notices that are queued by one tick at most; the next one takes the rest.
MOST_SENT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDue:
    """Queue what is due.

    A notice is QUEUED before its message is sent, so that no message comes too early. Ended in between, it is queued
    again after `QUEUED_AGAIN_AFTER`.

    Attributes:
        queue: None where no queue is set: nothing is sent then.
    """

    store: Store
    queue: NoticeQueue | None
    clock: Clock

    def send(self) -> int:
        """Queue what is due, and return the number of messages that were sent.

        Raises:
            StoreUnavailable: The database cannot be reached.
            Retryable: The queue cannot be reached: what was to be queued waits for the next minute.
        """
        if self.queue is None:
            return 0
        keys = retry_conflicts(self._choose)()
        if not keys:
            return 0
        try:
            taken = {NoticeKey(*one) for one in self.queue.send([(key.notice_id, key.generation) for key in keys])}
        except Retryable:
            retry_conflicts(self._take_back)(keys)
            raise
        left = [key for key in keys if key not in taken]
        if left:
            retry_conflicts(self._take_back)(left)
        log.info("notices_queued", sent=len(taken), refused=len(left))
        return len(taken)

    def _choose(self) -> Sequence[NoticeKey]:
        now = self.clock.now()
        with self.store.begin() as tx:
            again = tx.notices.queue_again(now, queued_before=now - QUEUED_AGAIN_AFTER, limit=MOST_SENT)
            due = tx.notices.queue_due(now, limit=MOST_SENT - len(again), of_channel=MOST_QUEUED_OF_CHANNEL)
        if again:
            log.warning("notices_queued_again", number=len(again))
        return [*again, *due]

    def _take_back(self, keys: Sequence[NoticeKey]) -> None:
        with self.store.begin() as tx:
            tx.notices.take_back(keys)
