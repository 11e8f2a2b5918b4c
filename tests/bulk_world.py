"""Bulk actions on a real store, run as a worker runs them, with everything around it in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.bulk_action import BULK_ACTION_WORK
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_answers import Submitted
from sunwi.domain.job_order import JobOrder
from sunwi.domain.tracking import Tracking, TrackingStatus
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.service.bulk_actions.bulk_action import BULK_ACTION
from sunwi.service.bulk_actions.count_matching import CountMatching
from sunwi.service.bulk_actions.run_bulk_action import RunBulkAction
from sunwi.service.bulk_actions.undo_bulk_action import UndoBulkAction
from sunwi.service.jobs.cancel_job import CancelJob
from sunwi.service.jobs.run_attempt import RunAttempt
from sunwi.service.jobs.submitting.retry_jobs import RetryJobs
from sunwi.service.jobs.submitting.submit_job import SubmitJob
from sunwi.service.ports.outside import Store
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.service.trackings.change_trackings import ChangeTrackings
from sunwi.service.trackings.list_trackings import ListTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine
from tests.examples import HOUR, place_tracking
from tests.job_world import FAILING, KINDS, JobWorld, run_failing

ADMIN = Actor(owner="cli:admin", role=Role.ADMIN)
HANBIT = Actor(owner="account-1", role=Role.AGENCY, agency_id=1)
SAEBOM = Actor(owner="account-2", role=Role.AGENCY, agency_id=2)


@dataclass
class BulkWorld:
    """Two agencies (1 한빛, 2 새봄), to which trackings are added.

    Attributes:
        store: What the runner reaches; the rest of the world has `world.store`.
    """

    world: JobWorld
    store: Store
    queue: InMemoryCrawlQueue = field(default_factory=InMemoryCrawlQueue)
    state_machine: InMemoryStateMachine = field(default_factory=InMemoryStateMachine)
    _places: Any = field(default_factory=lambda: count(1))

    @classmethod
    def on(cls, store: SqlStore) -> "BulkWorld":
        world = JobWorld(store, kinds=(*KINDS, BULK_ACTION))
        world.set_pool(workers=10)
        bulk = cls(world, store)
        for agency in ("한빛", "새봄"):
            bulk.add(1, agency=agency)
        return bulk

    def add(self, number: int, *, agency: str = "한빛", client: str = "가게") -> list[int]:
        """Store trackings of a client; return their ids."""
        new = [
            place_tracking(next(self._places), f"강남역 맛집 {place}", agency=agency, client=client)
            for place in range(number)
        ]
        with self.world.store.begin() as tx:
            return [tracking_id or 0 for tracking_id in tx.trackings.add(new, at=self.world.clock.now())]

    @property
    def manage(self) -> ManageTrackings:
        return ManageTrackings(store=self.world.store, clock=self.world.clock)

    @property
    def change(self) -> ChangeTrackings:
        return ChangeTrackings(store=self.world.store, clock=self.world.clock)

    @property
    def submit_job(self) -> SubmitJob:
        world = self.world
        return SubmitJob(
            store=world.store,
            tender=world.tender,
            clock=world.clock,
            works=world.works,
            new_id=world._new_id,  # noqa: SLF001 - one line of ids
            most_waiting=10_000,
        )

    @property
    def cancel_job(self) -> CancelJob:
        return CancelJob(store=self.world.store, tender=self.world.tender, clock=self.world.clock)

    @property
    def undo_bulk_action(self) -> UndoBulkAction:
        return UndoBulkAction(store=self.world.store, submit_job=self.submit_job, cancel_job=self.cancel_job)

    @property
    def list_trackings(self) -> ListTrackings:
        return ListTrackings(store=self.store, clock=self.world.clock)

    @property
    def count_matching(self) -> CountMatching:
        return CountMatching(store=self.store, list_trackings=self.list_trackings)

    @property
    def runner(self) -> RunBulkAction:
        world = self.world
        return RunBulkAction(
            store=self.store,
            list_trackings=self.list_trackings,
            retry_jobs=RetryJobs(
                store=world.store, tender=world.tender, clock=world.clock, works=world.works, most_waiting=10_000
            ),
            open_dispatch=lambda: self.dispatch,
        )

    @property
    def dispatch(self) -> DispatchRun:
        clock, queue = self.world.clock, self.queue
        return DispatchRun(
            store=self.world.store,
            send_tasks=SendTasks(store=self.world.store, queue=queue, clock=clock, pause=lambda _: None),
            state_machine=self.state_machine,
            clock=clock,
            batch_timeout=HOUR,
            check_capacity=CheckCapacity(store=self.world.store, clock=clock, batch_timeout=HOUR, delay_seconds=0),
        )

    def worker(self) -> RunAttempt:
        return replace(
            self.world.worker(),
            runners={BULK_ACTION_WORK: lambda: self.runner, FAILING.name: lambda: run_failing},
        )

    def submit(self, action: str, *, actor: Actor = ADMIN, **params: Any) -> str:
        """Submit a bulk action; what matches now is what is expected, unless something else is."""
        if "expected_count" not in params:
            params["expected_count"] = self.count_matching.count(actor, {"action": action, **params})
        order = JobOrder(work=BULK_ACTION_WORK, params={"action": action, **params})
        return self.submit_job.submit(actor, order).job.id

    def attempt(self, job_id: str, **more: Any) -> str:
        """Run one attempt of a job, admitting it first."""
        if self.world.job(job_id).state is JobState.PENDING:
            self.world.clock.advance(hours=1)
            self.world.tick.tick()
        return self.world.run(job_id, worker=self.worker(), **more)

    def do(self, action: str, **params: Any) -> Job:
        """Submit a bulk action and run it to its end."""
        job_id = self.submit(action, **params)
        self.attempt(job_id)
        return self.world.job(job_id)

    def undo(self, job: Job, *, actor: Actor = ADMIN) -> Job:
        """Take a job back, and run what does."""
        submitted = self.undo_bulk_action.undo(actor, job.id)
        assert isinstance(submitted, Submitted)
        self.attempt(submitted.job.id)
        return self.world.job(submitted.job.id)

    def rows(self, job: Job) -> list[Mapping[str, Any]]:
        """Read the file that names each row."""
        assert job.result is not None
        found: list[Mapping[str, Any]] = json.loads(self.world.files.get(job.result["file"]))
        return found

    def statuses(self, ids: list[int]) -> list[TrackingStatus]:
        return [self.tracking(tracking_id).status for tracking_id in ids]

    def tracking(self, tracking_id: int) -> Tracking:
        with self.world.store.read() as tx:
            tracking = tx.trackings.get(tracking_id)
        assert tracking is not None
        return tracking

    def tags(self, tracking_id: int) -> tuple[str, ...]:
        with self.world.store.read() as tx:
            return tx.trackings.tags_of([tracking_id]).get(tracking_id, ())

    def matching(self, **wanted: Any) -> list[int]:
        return [line.tracking.id for line in self.list_trackings.every(SYSTEM, TrackingFilter(**wanted))]


def outcome(job: Job) -> tuple[int, int, int]:
    """Return how many rows were changed, left and refused."""
    assert job.result is not None, job.failure
    return job.result["changed"], job.result["unchanged"], job.result["refused"]
