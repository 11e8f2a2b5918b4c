"""What every fault leads to on every surface, as a table."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured

WIDTH = 18


@dataclass
class Cell:
    """Outcomes of all targets that were looked up under one fault on one surface.

    Args:
        seen: What sort of page it was: a verdict, or `unreachable`.
        outcomes: How many of each class of outcome; those that are wrong are no others.
        false: One line for each outcome that is not true.
    """

    seen: str = ""
    outcomes: Counter[type] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        exposed, absent = self.outcomes[Exposed], self.outcomes[NotExposed]
        unmeasured = f" -{self.outcomes[NotMeasured]}" if self.outcomes[NotMeasured] else ""
        shown = f"{exposed}+{absent}{unmeasured}" if exposed or absent else self.seen
        return f"{shown} FALSE:{len(self.false)}" if self.false else shown


@dataclass
class Matrix:
    """Fault and column → cell, in the order in which they were filled."""

    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def show(self) -> None:
        rows = list(dict.fromkeys(row for row, _ in self.cells))
        columns = list(dict.fromkeys(column for _, column in self.cells))
        lines = ["", " " * 18 + "".join(column.ljust(WIDTH) for column in columns)]
        for row in rows:
            texts = (str(self.cells[row, column]) if (row, column) in self.cells else "" for column in columns)
            lines.append(row.ljust(18) + "".join(text.ljust(WIDTH) for text in texts))
        looked_up = sum(cell.outcomes.total() for cell in self.cells.values())
        false = sum(len(cell.false) for cell in self.cells.values())
        lines += [
            "a+b -c: a targets exposed at their true rank, b not exposed, c not measured; else why nothing is measured",
            f"{looked_up} targets looked up, {false} false outcomes",
            "",
        ]
        sys.stdout.write("\n".join(lines))
        sys.stdout.flush()
