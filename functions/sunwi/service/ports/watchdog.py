"""What the watchdog needs of the world, as Protocols."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.alarm import Alarm
from sunwi.domain.run import Run
from sunwi.domain.watch import Affected, Problem, Repair
from sunwi.domain.watch_finding import WatchFinding


class Watch(Protocol):
    """Stored facts that only the watchdog asks for, and what it found."""

    def count_awaited(self, before: datetime) -> int:
        """Count the trackings that are active since before an aware instant."""
        ...

    def without_task(self, run: Run) -> Affected:
        """Find trackings, active since before the run, with neither a task of it nor a ledger row of its date."""
        ...

    def without_row(self, run: Run) -> Affected:
        """Find a scheduled run's tasks that succeeded, without a ledger row of the run's date."""
        ...

    def expired(self, run: Run) -> Affected:
        """Find a run's expired tasks, without a ledger row of the run's date."""
        ...

    def failed(self, run: Run) -> Affected:
        """Find a run's failed tasks, without a ledger row of the run's date."""
        ...

    def open_runs(self, limit: int) -> Sequence[Run]:
        """Return the latest runs that are not closed, newest first."""
        ...

    def unevaluated(self, run_ids: Collection[str], *, closed_before: datetime) -> Sequence[str]:
        """Return those runs, by their close, that closed before an aware instant and were not evaluated since.

        What counts is an evaluation that succeeded and was submitted with the close or after it, whatever its night: it
        judges all nights before.
        """
        ...

    def stuck(self, since: datetime) -> Affected:
        """Find RUNNING tasks of open runs whose last attempt began before an aware instant."""
        ...

    def oldest_queued(self) -> Mapping[str, datetime]:
        """Return when the longest queued message of each crawl queue was sent, by `QueueName`; of open runs."""
        ...

    def open_findings(self) -> Sequence[WatchFinding]:
        """Return what was seen and is not resolved, oldest first."""
        ...

    def record(self, problems: Sequence[Problem], *, repairs: Mapping[str, str], at: datetime) -> None:
        """Store that problems were seen: new ones, or once more.

        Args:
            problems: Each key once.
            repairs: What was done, by the problem's key.
            at: Aware.
        """
        ...

    def resolve(self, keys: Collection[str], *, at: datetime) -> None:
        """Record that problems are gone."""
        ...

    def lock_unalarmed(self) -> Sequence[WatchFinding]:
        """Return, locked, what was never raised or has grown since; what is gone only if it was repaired."""
        ...

    def mark_alarmed(self, finding: WatchFinding, *, at: datetime) -> None:
        """Record that a finding was raised with the extent that it has."""
        ...


class MessageCounts(Protocol):
    """Queues that should be empty."""

    def counted(self) -> Mapping[str, int | None]:
        """Return the number of messages by queue, those in flight included; None where a queue cannot be asked."""
        ...


class AlarmChannel(Protocol):
    """Where alarms go."""

    def raise_alarm(self, alarm: Alarm) -> None:
        """Notify whoever listens.

        Raises:
            Retryable: Nobody could be told.
        """
        ...


class WatchWords(Protocol):
    """Puts in words what the watchdog found and did; stored, sent and shown as they are."""

    def alarm_of(self, problem: Problem, *, repair: str | None = None) -> Alarm:
        """Describe a problem, and what to do about it unless something was done.

        Args:
            problem: Any.
            repair: What was done about it, in words.
        """
        ...

    def advice_of(self, problem: Problem) -> str:
        """Say what to do about a problem."""
        ...

    def repair_of(self, repair: Repair) -> str:
        """Describe what was done about a problem, or tried in vain."""
        ...
