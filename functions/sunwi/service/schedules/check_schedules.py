"""Find Sunwi's own schedules that submit nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.job_schedule import ScheduleFault, find_faults
from sunwi.domain.work import Works
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.default_schedules import defaults_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSchedules:
    """Ask for each by its name, so that nobody needs the right to list."""

    schedules: Schedules
    works: Works
    clock: Clock

    def faults(self) -> Sequence[ScheduleFault]:
        """Return those that are missing, paused, or over.

        Raises:
            Retryable: The scheduler cannot be reached.
        """
        wanted = [default.name for default in defaults_of(self.works)]
        found = {name: schedule for name in wanted if (schedule := self.schedules.find(name)) is not None}
        return find_faults(wanted, found, now=self.clock.now())
