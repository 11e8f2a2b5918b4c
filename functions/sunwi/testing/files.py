"""Workbooks in memory."""

from dataclasses import dataclass, field

from sunwi.errors import InvalidInput
from sunwi.service.ports.spreadsheets import Sheet


@dataclass
class InMemorySpreadsheets:
    """Reads any workbook as the sheet that a test says, or finds it damaged.

    Attributes:
        sheet: What the workbook holds; None makes it damaged.
        asked_for: Names of the sheets that were asked for, in order.
    """

    sheet: Sheet | None = None
    asked_for: list[str] = field(default_factory=list)

    def read(self, data: bytes, *, sheet: str = "") -> Sheet:  # noqa: ARG002 - whatever the bytes are
        """Return the sheet.

        Raises:
            InvalidInput: There is none.
        """
        self.asked_for.append(sheet)
        if self.sheet is None:
            raise InvalidInput("the file is damaged")
        return self.sheet
