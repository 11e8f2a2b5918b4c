"""How many jobs of whom may wait, and who may have only one."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import Job
from sunwi.domain.work import Works
from sunwi.errors import Conflict
from sunwi.service.ports.outside import Transaction


def submitter_of(job: Job) -> Actor:
    """Return whom a job counts against: who submitted it, as far as limits need it."""
    return Actor(owner=job.owner, role=Role.SYSTEM if job.is_of_system else Role.ADVERTISER, agency_id=job.agency_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What owners have by now, asked once in a transaction and counted on in it.

    Attributes:
        tx: One that may write.
        most: JOBS_MAX_PENDING.
    """

    tx: Transaction
    works: Works
    most: int
    _waiting: dict[str, int] = field(default_factory=dict)
    _active: dict[tuple[str, str], str] = field(default_factory=dict)

    def lock(self, jobs: Collection[Job]) -> None:
        """Wait until nobody else submits or retries for the jobs' owners, and read what these have.

        Three statements, however many jobs; they come before every `take`. The system has no limit, and no lock for it.
        """
        scopes = {_scope(job): job for job in jobs if not job.is_of_system}
        singles = {(job.owner, job.work) for job in jobs if self._is_single(job)}
        counted = {scope: submitter_of(job) for scope, job in scopes.items()}
        if wanted := {(scope, "") for scope in scopes} | singles:
            self.tx.jobs.lock_owners(wanted)
        if counted:
            waiting = self.tx.jobs.count_waiting_of(list(counted.values()))
            self._waiting.update(zip(counted, waiting, strict=True))
        if singles:
            self._active.update(self.tx.jobs.find_active_of(singles))

    def take(self, job: Job) -> None:
        """Count a job that is about to wait.

        Raises:
            Conflict: Too many wait, or its kind allows one for each owner and there is one.
        """
        if self._is_single(job) and (active := self._active.get((job.owner, job.work))):
            raise Conflict(
                f"{job.owner} has a {job.work} job already, {active}: wait for its end or cancel it",
                code="job_active",
                owner=job.owner,
                work=job.work,
                job_id=active,
            )
        if not job.is_of_system:
            if self._waiting[_scope(job)] >= self.most:
                raise too_many_waiting(self.most)
            self._waiting[_scope(job)] += 1
        if self._is_single(job):
            self._active[job.owner, job.work] = job.id

    def _is_single(self, job: Job) -> bool:
        work = self.works.find(job.work)
        return work is not None and work.one_per_owner


def too_many_waiting(most: int) -> Conflict:
    """Return what is answered to whoever has JOBS_MAX_PENDING jobs waiting."""
    return Conflict(
        f"{most} jobs wait already, and no more may: wait until some have been done, or cancel some",
        code="jobs_waiting_full",
        most=most,
    )


def _scope(job: Job) -> str:
    return job.owner if job.agency_id is None else f"agency:{job.agency_id}"
