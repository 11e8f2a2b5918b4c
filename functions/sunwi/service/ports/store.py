"""What the use cases need of the database's tables, as Protocols; a `Transaction` of `ports.py` has one of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.attempt import FailedLoad
from sunwi.domain.attempt_basis import AttemptBasis
from sunwi.domain.canary import CanaryState
from sunwi.domain.dead_letter import MessageHistory
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.failure import Failure, UnmeasuredTask
from sunwi.domain.retry import RetryCandidate
from sunwi.domain.run import Run, RunStatus, TaskState
from sunwi.domain.run_list import RunPosition, TaskQuery
from sunwi.domain.run_task import RunTask
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import Device, NewTracking, PageKey, Surface, Tracking, TrackingStatus
from sunwi.sites.naver.site import Lane


class Trackings(Protocol):
    """Stored trackings."""

    def add(self, trackings: Sequence[NewTracking], *, at: datetime) -> list[int | None]:
        """Store what is new; None stands where an equal tracking was there already."""
        ...

    def get(self, tracking_id: int, *, seen_by: Actor = SYSTEM) -> Tracking | None:
        """Return one tracking; None where there is none, or an actor does not see it."""
        ...

    def list(self, status: TrackingStatus | None = None) -> Sequence[Tracking]:
        """Return trackings by id, all or those of one status."""
        ...

    def find_equal(self, trackings: Sequence[NewTracking]) -> Sequence[Tracking]:
        """Return the stored equals of trackings, in their order; leave out those that have none."""
        ...

    def find_same_target(self, trackings: Sequence[NewTracking], *, seen_by: Actor = SYSTEM) -> Sequence[Tracking]:
        """Return the stored trackings of the same keywords, targets, surfaces and devices that an actor sees, by id."""
        ...

    def lock(self, tracking_id: int) -> Tracking:
        """Return one tracking, locked until the transaction ends."""
        ...

    def set_status(self, tracking_id: int, status: TrackingStatus, *, at: datetime | None = None) -> None:
        """Change whether it is measured; one that resumes is active since `at`, or since it was stored."""
        ...

    def set_counting(self, tracking_id: int, counting: ExposureCriteria) -> None:
        """Change what counts from the next observation on."""
        ...

    def set_terms(self, tracking_id: int, *, session_days: int, target_rank: int | None) -> None:
        """Change what is sold."""
        ...

    def keep_target_rank(self, tracking_id: int, target_rank: int | None, *, until: date) -> None:
        """Record which rank is promised up to a KST date, before it is changed; what is recorded of a date stays.

        Args:
            tracking_id: Of the tracking.
            target_rank: As in `TrackingTerms`.
            until: The last date that it holds for.
        """
        ...

    def tags_of(self, tracking_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """Return the tags of trackings, sorted; trackings without any are left out."""
        ...

    def add_tags(self, tracking_ids: Sequence[int], tags: Collection[str]) -> None:
        """Add tags to trackings that may have some of them already."""
        ...

    def remove_tags(self, tracking_ids: Sequence[int], tags: Collection[str]) -> None:
        """Take tags from trackings, where they have them."""
        ...

    def set_session(self, tracking_id: int, session: int) -> None:
        """Move to a session."""
        ...

    def count_active_pages(self) -> Mapping[Surface, int]:
        """Count the distinct pages of all active trackings, by their surface."""
        ...

    def list_active_surfaces(self) -> Sequence[tuple[Surface, Device]]:
        """Return the surfaces and devices that active trackings use, in the order of their names."""
        ...


class Runs(Protocol):
    """Stored runs."""

    def add(self, run: Run, tracking_ids: Sequence[int] | None) -> Run:
        """Store a run with a task for each tracking, unless its id or its request is there already.

        Args:
            run: `expected` is replaced by the number of tasks stored.
            tracking_ids: None means every tracking; only ACTIVE ones get a task either way.

        Returns:
            The run as stored: the earlier one of the same request, else of the same id, when there was one.
        """
        ...

    def get(self, run_id: str) -> Run | None:
        """Return one run."""
        ...

    def lock(self, run_id: str) -> Run | None:
        """Return one run, locked until the transaction ends."""
        ...

    def list(self, limit: int, *, before: RunPosition | None = None) -> Sequence[Run]:
        """Return the latest runs, newest first; those behind a position, if one is given."""
        ...

    def of_request(self, request_id: str) -> Run | None:
        """Return the run that a request has started; None when it has started none."""
        ...

    def list_open(self) -> Sequence[Run]:
        """Return the RUNNING and BLOCKED runs by id."""
        ...

    def set_blocked(self, run_id: str, since: datetime | None) -> None:
        """Make an open RUNNING or BLOCKED run BLOCKED since then; None makes it RUNNING."""
        ...

    def set_dispatched(self, run_id: str, generation: int) -> None:
        """Record that execution `generation` watches; the run is RUNNING unless held or with tasks still unsent."""
        ...

    def set_cancelled(self, run_id: str) -> None:
        """Record that a run is cancelled; it stays open while something is being measured."""
        ...

    def close(self, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, Any]) -> None:
        """Close with a summary."""
        ...

    def set_released(self, run_id: str, canary: CanaryState, *, at: datetime) -> None:
        """Let a held run go, and say why."""
        ...

    def set_failure(self, run_id: str, failure: str) -> None:
        """Record why the run itself failed."""
        ...

    def summary(self, run_id: str) -> Mapping[str, Any] | None:
        """Return the summary a run closed with."""
        ...

    def failure(self, run_id: str) -> str | None:
        """Describe why the run itself failed."""
        ...

    def count_pages(self, run_id: str) -> int:
        """Count the distinct pages of the run's trackings."""
        ...

    def count_surface_pages(self, run_id: str) -> Mapping[Surface, int]:
        """Count the distinct pages of the run's trackings, by their surface."""
        ...

    def count_page_loads(self, run_id: str) -> int:
        """Count navigations that were started, retries included."""
        ...


