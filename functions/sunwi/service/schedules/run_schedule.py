"""Submit now what a schedule would submit when it is due."""

from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.job_answers import Submitted
from sunwi.errors import InvalidInput
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.check_rights import check_rights
from sunwi.service.schedules.find_schedule import require_schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSchedule:
    """Submit a schedule's job, as a job of whoever asks; when the schedule is due next does not change."""

    schedules: Schedules
    submit_job: SubmitJob

    def run(self, actor: Actor, name: str, *, idempotency_key: str | None = None) -> Submitted:
        """Submit what a schedule submits, under a key of its own; a paused one, too.

        Args:
            actor: Who asks, and whose job it is to be.
            name: Of the schedule.
            idempotency_key: As of a job.

        Raises:
            Forbidden: The actor does not run schedules, or may not ask for such a job.
            InvalidInput: There is no such schedule, it is the daily run, or it submits no job.
            Retryable: The scheduler cannot be reached.
            StoreUnavailable: The database cannot be reached.
        """
        check_rights(actor)
        order = require_schedule(self.schedules, name).order
        if order is None:
            raise InvalidInput(
                f"the schedule {name} submits no job: somebody has set it to something else",
                code="schedule_without_job",
                name=name,
            )
        return self.submit_job.submit(actor, order, idempotency_key=idempotency_key)
