"""What runs attempts of jobs; a kind's own parts are imported when one of it is run."""

from functools import cached_property, partial
from random import SystemRandom

import structlog
from uuid_utils import uuid7

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.live import job_nudge
from sunwi.bootstrap.works import KINDS, Kind
from sunwi.domain.job import JobKey
from sunwi.domain.work import Works
from sunwi.domain.worker_pool import Worker
from sunwi.errors import StoreUnavailable
from sunwi.service.jobs.end_attempt import UNCLAIMED
from sunwi.service.jobs.run_attempt import RunAttempt, WorkerLife

log = structlog.get_logger()


class WorkerContainer(Capability):
    """A worker's environment."""

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds there are."""
        return KINDS

    @cached_property
    def run_attempt(self) -> RunAttempt:
        """Runs attempts."""
        adapters = self.adapters
        runners = {kind.work.name: partial(kind.build, adapters) for kind in self.kinds}
        return RunAttempt(
            store=adapters.store,
            works=Works(tuple(kind.work for kind in self.kinds)),
            runners=runners,
            files=adapters.job_files,
            process=adapters.worker_process,
            life=WorkerLife(self._worker(), pages=adapters.pages_opened),
            clock=adapters.clock,
            random=SystemRandom(),
            sleep=adapters.sleep,
            nudge=job_nudge(adapters),
        )

    def _worker(self) -> Worker:
        now, settings = self.adapters.clock.now(), self.adapters.settings
        return Worker(
            id=str(uuid7()),
            place=settings.worker_place,
            environment=settings.aws_lambda_log_stream_name or "",
            job_id=None,
            generation=None,
            since=now,
            claimed_at=None,
            seen_at=now,
        )


def run_attempt(key: JobKey, *, remaining_seconds: float) -> str:
    """Run an attempt in this environment; one whose database's secret cannot be read now is not claimed.

    Args:
        key: Of the attempt.
        remaining_seconds: What the invocation has left.

    Returns:
        The outcome, as `RunAttempt.run` has it.

    Raises:
        AttemptTaken: Another invocation runs this very attempt.
        ConfigurationError: A setting cannot be used.
    """
    try:
        attempts = WorkerContainer.bootstrap().run_attempt
    except StoreUnavailable as error:
        log.warning("job_not_claimed", job_id=key.job_id, error=str(error))
        return UNCLAIMED
    return attempts.run(key, remaining_seconds=remaining_seconds)
