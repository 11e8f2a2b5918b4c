"""Count what a fault has cost, from the database and the queues."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from infra.local.stack import wait_for
from sunwi.adapters.sql.tables import AttemptRow, RankHistoryRow, TaskRow, TrackingRow
from sunwi.domain.run import TERMINAL_STATES, TaskState
from tests.chaos.night import Night
from tests.stack.daily_run import SUMMARY_COUNTS

HEADER = ("injected", "what happened", "lost", "doubled", "false", "balanced", "recovered")
_PAGE = """# What each fault has cost

`make chaos` injects every fault into the real parts (queues, database, browser, state machine) and counts from the
database and the queues what it has cost. `make chaos TABLE=docs/faults.md` writes this page; `ARGS='-k redrive'` runs a
part of it.

Last run on commit {commit}: {number} faults.

- **lost**: tasks without an end, and failed ones without a dead letter.
- **doubled**: ledger rows, late rows and session steps too many.
- **false**: ledger rows that say something else than the page, or anything of a page that could not be read.
- **balanced**: `expected = succeeded + failed + cancelled + expired`.
- **recovered**: from the end of the fault to the first look after it that measured.

Of jobs, counted from tables, files and executions alone:

- **lost**: jobs that are gone, or neither ended nor wait; effects (rows, files, runs) missing of a job that succeeded.
- **doubled**: effects done twice, attempts beside each other, attempts used up that no kill explains.
- **false**: results, checkpoints and ends that say something else than the effects.
- **balanced**: every job has ended or waits, and no slot is held by one whose execution does not run.
- **recovered**: from the end of the fault, and after the minutes that were put back, to the last job's end.

Of the archive, counted from tables, manifests and files:

- **lost**: rows and contents of before that are neither in the database nor in a file that a manifest names.
- **doubled**: rows in two places, and files that no manifest names.
- **false**: files that their manifest's SHA-256 does not prove, and anything that is billed and says something else.
- **balanced**: the job has succeeded, and every part of the index is settled.

{table}
"""

#: Exposed days after which a session is full.
FULL_SESSION = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one fault has cost.

    Attributes:
        lost: Tasks without an end, and failed ones without a dead letter.
        doubled: Ledger rows, late rows and session steps too many.
        false: Ledger rows that say something else than the page, or anything of a page that could not be read.
        recovery_seconds: From the end of the fault to the first look after it that measured; None if none had to.
    """

    fault: str
    happened: str
    lost: int
    doubled: int
    false: int
    is_balanced: bool
    recovery_seconds: float | None

    @property
    def is_clean(self) -> bool:
        """Whether the fault cost nothing."""
        return (self.lost, self.doubled, self.false, self.is_balanced) == (0, 0, 0, True)

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        recovered = "-" if self.recovery_seconds is None else f"{self.recovery_seconds:.1f} s"
        counts = (str(self.lost), str(self.doubled), str(self.false))
        return (self.fault, self.happened, *counts, "yes" if self.is_balanced else "NO", recovered)


def audit(
    night: Night, run_id: str, fault: str, *, healed_at: datetime | None = None, timeout_seconds: float = 120
) -> Row:
    """Close the books of a run that has ended.

    Args:
        fault: What was injected.
        healed_at: Aware UTC, when it was over; None leaves the time to recover out.
        timeout_seconds: How long the run may take to close.
    """
    summary = night.daily.wait_until_closed(run_id, timeout_seconds)
    counts = {name: summary[name] for name in SUMMARY_COUNTS}
    return Row(
        fault=fault,
        happened=", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing to do",
        lost=_unfinished(night, run_id) + _without_dead_letter(night, run_id),
        doubled=_doubled(night),
        false=_false(night),
        is_balanced=summary["expected"] == sum(counts.values()) == _tasks(night, run_id),
        recovery_seconds=None if healed_at is None else _recovery(night, healed_at),
    )


