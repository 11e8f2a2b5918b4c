"""Parts of a channel as bodies have them."""

from datetime import time
from typing import Annotated

from pydantic import Field, StringConstraints

from sunwi.web.asked.fields import Asked

#: A minute of the Korean day.
Minute = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(Asked):
    """When nothing that can wait is sent, in Korean time; the end may be on the next day."""

    start: Minute = Field(alias="from")
    until: Minute

    @property
    def pair(self) -> tuple[time, time]:
        """Beginning and end."""
        return time.fromisoformat(self.start), time.fromisoformat(self.until)
