"""Take over a database that was restored: end what was under way when its backup was taken, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from sunwi.domain.job import WORKER_KEPT, Job, JobState
from sunwi.domain.job_end import after_restore
from sunwi.domain.job_notify import notice_of_restored
from sunwi.domain.run import Run, RunStatus
from sunwi.errors import Conflict, UnbalancedRun
from sunwi.service.jobs.store_end import store_end
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.runs.close_run import CloseRun

log = structlog.get_logger()

#: A tender ticks each minute: a database whose last tick is younger is somebody's.
IN_USE_SECONDS = 90
#: Runs that are looked at; there is one a day, and few by hand.
_MOST_RUNS = 1000

_FAILURE = "the database was restored from a backup: what was still to be measured has no message any more"


@dataclass(frozen=True, slots=True)
class AdoptedJob:
    """A job that was admitted when the backup was taken.

    Attributes:
        after: PENDING again, CANCELLED where somebody had asked for that, EXPIRED where its time is over.
    """

    job_id: str
    work: str
    before: JobState
    after: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What was under way.

    Attributes:
        jobs: Admitted ones.
        runs: Ids of runs that were open; they are closed as failed, with what is measured of them.
        workers: Rows of environments, all of which are gone.
        notices: That were held.
        sessions: Of browsers, which were signed in when the backup was taken.
    """

    jobs: Sequence[AdoptedJob]
    runs: Sequence[str]
    workers: int
    notices: int
    sessions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptDatabase:
    """Adopts a restored database before a stack works on it; any number of times with the same effect.

    Attributes:
        close_run: Closes what was being measured.
    """

    store: Store
    clock: Clock
    close_run: CloseRun

    def adopt(self, *, dry_run: bool = False, in_use: bool = False) -> Adoption:
        """End what was under way, and return it.

        Args:
            dry_run: Only return what would be ended; notices are not counted.
            in_use: Even though somebody seems to work on the database.

        Raises:
            Conflict: Somebody works on the database, or did until just now.
            StoreUnavailable: The database cannot be reached; what was done stays, and calling this again goes on.
        """
        now = self.clock.now()
        with self.store.read() as tx:
            ticked_at = tx.job_queue.pool().ticked_at
            jobs = tx.job_queue.admitted_before(now + timedelta(days=1))
            runs = [run for run in tx.runs.list(_MOST_RUNS) if run.closed_at is None]
            workers = len(tx.workers.list_all())
            sessions = tx.web_sessions.count_held(at=now)
        if not in_use:
            _require_unused(ticked_at, now)
        adopted = [AdoptedJob(job.id, job.work, job.state, after_restore(job, at=now).state) for job in jobs]
        found = Adoption(jobs=adopted, runs=[run.id for run in runs], workers=workers, notices=0, sessions=sessions)
        if dry_run:
            return found
        return self._adopt(found, jobs, runs, now)

    def _adopt(self, found: Adoption, jobs: Sequence[Job], runs: Sequence[Run], now: datetime) -> Adoption:
        # Notices first: a run that is closed below posts one of its own, which is to be told.
        notices = retry_conflicts(self._hold_notices)(jobs, now)
        # What somebody ended since the backup was taken would let in again; a sign-in costs a person a moment.
        sessions = retry_conflicts(self._end_sessions)(now)
        for job in jobs:
            retry_conflicts(self._end)(job, now)
        for run in runs:
            self._close(run)
        with self.store.begin() as tx:
            tx.workers.delete_silent(now + WORKER_KEPT, found.workers)
        log.warning(
            "database_adopted",
            jobs=len(jobs),
            runs=len(runs),
            workers=found.workers,
            notices=notices,
            sessions=sessions,
        )
        return replace(found, notices=notices, sessions=sessions)

    def _end_sessions(self, now: datetime) -> int:
        with self.store.begin() as tx:
            return tx.web_sessions.revoke_all(None, at=now)

    def _hold_notices(self, jobs: Sequence[Job], now: datetime) -> int:
        """Put aside what was to be told, and the ends of jobs, which the old machine may have told since."""
        ends = (notice_of_restored(job, after_restore(job, at=now)) for job in jobs)
        with self.store.begin() as tx:
            tx.notices.post([end for end in ends if end is not None], at=now)
            return tx.notices.hold()

    def _end(self, job: Job, now: datetime) -> None:
        with self.store.begin() as tx:
            store_end(tx, job, after_restore(job, at=now), expected=job.state)

    def _close(self, run: Run) -> None:
        if run.status is RunStatus.CANCELLED:
            try:
                self.close_run.summarise(run.id)
            except UnbalancedRun:
                log.warning("run_unbalanced", run_id=run.id)
            else:
                return
        self.close_run.fail(run.id, _FAILURE)


def _require_unused(ticked_at: datetime | None, now: datetime) -> None:
    """Refuse a database that a stack works on: its running jobs would be run a second time, and its night be closed.

    Raises:
        Conflict: The tender has ticked on it just now, or just before the backup was taken.
    """
    ago = None if ticked_at is None else (now - ticked_at).total_seconds()
    if ago is not None and ago < IN_USE_SECONDS:
        raise Conflict(
            f"somebody works on this database, or did {ago:.0f} s ago: adopt it before a stack uses it; right after a "
            f"backup, wait {IN_USE_SECONDS} s",
            code="database_in_use",
            seconds=round(ago),
            wait_seconds=IN_USE_SECONDS,
        )
