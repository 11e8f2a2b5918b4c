"""What admits jobs, takes their ends, and looks after them each minute."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from random import SystemRandom

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.backup import BackupContainer
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.live import LiveContainer, job_nudge
from sunwi.bootstrap.monitor import MonitorContainer
from sunwi.bootstrap.notices import NoticeContainer
from sunwi.bootstrap.works import WORKS
from sunwi.domain.work import Works
from sunwi.service.jobs.admit_jobs import AdmitJobs
from sunwi.service.jobs.end_attempt import EndAttempt
from sunwi.service.jobs.submitting.submit_due import SubmitDue
from sunwi.service.jobs.tick import Tick


class TenderContainer(Capability):
    """The tender; without a browser."""

    @cached_property
    def works(self) -> Works:
        """The kinds there are."""
        return WORKS

    @cached_property
    def admit_jobs(self) -> AdmitJobs:
        """Admits who is next."""
        adapters = self.adapters
        return AdmitJobs(
            store=adapters.store,
            executions=adapters.job_executions,
            works=self.works,
            clock=adapters.clock,
            site_pause=timedelta(seconds=adapters.settings.crawl_delay_seconds),
        )

    @cached_property
    def end_attempt(self) -> EndAttempt:
        """Takes how executions ended."""
        adapters = self.adapters
        return EndAttempt(
            store=adapters.store,
            works=self.works,
            admit_jobs=self.admit_jobs,
            clock=adapters.clock,
            random=SystemRandom(),
            nudge=job_nudge(adapters),
        )

    @cached_property
    def submit_due(self) -> SubmitDue:
        """Submits what schedules ask for."""
        return SubmitDue(self.adapters.compose(JobContainer).submit_job)

    @cached_property
    def tick(self) -> Tick:
        """Looks after jobs, and has notices sent."""
        adapters, notices = self.adapters, self.adapters.compose(NoticeContainer)
        return Tick(
            store=adapters.store,
            executions=adapters.job_executions,
            works=self.works,
            admit_jobs=self.admit_jobs,
            end_attempt=self.end_attempt,
            clock=adapters.clock,
            publish=adapters.compose(MonitorContainer).publish_job_figures.publish,
            others=(
                ("record_failed_backups", adapters.compose(BackupContainer).record_failures.record),
                ("send_due_notices", notices.queue_due),
                ("tell_overdue", notices.report_overdue),
                *self._of_pages(),
            ),
        )

    def _of_pages(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """Return what is done each minute where connections of open pages are held."""
        if self.adapters.settings.live_endpoint is None:
            return ()
        return (("close_dead_pages", self.adapters.compose(LiveContainer).close_dead.close),)
