"""What runs attempts of jobs; a kind's own parts are imported when one of it is run."""

from functools import cached_property, partial
from random import SystemRandom

from uuid_utils import uuid7

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.works import KINDS, Kind
from sunwi.domain.work import Works
from sunwi.domain.worker_pool import Worker
from sunwi.service.jobs.run_attempt import RunAttempt, WorkerLife


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
            life=WorkerLife(self._worker()),
            clock=adapters.clock,
            random=SystemRandom(),
            sleep=adapters.sleep,
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
