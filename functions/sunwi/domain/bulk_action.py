"""Bulk actions (일괄 처리): what they do, how far one is, and what became of each row.

Source: docs/adr/0053-bulk-actions-are-jobs.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sunwi.domain.tracking import TrackingStatus

#: Name of the kind.
BULK_ACTION_WORK = "bulk_action"

#: Rows of one bulk action, at most.
MOST_ROWS = 100_000


class Action(StrEnum):
    """What is done to each row; the codes are stored."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    TAG = "tag"
    UNTAG = "untag"
    #: One run over the active ones.
    MEASURE = "measure"
    #: Failed and expired jobs wait again.
    RETRY = "retry"
    #: What another bulk action has changed, and what is still as it left it.
    UNDO = "undo"


#: What these lead to.
STATUS_OF = {
    Action.PAUSE: TrackingStatus.PAUSED,
    Action.RESUME: TrackingStatus.ACTIVE,
    Action.END: TrackingStatus.ENDED,
}
#: What no later action can take back.
FINAL = (Action.MEASURE, Action.RETRY)

#: One row: `id`, `verdict`, and what it was and is: `before` and `after` of a status, `added` and `removed` tags;
#: `code` of what is not changed.
Row = Mapping[str, Any]


class Verdict(StrEnum):
    """What became of a row; the codes are stored."""

    CHANGED = "changed"
    #: It was so already, or is no longer as the action that is taken back left it.
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def changed(row_id: object, **how: Any) -> Row:  # noqa: ANN401 - JSON
    """Record a row that is another now."""
    return {"id": row_id, "verdict": Verdict.CHANGED.value, **how}


def unchanged(row_id: object, code: str) -> Row:
    """Record a row that needed nothing."""
    return {"id": row_id, "verdict": Verdict.UNCHANGED.value, "code": code}


def refused(row_id: object, code: str) -> Row:
    """Record a row to which that cannot be done; the code is an error's."""
    return {"id": row_id, "verdict": Verdict.REFUSED.value, "code": code}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCheckpoint:
    """How far a bulk action is.

    Attributes:
        items: Key of the file with the rows that it is for, fixed when it began.
        total: Rows of that.
        done: Rows of those that are decided.
        changed: Rows of those that are another now.
        files: Keys of the files with what became of them, in order.
    """

    items: str
    total: int
    done: int = 0
    changed: int = 0
    files: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "BulkCheckpoint":
        """Return what `as_json` wrote."""
        return cls(**{**kept, "files": tuple(kept["files"])})

    def as_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return {**asdict(self), "files": list(self.files)}

    def after(self, rows: Sequence[Row], file: str) -> "BulkCheckpoint":
        """Return how far it is once these rows are decided, which a file says."""
        more = sum(row["verdict"] == Verdict.CHANGED for row in rows)
        return replace(self, done=self.done + len(rows), changed=self.changed + more, files=(*self.files, file))
