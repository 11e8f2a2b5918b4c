"""Sunwi's own schedules: what every deployment has, until a person changes it.

Source: docs/schedules.md, Sunwi's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import Daily, Weekday, Weekly, When
from sunwi.domain.work import Works


@dataclass(frozen=True, slots=True)
class DefaultSchedule:
    """A schedule as a new deployment gets it.

    Attributes:
        name: Stays the same for good: it is stored with the scheduler, and part of the key of what it submits.
    """

    name: str
    when: When
    order: JobOrder


#: One line for each; `Names` of `Schedules` in template.yaml has its name, too, so that a deployment creates it.
DEFAULT_SCHEDULES = (
    DefaultSchedule("evaluation", Daily(time(0, 0)), JobOrder(work="evaluation", params={})),
    DefaultSchedule("backup", Daily(time(3, 0)), JobOrder(work="backup", params={})),
    DefaultSchedule("cleanup", Daily(time(4, 0)), JobOrder(work="cleanup", params={})),
    DefaultSchedule("archive", Weekly(frozenset({Weekday.SUNDAY}), time(0, 0)), JobOrder(work="archive", params={})),
)


def find_default(name: str) -> DefaultSchedule | None:
    """Return one by its name; None when that is none of Sunwi's own."""
    return next((default for default in DEFAULT_SCHEDULES if default.name == name), None)


def defaults_of(works: Works) -> Sequence[DefaultSchedule]:
    """Return those whose kind of job there is."""
    return [default for default in DEFAULT_SCHEDULES if works.find(default.order.work) is not None]
