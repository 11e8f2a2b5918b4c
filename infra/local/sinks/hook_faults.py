"""What a hook can do instead of taking a message."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class HookFault:
    """What the next requests of a host meet.

    Attributes:
        status: Answered.
        body: Answered with it.
        headers: Answered with it, as Retry-After.
        way: `hang` answers nothing until the sink stops, `cut` closes the connection in place of an answer.
        times: How many requests meet it; None for all that follow.
        takes: The request is kept as taken all the same: the answer alone is lost.
    """

    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    way: Literal["answer", "hang", "cut"] = "answer"
    times: int | None = 1
    takes: bool = False
