"""Follow jobs until they have ended."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.screens.jobs.watch_screen import JobWatchScreen
from sunwi.domain.job import Job
from sunwi.domain.job_answers import ShownJob
from sunwi.errors import Retryable

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Pause between two readings of a job.
POLL_SECONDS = 1.0

#: The tender ends what is overdue each minute; a job that is open so long after its `expires_at` stays open.
_GRACE = timedelta(minutes=10)


def follow_jobs(
    container: "CommandContainer", job_ids: Sequence[str], screen: JobWatchScreen, *, sleep: Callable[[float], None]
) -> list[ShownJob]:
    """Show jobs on a screen until all have ended, and return them then, in the same order.

    Args:
        container: Of this command.
        job_ids: Each once.
        screen: Not yet entered.
        sleep: Waits some seconds.

    Raises:
        InvalidInput: There is no such job.
        Retryable: A job is long overdue and nobody ends it.
    """
    actor, clock = actor_of_cli(), container.adapters.clock
    latest: dict[str, ShownJob] = {}
    with screen:
        while True:
            for job_id in job_ids:
                if job_id not in latest or not latest[job_id].job.state.is_ended:
                    latest[job_id] = container.jobs.show_job.show(actor, job_id)
                    screen.update(latest[job_id], now=clock.now())
            opened = [shown.job for shown in latest.values() if not shown.job.state.is_ended]
            if not opened:
                return [latest[job_id] for job_id in job_ids]
            for job in opened:
                if clock.now() > job.expires_at + _GRACE:
                    raise _nobody_ends(job)
            sleep(POLL_SECONDS)


def _nobody_ends(job: Job) -> Retryable:
    return Retryable(
        f"job {job.id} was due by {job.expires_at.isoformat()} and is still open, so nobody ends it: "
        "look at the tender's log",
        code="job_not_watched",
        job_id=job.id,
    )
