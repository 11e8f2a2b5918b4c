"""Create the schedules that are missing, and touch no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.work import Works
from sunwi.errors import Retryable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.default_schedules import DefaultSchedule, defaults_of

log = structlog.get_logger()

#: Pause between two tries, in seconds: the role of a new deployment is known everywhere only after some of these.
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsureSchedules:
    """Create Sunwi's own schedules, each whose kind of job there is, where they are missing.

    Attributes:
        pause: Waits so many seconds.
    """

    schedules: Schedules
    works: Works
    clock: Clock
    pause: Callable[[float], None]

    def ensure(self, *, give_up_at: datetime) -> Sequence[str]:
        """Create what is missing and return its names; what is there stays as a person has set it, paused or moved.

        Args:
            give_up_at: Aware; until then a scheduler that cannot be reached is tried again.

        Raises:
            InvalidInput: The scheduler refuses one.
            Retryable: It could not be reached in time; some may have been created.
            ConfigurationError: A setting is missing.
        """
        created = [default.name for default in defaults_of(self.works) if self._create(default, give_up_at=give_up_at)]
        log.info("schedules_ensured", created=created)
        return created

    def _create(self, default: DefaultSchedule, *, give_up_at: datetime) -> bool:
        while True:
            try:
                return self.schedules.create(default.name, default.when, default.order)
            except Retryable as error:
                if self.clock.now() >= give_up_at:
                    raise
                log.warning("schedule_waits", schedule=default.name, error=str(error))
                self.pause(RETRY_SECONDS)
