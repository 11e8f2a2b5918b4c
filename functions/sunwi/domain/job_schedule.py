"""A schedule: what is submitted again and again, and whether it still is.

Source: docs/schedules.md.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import Once, When, next_times
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

#: Name of the daily run where schedules are listed; it is a rule of the deployment, and no schedule.
DAILY_RUN = "daily-run"

#: What the scheduler puts in place of this is the time that a schedule was due at.
DUE_WORD = "<aws.scheduler.scheduled-time>"

#: Letters, digits and `-_.` are what the scheduler takes. Source: docs/aws.md, schedules.
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")

#: Just before an instant, so that the instant itself is after it.
_MOMENT = timedelta(microseconds=1)


class ScheduleState(StrEnum):
    """Where a schedule stands; the codes are printed for programs."""

    ACTIVE = "active"
    PAUSED = "paused"
    #: It was to come once, or until a day, and has.
    OVER = "over"
    #: Sunwi's own, and not there.
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSchedule:
    """A schedule as it is kept; times are aware UTC.

    Attributes:
        order: What it submits; None where it does something else, set by a person elsewhere.
        not_before: It is not due before that; None is at once.
        until: It is not due after that; None is for good.
        changed_at: When somebody changed it last: paused it, for instance. None where nobody knows.
    """

    name: str
    when: When
    order: JobOrder | None
    is_paused: bool = False
    not_before: datetime | None = None
    until: datetime | None = None
    changed_at: datetime | None = None

    def next_times(self, *, after: datetime, count: int = 1) -> Sequence[datetime]:
        """Return when it is due next, in order; none while it is paused, or when nobody can tell.

        Args:
            after: Aware.
            count: So many at most.
        """
        if self.is_paused:
            return []
        begins = after if self.not_before is None else max(after, self.not_before - _MOMENT)
        found = next_times(self.when, after=begins, count=count)
        return [at for at in found if self.until is None or at <= self.until]

    def state(self, *, now: datetime) -> ScheduleState:
        """Return where it stands."""
        if self.is_paused:
            return ScheduleState.PAUSED
        return ScheduleState.OVER if self.is_over(now=now) else ScheduleState.ACTIVE

    def is_over(self, *, now: datetime) -> bool:
        """Return whether it will not be due any more; one that nobody can read is not said to be."""
        if self.until is not None and self.until <= now:
            return True
        return isinstance(self.when, Once) and self.when.at <= now


@dataclass(frozen=True, slots=True)
class ScheduleFault:
    """One of Sunwi's own schedules that submits nothing.

    Attributes:
        since: When it was changed last, aware; None where nobody knows.
    """

    name: str
    state: ScheduleState
    since: datetime | None = None


def find_faults(wanted: Collection[str], found: Mapping[str, JobSchedule], *, now: datetime) -> Sequence[ScheduleFault]:
    """Find what is missing, paused, or over, in the order of the wanted names.

    Args:
        wanted: Names of the schedules that there should be.
        found: By name.
        now: Aware.
    """
    faults = []
    for name in wanted:
        schedule = found.get(name)
        if schedule is None:
            faults.append(ScheduleFault(name, ScheduleState.MISSING))
        elif (state := schedule.state(now=now)) is not ScheduleState.ACTIVE:
            faults.append(ScheduleFault(name, state, schedule.changed_at))
    return faults


def check_schedule_name(name: str) -> None:
    """Refuse a name that the scheduler would not take, and that of the daily run.

    Raises:
        InvalidInput: It is one of these.
    """
    if name == DAILY_RUN:
        raise InvalidInput(
            "the daily run is a rule of the deployment: deploy other values of CrawlScheduleHour and "
            "CrawlScheduleMinute to move it",
            code="schedule_of_deployment",
            name=name,
        )
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{quote(name)} cannot name a schedule: use up to 64 letters from a to z, digits, and - _ .",
            code="schedule_name_unusable",
            name=name,
        )
