"""Follow bytes while they pass: progress, a cancel, and the end of the time."""

from dataclasses import dataclass

from sunwi.errors import Retryable
from sunwi.service.jobs.running_job import RunningJob

#: What of an attempt's time is kept for ending programs, taking back what is half stored, and storing why.
RESERVE_SECONDS = 5

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchBytes:
    """What is called after each piece of a stream.

    Attributes:
        step: Key of the kind's step.
        what: What is being done, in Korean.
        first, last: Percent at its beginning and at its end.
        expected_bytes: About how many there will be; None when nobody knows.
    """

    running: RunningJob
    step: str
    what: str
    first: int
    last: int
    expected_bytes: int | None = None

    def __call__(self, done_bytes: int) -> None:
        """Record how far it is.

        Raises:
            JobCancelled: Somebody asked to stop.
            AttemptLost: It is not this attempt's any more.
            Retryable: The attempt's time is over, or the database cannot be reached.
        """
        running = self.running
        # First of all: what was killed with a cancelled job ends for that reason.
        running.check()
        if running.left_seconds() <= RESERVE_SECONDS:
            megabytes = round(done_bytes / _MEGABYTE)
            raise Retryable(
                f"the attempt's time is over after {megabytes} MB ({self.step})",
                code="backup_out_of_time",
                megabytes=megabytes,
            )
        share = 0.0 if not self.expected_bytes else min(1.0, done_bytes / self.expected_bytes)
        percent = self.first + round((self.last - self.first) * share)
        running.progress(percent, step=self.step, message=f"{self.what} ({done_bytes / _MEGABYTE:.1f} MB)")
