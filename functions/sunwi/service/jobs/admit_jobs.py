"""Admit the jobs that are next, as many as there are free workers, and start their executions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.circuit import Entry
from sunwi.domain.job_admission import AdmissibleJob, AdmittedJob, JobLine, PassedOver, within_limits
from sunwi.domain.pace import turn_of_job
from sunwi.domain.work import SiteNeed, Works
from sunwi.domain.worker_pool import MOST_WORKERS, SHRINKS_AFTER, Paused, WorkerPool, added_for_urgent, scaled_workers
from sunwi.errors import Retryable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.job_engine import JobExecutions
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitJobs:
    """Admit by priority, then by age, under the pool's lock; the tender alone does.

    Attributes:
        site_pause: CRAWL_DELAY_SECONDS, the pause between two loads of a site.
    """

    store: Store
    executions: JobExecutions
    works: Works
    clock: Clock
    site_pause: timedelta

    def admit(self) -> Sequence[AdmittedJob]:
        """Admit what there are free workers for.

        Returns:
            The admitted jobs, in order. An execution that could not be started is left to the tick.

        Raises:
            StoreUnavailable: The database cannot be reached, or the pool has been locked for too long.
        """
        return self._start(retry_conflicts(self._admit_only)())

    def scale_and_admit(self, *, urgent: bool = False) -> Sequence[AdmittedJob]:
        """Adapt the number of workers to what waits, then admit.

        Args:
            urgent: A job of normal priority or above was submitted: one worker is added at once if all are busy.

        Raises:
            StoreUnavailable: As of `admit`.
        """
        return self._start(retry_conflicts(self._scale_and_admit)(urgent=urgent))

    # The time is that of having the pool: whoever was submitted while it was waited for would not have come by one of
    # before, and a job of lower priority would be admitted instead.

    def _admit_only(self) -> Sequence[AdmittedJob]:
        with self.store.begin() as tx:
            pool = tx.job_queue.lock_pool_if_any_waits(self.clock.now())
            return () if pool is None else _Admission(self, tx, pool, self.clock.now()).admit()

    def _scale_and_admit(self, *, urgent: bool) -> Sequence[AdmittedJob]:
        with self.store.begin() as tx:
            pool = tx.job_queue.lock_pool()
            admission = _Admission(self, tx, pool, self.clock.now())
            admission.scale(urgent=urgent)
            return admission.admit()

    def _start(self, admitted: Sequence[AdmittedJob]) -> Sequence[AdmittedJob]:
        """Start the executions of admitted jobs, once that is committed."""
        for job in admitted:
            log.info("job_admitted", job_id=job.key.job_id, generation=job.key.generation, work=job.work)
            try:
                self.executions.start(job.key, self.works.place_of(job.work))
            except Retryable as error:
                log.warning("execution_left_to_tick", job_id=job.key.job_id, error=str(error))
        return admitted


@dataclass(slots=True)
class _Admission:
    """One admission in one transaction that holds the pool."""

    use: AdmitJobs
    tx: Transaction
    pool: WorkerPool
    now: datetime
    _line: JobLine | None = None
    #: Sites that were asked, and whether they take a job's page.
    _sites: dict[str, bool] = field(default_factory=dict)
    #: Lanes of sites whose circuits are open.
    _shut: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def line(self) -> JobLine:
        """What is busy and what waits, as far as the pool could ever take it; asked once."""
        if self._line is None:
            self._line = self.tx.job_queue.line(self.now, MOST_WORKERS, self._passed_over(()))
        return self._line

    @property
    def _is_whole(self) -> bool:
        """Whether nobody waits behind the head of the line."""
        return len(self.line.head) < MOST_WORKERS

    def scale(self, *, urgent: bool) -> None:
        busy = sum(self.line.busy.values())
        workers, reason = scaled_workers(self.pool, waiting=self._count_waiting(), busy=busy)
        if workers < self.pool.workers and self.now - self.pool.changed_at < SHRINKS_AFTER:
            workers, reason = self.pool.workers, ""
        if workers <= self.pool.workers <= busy and (urgent or self._has_urgent()):
            added, why = added_for_urgent(self.pool, busy=busy)
            workers, reason = (added, why) if why else (workers, reason)
        if not reason:
            return
        before = self.pool
        self.pool = replace(before, workers=workers, changed_at=self.now, reason=reason, changed_by=SYSTEM_OWNER)
        self.tx.job_queue.save_pool(self.pool, before=before)
        log.info("pool_scaled", before=before.workers, workers=workers, reason=reason)

    def _has_urgent(self) -> bool:
        """Return whether an urgent job came since the last tick, whose own nudge may have been lost."""
        ticked_at = self.pool.ticked_at
        return ticked_at is not None and self.tx.job_queue.has_urgent(self.now, since=ticked_at)

    def _count_waiting(self) -> int:
        """Return how many wait, whoever is passed over; a line that was read whole is counted already."""
        if self._is_whole and self.pool.paused is not Paused.PEOPLE:
            return len(self.line.head)
        return self.tx.job_queue.count_waiting(self.now)

    def admit(self) -> Sequence[AdmittedJob]:
        if self.pool.paused is Paused.ALL:
            return ()
        admitted: list[AdmittedJob] = []
        busy = dict(self.line.busy)
        limits = {kind.name: kind.site.limit for kind in self.use.works.kinds if kind.site is not None}
        passed = self._passed_over(work for work, limit in limits.items() if busy.get(work, 0) >= limit)
        slots = self.pool.workers - sum(busy.values())
        best = self._head(slots, passed)
        while slots > 0:
            open_ones, shut = self._pass_over(best, passed)
            taken, full = within_limits(open_ones, limits=limits, busy=busy, slots=slots)
            if taken:
                admitted += self.tx.job_queue.admit([job.id for job in taken], at=self.now)
            for job in taken:
                busy[job.work] = busy.get(job.work, 0) + 1
            following = replace(shut, works=shut.works | full)
            if len(best) < slots or following == passed:
                break
            passed, slots = following, slots - len(taken)
            best = self.tx.job_queue.best(self.now, slots, passed) if slots > 0 else ()
        return admitted

    def _passed_over(self, works: Iterable[str]) -> PassedOver:
        return PassedOver(works=frozenset(works), people=self.pool.paused is Paused.PEOPLE)

    def _head(self, slots: int, passed: PassedOver) -> Sequence[AdmissibleJob]:
        """Return the best jobs: of the line as it was read, unless too few are left there of a longer one."""
        if slots <= 0:
            return ()
        head = [job for job in self.line.head if job.work not in passed.works]
        if len(head) >= slots or self._is_whole:
            return head[:slots]
        return self.tx.job_queue.best(self.now, slots, passed)

    def _pass_over(
        self, best: Sequence[AdmissibleJob], passed: PassedOver
    ) -> tuple[Sequence[AdmissibleJob], PassedOver]:
        """Split jobs into those whose site takes them now and, of the others, what is passed over from now on."""
        works, lanes, taken = set(passed.works), set(passed.lanes), []
        for job in best:
            kind = self.use.works.find(job.work)
            if kind is None or kind.site is None:
                taken.append(job)
            elif not self._has_turn(kind.site):
                works.add(job.work)
            elif job.lane is not None and not self._is_lane_open(kind.site.site, job.lane):
                lanes.add((job.work, job.lane))
            else:
                taken.append(job)
        return taken, replace(passed, works=frozenset(works), lanes=frozenset(lanes))

    def _has_turn(self, need: SiteNeed) -> bool:
        if need.site not in self._sites:
            state, pause = self.tx.pace.get(need.site), self.use.site_pause
            is_night = self.tx.job_queue.has_open_run()
            turn = turn_of_job(state, at=self.now, pause=pause, is_night=is_night)
            self._sites[need.site] = turn - self.now <= need.max_wait
        return self._sites[need.site]

    def _is_lane_open(self, site: str, lane: str) -> bool:
        if site not in self._shut:
            opened = self.tx.circuits.list_open(site)
            self._shut[site] = frozenset(one.key.lane for one in opened if one.entry(self.now) is Entry.HOLD)
        return lane not in self._shut[site]
