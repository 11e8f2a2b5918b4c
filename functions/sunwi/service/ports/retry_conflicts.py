"""Do again at once what another transaction was in the way of."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog

from sunwi.errors import StoreConflict

#: How often a transaction is tried in all.
TRIES = 4

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()


def retry_conflicts(job: Callable[P, T]) -> Callable[P, T]:
    """Let a function run again when the database took its transaction back for another's sake.

    For functions only that do nothing to the world before the end of their one transaction.

    Raises:
        StoreConflict: Again and again; the last one.
    """

    @wraps(job)
    def run(*arguments: P.args, **named: P.kwargs) -> T:
        for tried in range(1, TRIES):
            try:
                return job(*arguments, **named)
            except StoreConflict as error:
                log.warning("transaction_repeated", step=job.__name__, tried=tried, error=str(error))
        return job(*arguments, **named)

    return run
