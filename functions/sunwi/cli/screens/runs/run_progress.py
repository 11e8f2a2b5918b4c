"""A run's progress, as it goes on."""

from sunwi.cli.screens.runs.run_status import describe_status
from sunwi.cli.screens.terminal import ProgressScreen, new_progress, open_console
from sunwi.service.runs.show_run import RunProgress


class RunProgressScreen(ProgressScreen):
    """A bar on a terminal; in a file or pipe, a line per tenth of the way."""

    def __init__(self, *, is_quiet: bool) -> None:
        console = open_console()
        self._is_live = console.is_terminal and not is_quiet
        super().__init__(console, new_progress(console, is_live=self._is_live, stays=True))
        self._is_quiet = is_quiet
        self._last_step: tuple[object, int] | None = None
        self._task = self._progress.add_task("배치", total=None)

    def update(self, progress: RunProgress) -> None:
        """Show how far a run is."""
        run, counts = progress.run, progress.counts
        done = counts.expected - counts.left
        description = f"{describe_status(run, counts)}  성공 {counts.succeeded} 실패 {counts.failed}"
        if self._is_live:
            self._progress.update(self._task, description=description, total=counts.expected, completed=done)
            return
        step = (run.status, done * 10 // max(1, counts.expected))
        if not self._is_quiet and step != self._last_step:
            self._last_step = step
            self._console.print(f"{run.id}  {description}  {done}/{counts.expected}")
