"""Worker and tender over one database, with a kind that a test writes, and AWS faked."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.tender import TenderContainer
from sunwi.bootstrap.workers import WorkerContainer
from sunwi.bootstrap.works import Kind
from sunwi.domain.job import Job
from sunwi.domain.job_order import JobOrder
from sunwi.domain.work import Works
from sunwi.service.jobs.running_job import JobRunner, RunningJob
from sunwi.testing.jobs import InMemoryJobExecutions, InMemoryJobFiles, InMemoryTender, InMemoryWorkerProcess
from tests.job_world import ADMIN, NO_OP
from tests.parts import replace_parts

#: Lambda's, with a quarter of an hour left.
CONTEXT = SimpleNamespace(aws_request_id="request", get_remaining_time_in_millis=lambda: 900_000)


@dataclass
class JobFunctions:
    """What is around the two functions.

    Attributes:
        run: Does the work of the one kind there is.
    """

    container: CommandContainer
    run: JobRunner = field(default=lambda _running: {"secret": "of a customer"})
    executions: InMemoryJobExecutions = field(default_factory=InMemoryJobExecutions)

    def __post_init__(self) -> None:
        replace_parts(
            self.container,
            job_executions=self.executions,
            job_files=InMemoryJobFiles(),
            tender=InMemoryTender(),
            worker_process=InMemoryWorkerProcess(),
        )
        works, adapters = Works((NO_OP,)), self.container.adapters
        adapters.compose(JobContainer, works=works)
        adapters.compose(TenderContainer, works=works)
        adapters.compose(WorkerContainer, kinds=(Kind(NO_OP, self._build),))

    def _build(self, _adapters: object) -> JobRunner:
        def run(running: RunningJob) -> Any:
            return self.run(running)

        return run

    def submit(self) -> str:
        return self.container.jobs.submit_job.submit(ADMIN, JobOrder(work=NO_OP.name, params={})).job.id

    def job(self, job_id: str) -> Job:
        with self.container.adapters.store.read() as tx:
            job = tx.jobs.get(job_id)
        assert job is not None
        return job
