"""Do the work of a cleanup job: delete what has expired, a batch in each transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from sunwi.service.archive.cleaning.expiring import EXPIRING, Keeping
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
        kept = running.job.checkpoint or {"next": 0, "deleted": {}}
        now = running.clock.now()
        for number in range(int(kept["next"]), len(EXPIRING)):
            running.progress(100 * number // len(EXPIRING), step="delete", message="만료된 것을 지우는 중")
            before = now - EXPIRING[number].keep(self.keeping)
            while kept["next"] <= number:
                kept = running.save_rows(partial(_delete_batch, number, before, kept["deleted"]))
        log.info("expired_deleted", **kept["deleted"])
        return dict(kept["deleted"])


def _delete_batch(number: int, before: datetime, deleted: Mapping[str, int], tx: Transaction) -> Mapping[str, Any]:
    """Delete a batch of one kind; return what was deleted of all, and which kind is next, for the checkpoint."""
    kind = EXPIRING[number]
    batch = kind.delete(tx, before, BATCH)
    counted = {**deleted, kind.name: deleted.get(kind.name, 0) + batch}
    return {"next": number + (batch < BATCH), "deleted": counted}
