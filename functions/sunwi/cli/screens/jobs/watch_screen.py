"""Jobs as they go on: a moving bar for each."""

from datetime import datetime

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from sunwi.cli.screens.terminal import ProgressScreen, open_console
from sunwi.domain.job import Job
from sunwi.domain.job_answers import ShownJob
from sunwi.wording.jobs.job_words import state_words, work_words
from sunwi.wording.jobs.step_words import step_words
from sunwi.wording.plain_text import plain

#: Letters of an id that tell jobs of one minute apart.
_SHORT_ID = 8
#: Lines of a terminal that are left to the prompt.
_SPARE_LINES = 2


class JobWatchScreen(ProgressScreen):
    """Bars on a terminal; in a file or pipe, a line whenever a state, a step or a tenth is reached.

    Args:
        is_quiet: Show nothing.
        is_error: Draw on standard error, since standard output belongs to a result.
    """

    def __init__(self, *, is_quiet: bool, is_error: bool = False) -> None:
        console = open_console(is_error=is_error)
        self._is_live = console.is_terminal and not is_quiet
        self._is_quiet = is_quiet
        self._bars: dict[str, TaskID] = {}
        self._last: dict[str, tuple[str, str, int]] = {}
        self._ended: set[str] = set()
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f}%", markup=False),
            TextColumn("{task.fields[step]}", markup=False),
        )
        super().__init__(console, Progress(*columns, console=console, disable=not self._is_live, transient=is_error))

    def update(self, shown: ShownJob, *, now: datetime) -> None:
        """Show how far a job is."""
        job = shown.job
        step = step_words(job, shown.work)
        state = state_words(job, now=now)
        if self._is_live:
            self._draw(job, state, step)
            return
        seen = (state, step, job.progress // 10)
        if not self._is_quiet and self._last.get(job.id) != seen:
            self._last[job.id] = seen
            self._console.print(plain(f"{job.id}  {work_words(job.work)} {state}  {job.progress}%  {step}".rstrip()))

    def _draw(self, job: Job, state: str, step: str) -> None:
        """Move a job's bar; those of ended jobs go where there are more than the screen has lines."""
        if job.state.is_ended:
            self._ended.add(job.id)
        if job.id not in self._bars:
            self._bars[job.id] = self._progress.add_task("", total=100, step="")
        said = f" {job.message}" if job.message and not job.state.is_ended else ""
        fits = len(self._bars) <= max(1, self._console.height - _SPARE_LINES)
        self._progress.update(
            self._bars[job.id],
            description=plain(f"{work_words(job.work)} {job.id[-_SHORT_ID:]} {state}"),
            completed=job.progress,
            step=plain(step + said),
            visible=fits or job.id not in self._ended,
        )
