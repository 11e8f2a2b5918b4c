"""List the schedules, the daily run among them, and when each is due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sunwi.domain.actor import Actor
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import DAILY_RUN, JobSchedule, ScheduleState
from sunwi.domain.schedule_time import Daily, When, next_times
from sunwi.domain.work import Works
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.check_rights import check_rights
from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES, defaults_of
from sunwi.service.schedules.find_schedule import schedule_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleLine:
    """A schedule as it is shown.

    Attributes:
        order: What it submits; None of the daily run, and where a person has set something else elsewhere.
        when: When it is due; of a missing one, when it would be by default.
        next_at: Aware UTC; None when it is not due any more, or nobody can tell.
    """

    name: str
    when: When
    order: JobOrder | None
    state: ScheduleState
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchedules:
    """Show the schedules.

    Attributes:
        hour, minute: KST, of the daily run.
    """

    schedules: Schedules
    works: Works
    clock: Clock
    hour: int
    minute: int

    def list(self, actor: Actor) -> Sequence[ScheduleLine]:
        """Return the daily run, then Sunwi's own, those that are missing too, then others by name.

        Raises:
            Forbidden: The actor does not see schedules.
            Retryable: The scheduler cannot be reached.
        """
        check_rights(actor)
        now = self.clock.now()
        found = {schedule.name: schedule for schedule in self.schedules.list()}
        lines = [self._daily_run(now)]
        expected = {default.name for default in defaults_of(self.works)}
        for default in DEFAULT_SCHEDULES:
            if (schedule := found.pop(default.name, None)) is not None:
                lines.append(line_of(schedule, now=now))
            elif default.name in expected:
                lines.append(
                    ScheduleLine(
                        name=default.name,
                        when=default.when,
                        order=default.order,
                        state=ScheduleState.MISSING,
                        next_at=None,
                    )
                )
        return lines + [line_of(schedule, now=now) for _, schedule in sorted(found.items())]

    def show(self, actor: Actor, name: str) -> ScheduleLine:
        """Return one of them.

        Raises:
            Forbidden: The actor does not see schedules.
            InvalidInput: There is no such schedule.
            Retryable: The scheduler cannot be reached.
        """
        found = next((line for line in self.list(actor) if line.name == name), None)
        if found is None:
            raise schedule_unknown(name)
        return found

    def _daily_run(self, now: datetime) -> ScheduleLine:
        when = Daily(time(self.hour, self.minute))
        (next_at,) = next_times(when, after=now)
        return ScheduleLine(name=DAILY_RUN, when=when, order=None, state=ScheduleState.ACTIVE, next_at=next_at)


def line_of(schedule: JobSchedule, *, now: datetime) -> ScheduleLine:
    """Describe a schedule as it stands."""
    return ScheduleLine(
        name=schedule.name,
        when=schedule.when,
        order=schedule.order,
        state=schedule.state(now=now),
        next_at=next(iter(schedule.next_times(after=now)), None),
    )