class Tasks(Protocol):
    """Stored tasks."""

    def lock(self, run_id: str, tracking_id: int, *, message_id: str | None = None) -> Task | None:
        """Return one task with its tracking, locked until the transaction ends; its run cannot close meanwhile.

        Args:
            run_id: Its run's.
            tracking_id: Its tracking's.
            message_id: Whose attempts are counted; without one the task has none.
        """
        ...

    def lock_for_attempt(self, message: CrawlMessage, *, readings_since: datetime) -> AttemptBasis | None:
        """Return a message's task, locked until the transaction ends, with what is known of its page.

        The run cannot close meanwhile. The tracking is not locked.

        Args:
            message: Whose attempts are counted.
            readings_since: When the oldest reading was fetched that is of use; aware.
        """
        ...

    def tracking_ids(self, run_id: str) -> set[int]:
        """Return the trackings that have a task."""
        ...

    def lock_unsent(self, run_id: str, limit: int, *, after: int = 0, waits: bool = False) -> Mapping[int, int]:
        """Lock tasks that no message was sent for; return their trackings and positions, in send order.

        The run cannot close meanwhile; a closed one has nothing to send.

        Args:
            run_id: Their run's.
            limit: How many at most.
            after: Position behind which to begin; the first is 1.
            waits: Wait for those that somebody else has locked, instead of passing over them.
        """
        ...

    def count_unsent(self, run_id: str) -> int:
        """Count the queued tasks that no message was sent for."""
        ...

    def mark_sent(self, run_id: str, tracking_ids: Sequence[int], *, at: datetime) -> None:
        """Record that messages are in the queue."""
        ...

    def set_state(
        self,
        task: Task,
        state: TaskState,
        *,
        decided_at: datetime | None = None,
        failure: Failure | None = None,
        is_exposed: bool | None = None,
    ) -> None:
        """Move a task to a state; while it is RUNNING it keeps what is known of its last failed attempt."""
        ...

    def set_late(self, task: Task, day: date) -> None:
        """Record that a task was measured after its verdict; its state stays."""
        ...

    def cancel_open(self, tracking_id: int, *, at: datetime, reason: str) -> int:
        """Cancel a tracking's queued and retrying tasks of open runs; return their number."""
        ...

    def cancel_run(self, run_id: str, *, at: datetime, reason: str) -> int:
        """Cancel what waits of a run; return the number."""
        ...

    def expire_open(self, run_id: str, *, at: datetime, failure: Failure, lane: Lane | None = None) -> int:
        """Expire what is left of a run, or of one lane's pages in it; return the number.

        A failed attempt's own cause goes before the given one.
        """
        ...

    def has_open(self, run_id: str, lane: Lane) -> bool:
        """Return whether a run has tasks left on a lane's pages."""
        ...

    def count_states(self, run_id: str) -> Mapping[TaskState, int]:
        """Count tasks per state."""
        ...

    def count_exposed(self, run_id: str) -> tuple[int, int]:
        """Count succeeded tasks: exposed, not exposed."""
        ...

    def list_reasons(self, run_id: str, states: Sequence[TaskState]) -> Sequence[tuple[int, TaskState, str]]:
        """Return tracking id, state and reason of the tasks in those states, by tracking id."""
        ...

    def list_missed(self, tracking_id: int) -> Sequence[tuple[date, Failure]]:
        """Return business date and reason of a tracking's tasks that ended unmeasured, by start of their run."""
        ...

    def count_states_of(self, run_ids: Collection[str]) -> Mapping[str, Mapping[TaskState, int]]:
        """Count the tasks of several runs per state, in one statement; runs without tasks are left out."""
        ...

    def of_run(self, run_id: str) -> Sequence[RunTask]:
        """Return a run's tasks as they are now, by tracking id."""
        ...

    def page_of_run(self, query: TaskQuery) -> Sequence[RunTask]:
        """Return one page of a run's tasks as they are now, by tracking id."""
        ...

    def list_late(self, run_id: str) -> Sequence[tuple[int, date]]:
        """Return tracking id and KST date of tasks that were measured after their verdict."""
        ...


