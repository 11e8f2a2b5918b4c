"""How text reaches a terminal, a file or a pipe."""

import sys
import unicodedata
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

#: Columns of a file or pipe, which has no width of its own.
_WIDTH_WITHOUT_TERMINAL = 160


def open_console(*, is_error: bool = False) -> Console:
    """Build a console of the stream as it is now; texts are never read as markup."""
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=width is not None)


def new_table(*headings: str, title: str | None = None) -> Table:
    """Build a table; columns whose heading ends in `*` give way where the terminal is narrow."""
    built = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, collapse_padding=True)
    for heading in headings:
        built.add_column(heading.rstrip("*"), overflow="fold", no_wrap=not heading.endswith("*"))
    return built


def add_row(rows: Table, *cells: object) -> None:
    """Add a row of plain text."""
    rows.add_row(*(plain(str(cell)) for cell in cells))


def plain(text: str) -> str:
    """Take out what a terminal would obey instead of show."""
    return "".join(_shown(text))


def _shown(text: str) -> Iterable[str]:
    for character in text:
        if character == "\n":
            yield " "
        elif unicodedata.category(character) not in {"Cc", "Cf", "Cs"}:
            yield character
