"""What a terminal shows of jobs that go on."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from sunwi.bootstrap.works import WORKS
from sunwi.cli.screens.jobs.watch_screen import JobWatchScreen
from sunwi.domain.job import JobState
from sunwi.domain.job_answers import ShownJob
from tests.examples import NIGHT
from tests.unit.cli.jobs_shown import new_job


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What a terminal of 100 columns and 5 lines gets."""
    stream = StringIO()

    def open_terminal(*, is_error: bool = False) -> Console:
        del is_error
        return Console(file=stream, width=100, height=5, force_terminal=True, markup=False, highlight=False)

    monkeypatch.setattr("sunwi.cli.screens.jobs.watch_screen.open_console", open_terminal)
    return stream


def shown(number: int, state: JobState, percent: int, step: str | None = None) -> ShownJob:
    """Return a lookup that is so far."""
    job = replace(new_job(f"00000000-{number:04d}"), state=state, progress=percent, step=step, message="읽는 중")
    return ShownJob(job, (), WORKS.find("lookup"))


def last_line(terminal: StringIO) -> str:
    """Return the bar that stands there at the end, without colours."""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.getvalue().replace("\r", "\n"))
    return [line.rstrip() for line in text.splitlines() if "%" in line][-1]


def test_a_bar_moves_with_its_step_of_all(terminal: StringIO) -> None:
    with JobWatchScreen(is_quiet=False) as screen:
        screen.update(shown(1, JobState.RUNNING, 5, "wait"), now=NIGHT)
        screen.update(shown(1, JobState.RUNNING, 60, "read"), now=NIGHT)
    line = last_line(terminal)
    assert line.startswith("실시간 조회 000-0001 진행 중")
    assert line.endswith(" 60% 2/2 페이지 읽기 읽는 중")
    assert line.count("━") + line.count("╸") > 0


def test_ended_bars_make_room_on_a_small_terminal(terminal: StringIO) -> None:
    with JobWatchScreen(is_quiet=False) as screen:
        for number in range(1, 7):
            state = JobState.SUCCEEDED if number <= 4 else JobState.RUNNING
            screen.update(shown(number, state, 50), now=NIGHT)
        terminal.truncate(0)
        for number in range(1, 7):
            state = JobState.SUCCEEDED if number <= 4 else JobState.RUNNING
            screen.update(shown(number, state, 50), now=NIGHT)
    ended = [line for line in terminal.getvalue().splitlines() if "000-0005" in line or "000-0006" in line]
    assert ended
    assert "000-0001" not in terminal.getvalue()


def test_a_quiet_screen_shows_nothing(terminal: StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    with JobWatchScreen(is_quiet=True) as screen:
        screen.update(shown(1, JobState.RUNNING, 5), now=NIGHT)
    assert (terminal.getvalue(), capsys.readouterr().out) == ("", "")
