"""How urgent a job is."""

from enum import IntEnum


class Priority(IntEnum):
    """Jobs of a higher one are admitted first; the numbers are stored."""

    CRITICAL = 2
    HIGH = 1
    NORMAL = 0
    LOW = -1
