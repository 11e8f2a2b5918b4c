"""The registry of what expires: a line for each kind of thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.access_failure import FAILURES_KEPT
from sunwi.domain.account import ENDED_SESSIONS_KEPT
from sunwi.domain.file_link import LINK_KEPT
from sunwi.domain.job import WORKER_KEPT
from sunwi.domain.live import TICKET_KEPT
from sunwi.domain.request_claim import REQUEST_KEPT
from sunwi.domain.run_progress import PROGRESS_KEPT
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long what expires is kept.

    Attributes:
        results: JOB_RESULT_DAYS; the bucket's own rule deletes the files.
        history: JOB_HISTORY_DAYS.
    """

    results: timedelta
    history: timedelta


@dataclass(frozen=True, slots=True)
class Expiring:
    """A kind of thing that expires.

    Attributes:
        name: In the result of the job.
        keep: Tells how long it is kept.
        delete: Deletes, in a transaction, what is older than a time, the oldest first, and so many at most; returns
            their number, which is less than that once nothing is left.
    """

    name: str
    keep: Callable[[Keeping], timedelta]
    delete: Callable[[Transaction, datetime, int], int]


EXPIRING: Sequence[Expiring] = (
    Expiring("results", lambda kept: kept.results, lambda tx, at, most: tx.job_history.drop_results(at, most)),
    Expiring("requests", lambda kept: kept.history, lambda tx, at, most: tx.job_history.delete_requests(at, most)),
    Expiring("hours", lambda kept: kept.history, lambda tx, at, most: tx.job_history.delete_hours(at, most)),
    Expiring("web_requests", lambda _kept: REQUEST_KEPT, lambda tx, at, most: tx.requests.delete_old(at, most)),
    Expiring("file_links", lambda _kept: LINK_KEPT, lambda tx, at, most: tx.file_links.delete_expired(at, most)),
    Expiring(
        "access_failures", lambda _kept: FAILURES_KEPT, lambda tx, at, most: tx.access_failures.delete_old(at, most)
    ),
    Expiring("live_tickets", lambda _kept: TICKET_KEPT, lambda tx, at, most: tx.live_pages.delete_tickets(at, most)),
    Expiring("run_progress", lambda _kept: PROGRESS_KEPT, lambda tx, at, most: tx.run_progresses.delete_old(at, most)),
    Expiring(
        "web_sessions", lambda _kept: ENDED_SESSIONS_KEPT, lambda tx, at, most: tx.web_sessions.delete_ended(at, most)
    ),
    Expiring("workers", lambda _kept: WORKER_KEPT, lambda tx, at, most: tx.workers.delete_silent(at, most)),
)
