"""What submits jobs, shows them, and manages the pool that they wait for."""

from functools import cached_property

from uuid_utils import uuid7

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.live import job_nudge
from sunwi.bootstrap.works import WORKS
from sunwi.domain.work import Works
from sunwi.service.jobs.cancel_job import CancelJob
from sunwi.service.jobs.manage_pool import ManagePool
from sunwi.service.jobs.reading.list_jobs import ListJobs
from sunwi.service.jobs.reading.read_result import ReadResult
from sunwi.service.jobs.reading.show_job import ShowJob
from sunwi.service.jobs.submitting.read_job_file import ReadJobFile
from sunwi.service.jobs.submitting.retry_jobs import RetryJobs
from sunwi.service.jobs.submitting.submit_bulk import SubmitBulk
from sunwi.service.jobs.submitting.submit_job import SubmitJob


class JobContainer(Capability):
    """Jobs, for whoever asks for them; runs none."""

    @cached_property
    def works(self) -> Works:
        """The kinds there are."""
        return WORKS

    @cached_property
    def submit_job(self) -> SubmitJob:
        """Submits one."""
        adapters = self.adapters
        return SubmitJob(
            store=adapters.store,
            tender=adapters.tender,
            clock=adapters.clock,
            works=self.works,
            new_id=_new_id,
            most_waiting=adapters.settings.jobs_max_pending,
        )

    @cached_property
    def submit_bulk(self) -> SubmitBulk:
        """Submits many."""
        adapters = self.adapters
        return SubmitBulk(
            store=adapters.store,
            tender=adapters.tender,
            clock=adapters.clock,
            works=self.works,
            new_id=_new_id,
            most_waiting=adapters.settings.jobs_max_pending,
        )

    @cached_property
    def read_job_file(self) -> ReadJobFile:
        """Reads files of jobs."""
        return ReadJobFile(self.adapters.spreadsheets)

    @cached_property
    def cancel_job(self) -> CancelJob:
        """Cancels jobs."""
        adapters = self.adapters
        return CancelJob(store=adapters.store, tender=adapters.tender, clock=adapters.clock, nudge=job_nudge(adapters))

    @cached_property
    def retry_jobs(self) -> RetryJobs:
        """Lets failed jobs wait again."""
        adapters = self.adapters
        return RetryJobs(
            store=adapters.store,
            tender=adapters.tender,
            clock=adapters.clock,
            works=self.works,
            most_waiting=adapters.settings.jobs_max_pending,
        )

    @cached_property
    def list_jobs(self) -> ListJobs:
        """Lists jobs."""
        return ListJobs(self.adapters.store)

    @cached_property
    def show_job(self) -> ShowJob:
        """Shows one."""
        return ShowJob(store=self.adapters.store, works=self.works)

    @cached_property
    def read_result(self) -> ReadResult:
        """Returns what jobs leave."""
        return ReadResult(store=self.adapters.store, open_files=lambda: self.adapters.job_files)

    @cached_property
    def manage_pool(self) -> ManagePool:
        """Manages the workers."""
        return ManagePool(store=self.adapters.store, tender=self.adapters.tender, clock=self.adapters.clock)


def _new_id() -> str:
    return str(uuid7())
