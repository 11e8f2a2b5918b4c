"""Wait for something that happens in another process."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

#: Seconds between two looks.
INTERVAL_SECONDS = 0.05


def wait_for(what: str, question: Callable[[], T | None], *, timeout_seconds: float = 30) -> T:
    """Ask until the answer is true, and return it.

    Args:
        what: What is waited for, for the message when it does not come.
        question: Returns something false as long as it is not there yet.
        timeout_seconds: How long to ask.

    Raises:
        TimeoutError: The answer was still false at the end.
    """
    deadline = monotonic() + timeout_seconds
    while not (answer := question()):
        if monotonic() > deadline:
            raise TimeoutError(f"no {what} after {timeout_seconds} s; the last answer was {answer!r}")
        sleep(INTERVAL_SECONDS)
    return answer
