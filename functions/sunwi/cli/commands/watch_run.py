"""Follow a run until it is closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from sunwi.cli.screens.runs.run_progress import RunProgressScreen
from sunwi.domain.run import Run
from sunwi.errors import Retryable

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

#: Pause between two readings of its progress.
POLL_SECONDS = 1.0

#: The state machine checks at least every 300 s; a run that is open this long after its deadline stays open.
_GRACE = timedelta(minutes=10)


def watch_run(container: "CommandContainer", run_id: str, *, is_quiet: bool, sleep: Callable[[float], None]) -> Run:
    """Show a run's progress until it is closed, and return it then.

    Args:
        container: Of this command.
        run_id: Of the run.
        is_quiet: Show nothing.
        sleep: Waits some seconds.

    Raises:
        InvalidInput: No such run.
        Retryable: The run is long past its deadline and nobody closes it.
    """
    with RunProgressScreen(is_quiet=is_quiet) as screen:
        while True:
            progress = container.runs.show_run.progress(run_id)
            screen.update(progress)
            run = progress.run
            if run.closed_at is not None:
                return run
            if container.adapters.clock.now() > run.deadline + _GRACE:
                raise Retryable(
                    f"run {run_id} was due by {run.deadline.isoformat()} and is still open, so nobody watches it: "
                    "look at its execution in the state machine (sunwi doctor checks whether it can be reached)",
                    code="run_not_watched",
                    run_id=run_id,
                )
            sleep(POLL_SECONDS)
