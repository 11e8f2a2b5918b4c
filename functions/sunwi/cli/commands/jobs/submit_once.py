"""Submit so that a commit whose answer was lost on its way does not make two jobs of one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from uuid import uuid4

from sunwi.domain.job_answers import BulkAnswer, Submitted
from sunwi.errors import StoreUnavailable

Answer = TypeVar("Answer", Submitted, BulkAnswer)


def submit_once(submit: Callable[[str], Answer], *, key: str | None) -> Answer:
    """Submit under one key, and once more if the database goes away meanwhile: nobody knows then what it has stored.

    Args:
        submit: Submits under an idempotency key.
        key: As it was typed; None takes one of this command's own.

    Returns:
        The answer; under a key of the command's own it is never a repeat.

    Raises:
        StoreUnavailable: The database is still away.
    """
    used = f"cli:{uuid4()}" if key is None else key
    try:
        answer = submit(used)
    except StoreUnavailable:
        answer = submit(used)
    return replace(answer, is_repeat=False) if key is None else answer
