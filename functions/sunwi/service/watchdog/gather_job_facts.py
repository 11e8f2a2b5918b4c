"""Ask the database what the watchdog wants to know of jobs."""

from datetime import datetime

from sunwi.domain.job_monitor import find_stuck
from sunwi.domain.job_watch import JobWatch, assess_job_watch
from sunwi.domain.watch import Problem
from sunwi.service.ports.outside import Transaction


def find_job_problems(tx: Transaction, now: datetime) -> list[Problem]:
    """Judge the tender, the jobs that have a worker, and the pool; nothing is changed.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    found = JobWatch(
        pool=tx.job_queue.pool(),
        paused_at=tx.job_queue.paused_at(),
        open_jobs=sum(tx.job_history.waiting().values()),
        stuck=find_stuck(tx.job_queue.admitted_before(now), tx.workers.list_all(), now=now),
    )
    return assess_job_watch(found, now=now)
