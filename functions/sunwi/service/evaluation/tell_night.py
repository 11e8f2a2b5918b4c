"""Tell of a night that failed, once for each audience, within one transaction."""

from dataclasses import dataclass
from datetime import date, datetime

import structlog

from sunwi.domain.evaluation_night import Night, notices_of
from sunwi.domain.run import RunCounts, scheduled_run_id
from sunwi.service.notices.post_notices import PostNotices
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TellNight:
    """Tells of nights."""

    post: PostNotices

    def tell(self, tx: Transaction, day: date, *, at: datetime) -> bool:
        """Post what is to be told of a KST date's night; any number of times with the same effect.

        Returns:
            Whether the night failed, so that its unmeasured trackings are told by that alone.
        """
        night = _night_of(tx, day)
        if not night.has_failed:
            return False
        missed = tx.digests.missed_of(night)
        posted = sum(self.post(tx, notices, at=at) for notices in notices_of(night, missed) if notices)
        trackings = sum(one.missed for one in missed)
        log.warning("night_failed", day=day.isoformat(), run_id=night.run_id, trackings=trackings, notices=posted)
        return trackings > 0


def _night_of(tx: Transaction, day: date) -> Night:
    run = tx.runs.get(scheduled_run_id(day))
    if run is None:
        return Night(day=day)
    counts = RunCounts.from_states(run.expected, tx.tasks.count_states(run.id))
    return Night(day=day, run_id=run.id, status=run.status, counts=counts)
