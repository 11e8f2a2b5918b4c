"""What admits jobs, takes their ends, and looks after them each minute."""

from datetime import timedelta
from functools import cached_property
from random import SystemRandom

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.monitor import MonitorContainer
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
        )

    @cached_property
    def submit_due(self) -> SubmitDue:
        """Submits what schedules ask for."""
        return SubmitDue(self.adapters.compose(JobContainer).submit_job)

    @cached_property
    def tick(self) -> Tick:
        """Looks after jobs."""
        adapters = self.adapters
        return Tick(
            store=adapters.store,
            executions=adapters.job_executions,
            works=self.works,
            admit_jobs=self.admit_jobs,
            end_attempt=self.end_attempt,
            clock=adapters.clock,
            publish=adapters.compose(MonitorContainer).publish_job_figures.publish,
        )
