"""Show runs: how far they are, and what they could not measure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sunwi.domain.canary import CanaryCheck
from sunwi.domain.circuit import Circuit
from sunwi.domain.correction import StoredObservation
from sunwi.domain.failure import UnmeasuredTask
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import Run, RunCounts, RunStatus, TaskState
from sunwi.domain.run_list import RunPosition, TaskQuery, read_run_cursor, write_run_cursor
from sunwi.domain.run_task import RunTask, TaskObservations
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.runs.close_run import require_run
from sunwi.sites.naver.site import NAVER

_UNMEASURED = (TaskState.FAILED, TaskState.EXPIRED)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    run: Run
    counts: RunCounts


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page of a list of runs.

    Attributes:
        cursor: Where the next page begins; None on the last one.
    """

    runs: Sequence[RunProgress]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of a run's tasks.

    Attributes:
        next_after: Tracking behind which the next page begins; None on the last one.
    """

    tasks: Sequence[RunTask]
    next_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """All that is to be said of a run.

    Attributes:
        failure: Why the run itself failed.
        circuits: Of surfaces that refuse, while the run is BLOCKED.
        late: Tracking id and KST date of what was measured after its verdict; never in the counts.
        pages: Distinct pages of its trackings.
        page_loads: Navigations started, retries included.
        tasks: Each tracking's, by id, with its observations.
        surfaces: What became of the pages that were opened.
        canary_check: The latest before it was sent; None when there was none.
        held_seconds: For how long the canary has held it, or had.
        elapsed_seconds: From first dispatch to the close, or to now.
    """

    run: Run
    counts: RunCounts
    exposed: int
    not_exposed: int
    failure: str | None
    circuits: Sequence[Circuit]
    unmeasured: Sequence[UnmeasuredTask]
    late: Sequence[tuple[int, date]]
    pages: int
    page_loads: int
    tasks: Sequence[TaskObservations]
    surfaces: Sequence[SurfaceCounts]
    canary_check: CanaryCheck | None
    held_seconds: float
    elapsed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRun:
    """Show runs."""

    store: Store
    clock: Clock

    def list(self, limit: int) -> Sequence[RunProgress]:
        """Return the latest runs, newest first.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return [_progress(tx, run) for run in tx.runs.list(limit)]

    def page(self, limit: int, *, cursor: str | None = None) -> RunPage:
        """Return one page of runs, newest first, in two statements however long it is.

        Args:
            limit: Runs at most, from 1.
            cursor: Of the page before; None begins with the newest.

        Raises:
            InvalidInput: The cursor is none of such a list.
            StoreUnavailable: The database cannot be reached.
        """
        before = None if cursor is None else read_run_cursor(cursor)
        with self.store.read() as tx:
            found = tx.runs.list(limit + 1, before=before)
            shown = found[:limit]
            states = tx.tasks.count_states_of([run.id for run in shown])
        runs = [RunProgress(run, RunCounts.from_states(run.expected, states.get(run.id, {}))) for run in shown]
        has_more = len(found) > limit
        return RunPage(runs, write_run_cursor(RunPosition.of(shown[-1])) if has_more else None)

    def tasks(self, query: TaskQuery) -> TaskPage:
        """Return one page of a run's tasks, by tracking.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            require_run(tx.runs.get(query.run_id), query.run_id)
            found = tx.tasks.page_of_run(replace(query, limit=query.limit + 1))
        shown = found[: query.limit]
        return TaskPage(shown, shown[-1].tracking_id if len(found) > query.limit else None)

    def progress(self, run_id: str) -> RunProgress:
        """Describe how far a run is.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return _progress(tx, require_run(tx.runs.get(run_id), run_id))

    def show(self, run_id: str, *, with_tasks: bool = True) -> RunView:
        """Describe all of a run.

        Args:
            run_id: Of the run.
            with_tasks: What became of each tracking, too; there may be 100,000.

        Raises:
            InvalidInput: No such run.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            progress = _progress(tx, require_run(tx.runs.get(run_id), run_id))
            run = progress.run
            exposed, not_exposed = tx.tasks.count_exposed(run_id)
            until = run.closed_at or self.clock.now()
            page_loads, surfaces = _loads(tx, run_id)
            return RunView(
                run=run,
                counts=progress.counts,
                exposed=exposed,
                not_exposed=not_exposed,
                failure=tx.runs.failure(run_id),
                circuits=tx.circuits.list_open(NAVER.name) if run.status is RunStatus.BLOCKED else (),
                unmeasured=tx.failures.unmeasured(run_id, _UNMEASURED) if with_tasks else (),
                late=tx.tasks.list_late(run_id) if with_tasks else (),
                pages=tx.runs.count_pages(run_id),
                page_loads=page_loads,
                tasks=_tasks(tx, run_id) if with_tasks else (),
                surfaces=surfaces,
                canary_check=tx.canaries.latest(run_id),
                held_seconds=round(run.held_seconds(until), 1),
                elapsed_seconds=round((until - run.started_at).total_seconds(), 1),
            )


def _loads(tx: Transaction, run_id: str) -> tuple[int, Sequence[SurfaceCounts]]:
    """Return the navigations of a run, and what became of its pages.

    Once its attempts are archived, what it closed with says so.
    """
    counted, summary = tx.runs.count_page_loads(run_id), tx.runs.summary(run_id) or {}
    if counted < summary.get("page_loads", 0):
        surfaces = [SurfaceCounts.from_document(document) for document in summary.get("surfaces", ())]
        return int(summary["page_loads"]), surfaces
    return counted, tx.recognition.of_run(run_id)


def _tasks(tx: Transaction, run_id: str) -> Sequence[TaskObservations]:
    """Return a run's tasks with their observations, in two statements however many there are."""
    observations = defaultdict[int, list[StoredObservation]](list)
    for observation in tx.corrections.observations_of_run(run_id):
        observations[observation.tracking.id].append(observation)
    return [TaskObservations(task, observations[task.tracking_id]) for task in tx.tasks.of_run(run_id)]


def _progress(tx: Transaction, run: Run) -> RunProgress:
    return RunProgress(run, RunCounts.from_states(run.expected, tx.tasks.count_states(run.id)))
