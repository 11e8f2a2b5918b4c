"""How urgent a job is."""

import unicodedata
from enum import IntEnum

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput


class Priority(IntEnum):
    """Jobs of a higher one are admitted first; the numbers are stored."""

    CRITICAL = 2
    HIGH = 1
    NORMAL = 0
    LOW = -1


#: What people write, the first of each for messages.
PRIORITY_NAMES = {
    Priority.LOW: ("low", "낮음"),
    Priority.NORMAL: ("normal", "보통"),
    Priority.HIGH: ("high", "높음"),
    Priority.CRITICAL: ("critical", "긴급"),
}

_BY_NAME = {name: priority for priority, names in PRIORITY_NAMES.items() for name in names}


def parse_priority(text: str) -> Priority:
    """Read a priority by its English or Korean name, whatever its case.

    Raises:
        InvalidInput: It is none of them.
    """
    found = _BY_NAME.get(unicodedata.normalize("NFKC", text).strip().casefold())
    if found is None:
        known = [names[0] for names in PRIORITY_NAMES.values()]
        raise InvalidInput(
            f"there is no priority {quote(text)}: use {', '.join(known)}",
            code="priority_unknown",
            priority=text,
            known=known,
        )
    return found