class Attempts(Protocol):
    """Attempts, by message."""

    def start(self, task: Task, message: CrawlMessage, *, at: datetime, page_loads: int, is_ended: bool = False) -> int:
        """Store that an attempt starts, or one that has ended at once since it opens no page; return its id."""
        ...

    def add_page_load(self, attempt_id: int) -> None:
        """Count one more navigation."""
        ...

    def finish(self, attempt_id: int, *, at: datetime, error: Exception | None = None, permanent: bool = False) -> None:
        """Store how an attempt ended."""
        ...

    def uncount(self, attempt_id: int) -> None:
        """Record that an attempt does not count: a probe that found the surface as it was."""
        ...

    def find_failure(self, run_id: str, key: PageKey, *, since: datetime, number: int) -> FailedLoad | None:
        """Return the run's latest failed load of a page, ended after `since`, of an attempt `number` or later."""
        ...


class Failures(Protocol):
    """Tasks that ended unmeasured, and their messages."""

    def unmeasured(self, run_id: str, states: Sequence[TaskState]) -> Sequence[UnmeasuredTask]:
        """Return a run's tasks in those states, by tracking id."""
        ...

    def retry_candidates(self, run_id: str) -> Sequence[RetryCandidate]:
        """Return a run's failed and expired tasks that were not measured since, in send order."""
        ...

    def lock_retryable(self, run_id: str, tracking_ids: Sequence[int], *, with_waiting: bool) -> Sequence[int]:
        """Lock those of the tasks that may still be sent again, passing over those already locked; in send order.

        Args:
            run_id: Their run's.
            tracking_ids: A few thousand at most.
            with_waiting: Those too whose last message is still to be answered.
        """
        ...

    def histories(self, messages: Sequence[CrawlMessage]) -> Mapping[str, MessageHistory]:
        """Return what is known of messages, by message id; those without a task are left out.

        Args:
            messages: A few hundred at most.
        """
        ...
