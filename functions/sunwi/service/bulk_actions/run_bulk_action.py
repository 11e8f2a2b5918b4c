"""Do the work of a bulk action: fix the rows, decide them chunk by chunk, write down what became of each."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from sunwi.domain.bulk_action import (
    MOST_ROWS,
    STATUS_OF,
    Action,
    BulkCheckpoint,
    Row,
    Verdict,
    changed,
    refused,
)
from sunwi.domain.job import Job
from sunwi.domain.job_list import FailedJobs
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput, Permanent
from sunwi.service.bulk_actions.bulk_action import (
    BulkParams,
    actor_of,
    job_filter,
    tags_of,
    tracking_filter,
)
from sunwi.service.bulk_actions.change_rows import change_statuses, change_tags, restore_statuses, restore_tags
from sunwi.service.bulk_actions.read_changes import read_changes
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.jobs.running_job import RunningJob
from sunwi.service.jobs.submitting.retry_jobs import RetryJobs
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.trackings.list_trackings import ListTrackings

log = structlog.get_logger()

#: Rows of one transaction.
CHUNK = 200
#: Names of the files: what it is for, what became of a chunk, what became of everything.
_ITEMS, _PART, ROWS = "items.json", "part-{}.json", "rows.json"
#: Kept for what follows sending messages, in seconds.
_SENDING_RESERVE = 60
#: How often a run is tried to be started that trackings drop out of meanwhile.
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBulkAction:
    """Does the work of bulk actions.

    Attributes:
        open_dispatch: Opens what starts runs when an action measures.
    """

    store: Store
    list_trackings: ListTrackings
    retry_jobs: RetryJobs
    open_dispatch: Callable[[], DispatchRun]

    def __call__(self, running: RunningJob) -> Mapping[str, Any]:
        """Act on the rows, from the checkpoint on.

        Returns:
            The numbers of rows by verdict, and the key of the `file` that names each.

        Raises:
            Permanent: The number of rows has moved, or nothing can be taken back.
            Retryable: Database, files or queue cannot be reached.
        """
        params = parse_params(BulkParams, running.job.params)
        running.progress(1, step="select", message="대상을 고르는 중")
        checkpoint = self._begin(running, params)
        items = _read(running, checkpoint.items)
        if params.action is Action.MEASURE:
            return self._measure(running, items)
        while checkpoint.done < checkpoint.total:
            chunk = items[checkpoint.done : checkpoint.done + CHUNK]
            checkpoint = self._act_on(running, params, chunk, checkpoint)
            percent = 2 + 96 * checkpoint.done // checkpoint.total
            message = f"{checkpoint.total:,}건 중 {checkpoint.done:,}건 처리"
            running.progress(percent, step="apply", message=message)
        if params.action is Action.RETRY:
            self.retry_jobs.tender.nudge()
        rows = [row for key in checkpoint.files for row in _read(running, key)]
        return _result(running, params.action, rows)

    def _begin(self, running: RunningJob, params: BulkParams) -> BulkCheckpoint:
        """Return where to go on; at the very first, fix what is acted on."""
        if running.job.checkpoint is not None:
            return BulkCheckpoint.from_json(running.job.checkpoint)
        items = list(self._select(running, params))
        found, expected = len(items), params.expected_count
        if params.action is not Action.UNDO and found != expected:
            raise Permanent(
                f"{found} rows match by now, and {expected} did when it was asked for: nothing was done",
                code="count_moved",
                expected=expected,
                found=found,
            )
        checkpoint = BulkCheckpoint(items=_keep(running, _ITEMS, items), total=found)
        running.save(checkpoint.as_json())
        return checkpoint

    def _select(self, running: RunningJob, params: BulkParams) -> Iterator[Row]:
        job = running.job
        actor = actor_of(job)
        if params.action is Action.UNDO:
            yield from self._select_changes(running, params)
        elif params.action is Action.RETRY:
            wanted = FailedJobs(wanted=job_filter(params), actor=actor)
            with self.store.read() as tx:
                yield from [{"id": job_id} for job_id in tx.jobs.list_retryable(wanted, MOST_ROWS)]
        else:
            for line in self.list_trackings.every(actor, tracking_filter(params)):
                running.check()
                yield {"id": line.tracking.id}

    def _select_changes(self, running: RunningJob, params: BulkParams) -> Sequence[Row]:
        with self.store.read() as tx:
            undone = tx.jobs.get(params.job_id or "")
        if undone is None or not _may_take_back(running.job, undone):
            raise Permanent(
                f"there is no job {params.job_id} that has ended", code="undone_missing", job_id=params.job_id
            )
        return read_changes(undone, running.files)

    def _act_on(
        self, running: RunningJob, params: BulkParams, chunk: Sequence[Row], before: BulkCheckpoint
    ) -> BulkCheckpoint:
        """Decide a chunk: rows, their file and the checkpoint that names it stand or fall together."""
        name = _PART.format(before.done)

        def write(tx: Transaction) -> Mapping[str, Any]:
            rows = self._decide(tx, running, params, chunk)
            return before.after(rows, _keep(running, name, rows)).as_json()

        return BulkCheckpoint.from_json(running.save_rows(write))

    def _decide(self, tx: Transaction, running: RunningJob, params: BulkParams, chunk: Sequence[Row]) -> Sequence[Row]:
        at = running.clock.now()
        match params.action:
            case Action.PAUSE | Action.RESUME | Action.END:
                return change_statuses(tx, chunk, STATUS_OF[params.action], at=at)
            case Action.TAG:
                return change_tags(tx, chunk, add=tags_of(params))
            case Action.UNTAG:
                return change_tags(tx, chunk, remove=tags_of(params))
            case Action.UNDO:
                of_status = [row for row in chunk if "after" in row]
                of_tags = [row for row in chunk if "added" in row]
                return [*restore_statuses(tx, of_status, at=at), *restore_tags(tx, of_tags)]
            case _:
                return self._retry(tx, running.job, params, chunk)

    def _retry(self, tx: Transaction, job: Job, params: BulkParams, chunk: Sequence[Row]) -> Sequence[Row]:
        ids = [row["id"] for row in chunk]
        verdicts, _ = self.retry_jobs.retry_in(tx, actor_of(job), ids, fresh=params.fresh)
        return [
            changed(verdict.job_id) if verdict.error is None else refused(verdict.job_id, verdict.error.code)
            for verdict in verdicts
        ]

    def _measure(self, running: RunningJob, items: Sequence[Row]) -> Mapping[str, Any]:
        """Start one run over everything that is active, so that a page is read once; a repeat finds the same run."""
        for tries_left in reversed(range(_TRIES)):
            rows = self._sort_out(running, items)
            ids = [row["id"] for row in rows if row["verdict"] == Verdict.CHANGED]
            try:
                run_id = self._start_run(running, ids) if ids else None
                break
            except InvalidInput as error:
                # Some have been paused or ended since they were sorted out.
                if error.code != "trackings_not_measurable" or not tries_left:
                    raise
        return {**_result(running, Action.MEASURE, rows), "run_id": run_id}

    def _start_run(self, running: RunningJob, ids: Sequence[int]) -> str:
        until = running.clock.now() + running.time_left(reserve_seconds=_SENDING_RESERVE)
        request_id = f"job:{running.job.id}:1"
        return self.open_dispatch().started(RunKind.MANUAL, ids, request_id=request_id, until=until).id

    def _sort_out(self, running: RunningJob, items: Sequence[Row]) -> list[Row]:
        rows: list[Row] = []
        for start in range(0, len(items), CHUNK):
            message = f"{len(items):,}건의 측정을 시작하는 중"
            running.progress(2 + 50 * start // len(items), step="apply", message=message)
            with self.store.read() as tx:
                rows += [_measurable(tx, item["id"]) for item in items[start : start + CHUNK]]
        return rows


def _measurable(tx: Transaction, tracking_id: int) -> Row:
    tracking = tx.trackings.get(tracking_id)
    if tracking is None:
        return refused(tracking_id, "tracking_unknown")
    if tracking.status is TrackingStatus.ACTIVE:
        return changed(tracking_id)
    return refused(tracking_id, "tracking_ended" if tracking.status is TrackingStatus.ENDED else "tracking_paused")


def _may_take_back(job: Job, undone: Job) -> bool:
    return undone.state.is_ended and actor_of(job).may_see(owner=undone.owner, agency_id=undone.agency_id)


def _keep(running: RunningJob, name: str, rows: Sequence[Row]) -> str:
    return running.keep_file(name, json.dumps(rows, ensure_ascii=False).encode(), content_type="application/json")


def _read(running: RunningJob, key: str) -> list[Row]:
    rows: list[Row] = json.loads(running.files.get(key))
    return rows


def _result(running: RunningJob, action: Action, rows: Sequence[Row]) -> Mapping[str, Any]:
    running.progress(99, step="write", message="결과를 적는 중")
    verdicts = Counter(row["verdict"] for row in rows)
    counts = {verdict.value: verdicts[verdict.value] for verdict in Verdict}
    codes = Counter(row["code"] for row in rows if "code" in row)
    log.info("bulk_action_done", job_id=running.job.id, action=action.value, rows=len(rows), **counts)
    file = _keep(running, ROWS, rows)
    return {"action": action.value, "matched": len(rows), **counts, "codes": dict(codes), "file": file}
