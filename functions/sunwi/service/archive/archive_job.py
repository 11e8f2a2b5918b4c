"""An attempt of an archive job: how far it is, and how that is stored with what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from sunwi.domain.archive import Position
from sunwi.service.archive.rewrite_part import Commit, Write
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.ports.outside import Transaction

#: Nothing is older.
BEGINNING = Position(datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCheckpoint:
    """Where the next attempt goes on.

    Attributes:
        at: When the job began: what is old is counted from then, whichever attempt goes on; aware UTC.
        step: Table, or `contents`, that is under way; None before the first.
        after: How far that is.
        rows: Rows that have left, by table.
        parts: Files that they are in, by table.
        contents: Contents of readings that have moved.
    """

    at: datetime
    step: str | None = None
    after: Position | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    contents: int = 0

    def as_json(self) -> dict[str, Any]:
        """Write it as JSON."""
        return {
            "at": self.at.isoformat(),
            "step": self.step,
            "after": None if self.after is None else self.after.as_json(),
            "rows": dict(self.rows),
            "parts": dict(self.parts),
            "contents": self.contents,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        after = kept["after"]
        return cls(
            at=datetime.fromisoformat(kept["at"]),
            step=kept["step"],
            after=None if after is None else Position.from_json(after),
            rows=kept["rows"],
            parts=kept["parts"],
            contents=kept["contents"],
        )

    def begun(self, step: str, after: Position) -> Self:
        """Return it at the beginning of a step."""
        return replace(self, step=step, after=after)

    def with_part(self, table: str, rows: int, after: Position) -> Self:
        """Return it behind a part; behind rows of which none could leave without one."""
        if not rows:
            return replace(self, after=after)
        counted = {**self.rows, table: self.rows.get(table, 0) + rows}
        return replace(self, after=after, rows=counted, parts={**self.parts, table: self.parts.get(table, 0) + 1})


@dataclass(slots=True)
class ArchiveJob:
    """A running attempt.

    Attributes:
        checkpoint: As it was stored last.
    """

    running: RunningJob
    checkpoint: ArchiveCheckpoint

    @classmethod
    def begin(cls, running: RunningJob) -> Self:
        """Go on where the attempt before stopped, or begin now."""
        kept = running.job.checkpoint
        checkpoint = ArchiveCheckpoint(at=running.clock.now()) if kept is None else ArchiveCheckpoint.from_json(kept)
        return cls(running, checkpoint)

    def commit(self, write: Write) -> None:
        """Have something written by this attempt, which is as far as it was.

        Raises:
            AttemptPaused: Its time is over; it was written.
            JobCancelled: Somebody asked to stop; it was written.
            AttemptLost: The job is another attempt's by now; nothing was written.
            StoreUnavailable: The database cannot be reached; nothing was written.
        """
        self._save(write, self.checkpoint)

    def committing(self, checkpoint: ArchiveCheckpoint) -> Commit:
        """Return what has something written together with a later checkpoint, and raises as `commit` does."""

        def commit(write: Write) -> None:
            self._save(write, checkpoint)
            self.checkpoint = checkpoint

        return commit

    def _save(self, write: Write, checkpoint: ArchiveCheckpoint) -> None:
        def rows(tx: Transaction) -> Mapping[str, Any]:
            write(tx)
            return checkpoint.as_json()

        self.running.save_rows(rows)