def print_matrix(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Lay the cells of rows out as a table."""
    table = [HEADER, *rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADER))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]


def write_table(file: Path, rows: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """Write the rows, each with the test that it is from, as a page of the documentation.

    Args:
        file: It is replaced.
        rows: Node id of the test, and the row's cells.
    """
    commit = subprocess.run(["git", "log", "-1", "--format=%h of %cs"], capture_output=True, text=True, check=True)  # noqa: S607 - git is wherever the system has it
    table = [(*HEADER, "test"), ("---",) * (len(HEADER) + 1)]
    table += [(*cells, f"`{test.removeprefix('tests/chaos/')}`") for test, cells in rows]
    lines = ["| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in table]
    file.write_text(
        _PAGE.format(commit=commit.stdout.strip(), number=len(rows), table="\n".join(lines)), encoding="utf-8"
    )


def dead_letters(night: Night) -> set[int]:
    """Return the trackings that have had a dead letter; each letter is hidden for two seconds by being looked at."""
    sqs, url = night.daily.stack.client("sqs"), night.daily.outputs.crawl_dead_letter_queue_url
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=2).get("Messages"):
        for message in messages:
            try:
                night.dead_letters.add(json.loads(message["Body"])["tracking_id"])
            except (ValueError, KeyError):
                continue
    return night.dead_letters


def _tasks(night: Night, run_id: str) -> int:
    with night.daily.engine.connect() as connection:
        return connection.execute(select(func.count()).where(TaskRow.run_id == run_id)).scalar_one()


def _unfinished(night: Night, run_id: str) -> int:
    ended = [state.value for state in TERMINAL_STATES]
    with night.daily.engine.connect() as connection:
        is_open = (TaskRow.run_id == run_id, TaskRow.state.not_in(ended))
        return connection.execute(select(func.count()).where(*is_open)).scalar_one()


def _without_dead_letter(night: Night, run_id: str) -> int:
    """Count failed tasks that nobody could redrive: neither dead letter nor late measurement."""
    failed = select(TaskRow.tracking_id).where(
        TaskRow.run_id == run_id, TaskRow.state == TaskState.FAILED.value, TaskRow.late_date.is_(None)
    )

    def missing() -> set[int]:
        with night.daily.engine.connect() as connection:
            wanted = set(connection.execute(failed).scalars())
        return wanted - dead_letters(night) if wanted else set()

    try:
        wait_for("dead letters", lambda: not missing(), timeout_seconds=30)
    except TimeoutError:
        return len(missing())
    return 0


def _doubled(night: Night) -> int:
    """Count ledger rows beside another of their tracking and day, and sessions that did not follow from the rows."""
    row = RankHistoryRow
    counted = (row.tracking_id == TrackingRow.id, row.rank.is_not(None), row.counts)
    exposed = select(func.count()).where(*counted).scalar_subquery()
    with night.daily.engine.connect() as connection:
        days = connection.execute(select(row.tracking_id, row.date)).all()
        sessions = connection.execute(select(TrackingRow.current_session, exposed)).all()
    wrong = [session for session, exposed_days in sessions if session != 1 + exposed_days // FULL_SESSION]
    return len(days) - len(set(days)) + len(wrong)


def _false(night: Night) -> int:
    """Compare each ledger row with what the page shows, as its generator knows it."""
    with night.daily.engine.connect() as connection:
        rows = connection.execute(select(RankHistoryRow.tracking_id, RankHistoryRow.rank)).all()
    return sum(
        tracking_id in night.unreadable or rank != night.ranks[tracking_id]
        for tracking_id, rank in rows
        if tracking_id in night.ranks
    )


def _recovery(night: Night, healed_at: datetime) -> float | None:
    measured = select(func.min(AttemptRow.finished_at)).where(
        AttemptRow.finished_at >= healed_at, AttemptRow.cause.is_(None)
    )
    with night.daily.engine.connect() as connection:
        first = connection.execute(measured).scalar_one()
    return None if first is None else (first - healed_at).total_seconds()
