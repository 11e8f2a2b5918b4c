"""When the watchdog checks by itself, of the hours in which it is woken."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sunwi.domain.watch import CHECK_MARGIN, planned_start, watched_day

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTimes:
    """The two checks after each daily run; the second sees what became of a run that the first one started.

    Attributes:
        hour, minute: KST, of the daily schedule.
        batch_timeout: How long a run may take.

    Source: docs/adr/0041-the-watchdog-and-the-migrator-decide.md.
    """

    hour: int
    minute: int
    batch_timeout: timedelta

    @property
    def gap(self) -> timedelta:
        """Time from the start of a run to the first check, and from that to the second: whole hours, 1 to 5.

        The batch timeout and `CHECK_MARGIN`, rounded up.
        """
        return -(-(self.batch_timeout + CHECK_MARGIN) // _HOUR) * _HOUR

    def is_due(self, at: datetime) -> bool:
        """Return whether the hour that begins at an aware instant is one of a check.

        Whoever is woken once an hour, at whatever minute, checks exactly twice after each run.
        """
        start = planned_start(watched_day(at, hour=self.hour, minute=self.minute), hour=self.hour, minute=self.minute)
        return (at - start) // _HOUR * _HOUR in (self.gap, 2 * self.gap)

    def next_check(self, at: datetime) -> datetime:
        """Compute when the first check after an aware instant is due, in aware UTC."""
        day = watched_day(at, hour=self.hour, minute=self.minute)
        starts = (
            planned_start(start_day, hour=self.hour, minute=self.minute) for start_day in (day, day + timedelta(days=1))
        )
        checks = [start + number * self.gap for start in starts for number in (1, 2)]
        return min(check for check in checks if check > at).astimezone(UTC)
