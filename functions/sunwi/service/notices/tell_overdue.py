"""Tell of notices that were due and could not be sent: by a notice to the operators, and by an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.overdue_notice import notice_of_overdue
from sunwi.domain.stored_notice import Notice
from sunwi.service.notices.post_notices import post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import NoticeWords
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.ports.watchdog import AlarmChannel

log = structlog.get_logger()

#: Notices that are told of at a time.
_MOST_TOLD = 1000
#: So many minutes' overdue notices are told of together, so that an outage makes no alarm each minute.
_MINUTES_APART = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOverdue:
    """Tell of overdue notices, of each once.

    Attributes:
        alarms: Whoever listens to alarms, without database or notifier; None raises none.
    """

    store: Store
    alarms: AlarmChannel | None
    words: NoticeWords
    clock: Clock

    def tell(self) -> int:
        """Tell of what is overdue, in every tenth minute; return the number of those notices.

        The notice first, then the alarm, then the mark: what fails is made up for by a later minute, and the notice is
        stored once.

        Raises:
            Retryable: No alarm could be raised, or the database cannot be reached.
        """
        now = self.clock.now()
        if now.minute % _MINUTES_APART:
            return 0
        overdue = retry_conflicts(self._post)(now)
        if not overdue:
            return 0
        log.error("notices_overdue", number=len(overdue), first=overdue[0].id)
        if self.alarms is not None:
            content = notice_of_overdue(overdue).content
            self.alarms.raise_alarm(self.words.overdue_alarm(len(overdue), content))
        with self.store.begin() as tx:
            tx.notices.mark_overdue_told([one.id for one in overdue])
        return len(overdue)

    def _post(self, now: datetime) -> Sequence[Notice]:
        with self.store.begin() as tx:
            overdue = tx.notices.lock_overdue(now, limit=_MOST_TOLD)
            if overdue:
                post_notices(tx, [notice_of_overdue(overdue)], at=now)
        return overdue
