"""How text reaches a terminal, a file or a pipe."""

import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sunwi.observability import dump_json
from sunwi.wording.plain_text import plain

#: Columns of a file or pipe, which has no width of its own, unless COLUMNS says otherwise.
_WIDTH_WITHOUT_TERMINAL = 160

#: Columns of a terminal that tables are made for, and what one of their columns keeps there: three Korean letters.
_USUAL_WIDTH = 80
_LEAST_COLUMN_WIDTH = 6


def open_console(*, is_error: bool = False) -> Console:
    """Build a console of the stream as it is now; texts are never read as markup."""
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() else _width_asked_for() or _WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=width is not None)


def _width_asked_for() -> int | None:
    """Read COLUMNS, where it is a number."""
    columns = os.environ.get("COLUMNS", "")
    return int(columns) or None if columns.isdecimal() else None


def new_table(*headings: str, title: str | None = None) -> Table:
    """Build a table; columns whose heading ends in `*` give way where the terminal is narrow."""
    built = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, collapse_padding=True)
    least = _LEAST_COLUMN_WIDTH if open_console().width >= _USUAL_WIDTH else None
    for heading in headings:
        gives_way = heading.endswith("*")
        width = least if gives_way else None
        built.add_column(heading.rstrip("*"), overflow="fold", no_wrap=not gives_way, min_width=width)
    return built


def table_of(headings: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None) -> Table:
    """Build a table with its rows; columns whose heading ends in `?` are left out where every cell is `-` or 0."""
    kept = [
        number
        for number, heading in enumerate(headings)
        if not heading.endswith("?") or any(row[number] not in {"-", 0} for row in rows)
    ]
    table = new_table(*(headings[number].rstrip("?") for number in kept), title=title)
    for row in rows:
        add_row(table, *(row[number] for number in kept))
    return table


def add_row(rows: Table, *cells: object) -> None:
    """Add a row of plain text."""
    rows.add_row(*(plain(str(cell)) for cell in cells))


def new_progress(console: Console, *, is_live: bool, stays: bool) -> Progress:
    """Build a bar with its counts and time.

    Args:
        console: To draw on.
        is_live: It is drawn at all.
        stays: It is left on the screen at its end.
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not is_live, transient=not stays)


class ProgressScreen:
    """Bars that are drawn as long as its block runs.

    Args:
        console: To draw on.
        progress: The bars.
    """

    def __init__(self, console: Console, progress: Progress) -> None:
        self._console, self._progress = console, progress

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class CountScreen(ProgressScreen):
    """How far something long is, on standard error: a bar on a terminal, else a line per tenth of the way."""

    def __init__(self, what: str) -> None:
        console = open_console(is_error=True)
        super().__init__(console, new_progress(console, is_live=console.is_terminal, stays=False))
        self._what = what
        self._last_tenth = -1
        self._task = self._progress.add_task(what, total=None)

    def update(self, done: int, total: int) -> None:
        """Show how far it is."""
        self._progress.update(self._task, completed=done, total=total)
        tenth = done * 10 // max(1, total)
        if not self._console.is_terminal and tenth != self._last_tenth:
            self._last_tenth = tenth
            self.say(f"{self._what}  {done}/{total}")

    def say(self, text: str) -> None:
        """Print a line beside it."""
        self._console.print(plain(text))


def show_json(document: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(dump_json(document, sys.stdout, indent=2) + "\n")


def show_warning(warning: str | None) -> None:
    """Print what somebody should know, to standard error."""
    if warning:
        open_console(is_error=True).print(f"주의: {plain(warning)}")
