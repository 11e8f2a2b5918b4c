"""What a list of runs, or of a run's tasks, is asked for."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sunwi.domain.failure import FailureCause
from sunwi.domain.run import Run, TaskState
from sunwi.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RunPosition:
    """The run behind which a page begins.

    Attributes:
        started_at: Aware UTC.
        run_id: What follows where several started at once.
    """

    started_at: datetime
    run_id: str

    @classmethod
    def of(cls, run: Run) -> "RunPosition":
        """Return where a run stands."""
        return cls(run.started_at, run.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    """One page of a run's tasks.

    Attributes:
        states: Empty lets everything through.
        causes: Of their failure; empty lets everything through.
        limit: Tasks at most, from 1.
        after: Tracking behind which the page begins; 0 is the top.
    """

    run_id: str
    states: Sequence[TaskState] = ()
    causes: Sequence[FailureCause] = ()
    limit: int
    after: int = 0


def write_run_cursor(position: RunPosition) -> str:
    """Write a position as a word that fits an address; only `read_run_cursor` knows what is in it."""
    parts = [position.started_at.isoformat(), position.run_id]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_run_cursor(cursor: str) -> RunPosition:
    """Read what `write_run_cursor` wrote.

    Raises:
        InvalidInput: It is no such word.
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        started_at, run_id = json.loads(data)
        return RunPosition(_instant(started_at), _word(run_id))
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise InvalidInput(
            "the cursor belongs to no list in this order: repeat the options of the list that it was printed by",
            code="cursor_unusable",
        ) from None


def _instant(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return at.astimezone(UTC)


def _word(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value
