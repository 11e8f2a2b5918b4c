"""Do the work of a cleanup job: delete what has expired, a batch in each transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from sunwi.service.archive.cleaning.expiring import EXPIRING, Expiring, Keeping
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()

#: Rows of one transaction, so that nobody waits for long.
BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCleanup:
    """Does the work of cleanup jobs; it only deletes, so that twice is once."""

    keeping: Keeping

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Delete what has expired, from the checkpoint on.

        Returns:
            What was deleted, by kind.

        Raises:
            AttemptPaused: The attempt's time is over: the next one goes on.
            JobCancelled: Somebody asked to stop; what was deleted stays so.
            StoreUnavailable: The database cannot be reached; what was deleted before stays so.
        """
        deleted: dict[str, int] = dict(running.job.checkpoint or {})
        now = running.clock.now()
        for number, kind in enumerate(EXPIRING):
            running.progress(100 * number // len(EXPIRING), step="delete", message="만료된 것을 지우는 중")
            deleted = self._delete(running, kind, now, deleted)
        log.info("expired_deleted", **deleted)
        return deleted

    def _delete(self, running: RunningJob, kind: Expiring, now: datetime, deleted: Mapping[str, int]) -> dict[str, int]:
        """Delete one kind; return what was deleted of all, as it is stored with each batch."""
        before = now - kind.keep(self.keeping)
        while True:
            counted = dict(running.save_rows(partial(_delete_batch, kind, before, deleted)))
            batch = counted[kind.name] - deleted.get(kind.name, 0)
            deleted = counted
            if batch < BATCH:
                return counted


def _delete_batch(kind: Expiring, before: datetime, deleted: Mapping[str, int], tx: Transaction) -> Mapping[str, Any]:
    return {**deleted, kind.name: deleted.get(kind.name, 0) + kind.delete(tx, before, BATCH)}
