"""What the use cases need of spreadsheet files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that has something in it.

    Attributes:
        number: As the spreadsheet shows it, from 1.
        cells: Texts from column A on; dates and numbers as a person would write them.
        formulas: Positions in `cells` of those that are computed, or show an error: their texts mean nothing.
    """

    number: int
    cells: Sequence[str]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        others: Names of the other sheets that are not hidden.
    """

    name: str
    rows: Sequence[SheetRow]
    others: Sequence[str] = ()

    def fitted_rows(self) -> Iterator[SheetRow]:
        """Yield every row as wide as the first: empty cells are left out, and notes stand beside a table."""
        width = len(self.rows[0].cells) if self.rows else 0
        for row in self.rows:
            yield replace(row, cells=[*row.cells, *[""] * (width - len(row.cells))][:width])


class SpreadsheetReader(Protocol):
    """Reads workbooks."""

    def read(self, data: bytes, *, sheet: str = "") -> Sheet:
        """Read one sheet.

        Args:
            data: The whole file.
            sheet: Its name; none means the first that is not hidden.

        Raises:
            InvalidInput: It is no workbook, is encrypted, of an old form, damaged or too large, or has no such sheet.
        """
        ...
