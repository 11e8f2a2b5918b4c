"""Read points in time as people type them."""

from datetime import datetime

from sunwi.domain.schedule import KST
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput


def parse_moment(text: str) -> datetime:
    """Read an instant; one without a zone is Korean time, one without a time is the day's beginning.

    Returns:
        Aware.

    Raises:
        InvalidInput: It is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            f"{quote(text)} is no point in time: write it as 2026-01-02T03:00 (Korean time) or with a zone",
            code="moment_unreadable",
            typed=text,
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=KST)
