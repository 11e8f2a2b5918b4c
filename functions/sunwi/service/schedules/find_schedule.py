"""Find a schedule that there must be."""

from sunwi.domain.job_schedule import JobSchedule, check_schedule_name
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.schedules import Schedules


def require_schedule(schedules: Schedules, name: str) -> JobSchedule:
    """Return a schedule.

    Raises:
        InvalidInput: There is none of that name, or it is the daily run.
        Retryable: The scheduler cannot be reached.
    """
    check_schedule_name(name)
    found = schedules.find(name)
    if found is None:
        raise schedule_unknown(name)
    return found


def schedule_unknown(name: str) -> InvalidInput:
    """Return what is said of a name that no schedule has."""
    return InvalidInput(f"there is no schedule {quote(name)}", code="schedule_unknown", name=name)
