"""Delete what is kept of jobs for a time only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sunwi.domain.job_answers import CleanedUp
from sunwi.service.ports.jobs import JobHistory
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Rows of one transaction.
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """Delete jobs, results and counts that are older than they are kept.

    Attributes:
        history_days: JOB_HISTORY_DAYS.
        result_days: JOB_RESULT_DAYS; the bucket's own rule deletes the files.
    """

    store: Store
    history_days: int
    result_days: int

    def clean_up(self, now: datetime) -> CleanedUp:
        """Delete them, a batch in each transaction, so that nobody waits for long.

        Args:
            now: Aware UTC.

        Raises:
            StoreUnavailable: The database cannot be reached; what was deleted before stays so.
        """
        history, results = now - timedelta(days=self.history_days), now - timedelta(days=self.result_days)
        jobs = self._repeat(lambda kept: kept.delete_ended(history, _BATCH))
        self._repeat(lambda kept: kept.delete_requests(history, _BATCH))
        dropped = self._repeat(lambda kept: kept.drop_results(results, _BATCH))
        with self.store.begin() as tx:
            hours = tx.job_history.delete_hours(history)
        cleaned = CleanedUp(jobs=jobs, results=dropped, hours=hours)
        log.info("jobs_cleaned_up", jobs=cleaned.jobs, results=cleaned.results, hours=cleaned.hours)
        return cleaned

    def _repeat(self, delete: Callable[[JobHistory], int]) -> int:
        total = 0
        while True:
            with self.store.begin() as tx:
                count = delete(tx.job_history)
            total += count
            if count < _BATCH:
                return total
