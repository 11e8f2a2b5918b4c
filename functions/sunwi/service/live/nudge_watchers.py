"""Tell open pages that a job has gone on.

Source: docs/adr/0066-watching-costs-the-night-nothing.md.
"""

from dataclasses import dataclass, field

import structlog

from sunwi.domain.job import Job
from sunwi.domain.live import NUDGE_PAUSE, Subscription, nudge_of
from sunwi.errors import SunwiError
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import Connections, JobNudge
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Jobs of which an environment remembers when it told of them.
_MOST_KNOWN = 1_000


@dataclass(slots=True, kw_only=True)
class NudgeWatchers(JobNudge):
    """Tells whoever watches; where nobody does, that is one statement over an index."""

    store: Store
    connections: Connections
    clock: Clock
    _told_at: dict[str, float] = field(default_factory=dict)

    def __call__(self, job: Job, *, is_end: bool = False) -> None:
        """Tell pages of a job, at most once a second but for its end; whatever goes wrong is logged and forgotten."""
        now = self.clock.monotonic()
        last = self._told_at.get(job.id)
        if last is not None and now - last < NUDGE_PAUSE.total_seconds() and not is_end:
            return
        if len(self._told_at) >= _MOST_KNOWN:
            self._told_at.clear()
        self._told_at[job.id] = now
        try:
            self._tell(job)
        except SunwiError as error:
            log.warning("pages_not_told", job_id=job.id, error=str(error))

    def _tell(self, job: Job) -> None:
        with self.store.read() as tx:
            version, found = tx.live_pages.watchers(job)
        gone = [each.connection.id for each in found if not self._told(job, each, version)]
        if gone:
            with self.store.begin() as tx:
                tx.live_pages.disconnect(gone)

    def _told(self, job: Job, watcher: Subscription, version: int) -> bool:
        """Tell one page; False when it is gone, or is to be: its session, account or right has ended."""
        connection = watcher.connection
        may_see = connection.account.actor.may_see(owner=job.owner, agency_id=job.agency_id)
        if connection.holds(self.clock.now()) and may_see:
            return self.connections.tell(connection.id, nudge_of(watcher.topic, version))
        self.connections.close(connection.id)
        return False
