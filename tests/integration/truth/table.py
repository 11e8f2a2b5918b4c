"""What Sunwi said of every row of the table of truth, beside what is right."""

import sys
import unicodedata
from dataclasses import dataclass, field

from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from tests.integration.truth.right_answers import Row

_HEADINGS = ("shape or fault", "surface/device", "kind", "must", "right", "Sunwi said", "")


@dataclass
class Said:
    """The answers to one row; `wrong` says what is the matter with them, if anything is."""

    target: str = ""
    is_measured: bool = False
    is_false: bool = False
    wrong: str = ""


@dataclass
class Table:
    """Row → what was said of it, in the order in which it was asked."""

    said: dict[Row, Said] = field(default_factory=dict)

    @property
    def measured(self) -> tuple[int, int]:
        """How many of the rows that must be measured were, and how many there are."""
        must = [said for row, said in self.said.items() if row.must]
        return sum(said.is_measured for said in must), len(must)

    def show(self) -> None:
        if not self.said:
            return
        lines = [_HEADINGS, *(_line(row, said) for row, said in self.said.items())]
        widths = [max(_width(line[column]) for line in lines) for column in range(len(_HEADINGS))]
        texts = ["  ".join(_padded(*cell) for cell in zip(line, widths, strict=True)).rstrip() for line in lines]
        (measured, must), false = self.measured, sum(said.is_false for said in self.said.values())
        share = f"{100 * measured / must:.1f} %" if must else "none to measure"
        texts += [f"{measured} of {must} rows that must be measured are: {share}", f"{false} false answers", ""]
        sys.stdout.write("\n".join(["", *texts]))
        sys.stdout.flush()


def name_outcome(outcome: Exposed | NotExposed | NotMeasured) -> str:
    match outcome:
        case Exposed(area=area, rank=rank):
            return f"{area} {rank}"
        case NotExposed(depth=depth):
            return f"not exposed, {depth} read"
        case NotMeasured(verdict=verdict, reason=reason):
            return f"not measured: {'unreachable' if reason == 'unreachable' else verdict}"


def _line(row: Row, said: Said) -> tuple[str, ...]:
    must = "yes" if row.must else "no"
    right = row.right if row.target else "not exposed"
    return (str(row), row.where, row.what, must, right, said.target, f"RED: {said.wrong}" if said.wrong else "ok")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
