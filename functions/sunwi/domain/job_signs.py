"""What a worker hears of its job when it writes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a job meanwhile.

    Attributes:
        is_mine: It is RUNNING, of the worker's own generation; nothing was written otherwise.
        wants_cancel: Somebody asked to stop it.
    """

    is_mine: bool
    wants_cancel: bool = False
