"""Admission and scaling of jobs on paper: the product's own rules, and clocks, crashes and throttles of our own."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from statistics import median

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import AttemptOutcome, Job, JobEnd, JobFailure, JobState
from sunwi.domain.job_admission import AdmissibleJob, within_limits
from sunwi.domain.job_end import FailedAttempt, after_failure, after_refusal
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Place, Work
from sunwi.domain.worker_pool import WorkerPool, added_for_urgent, scaled_workers

BEGIN = datetime(2026, 1, 1, 16, tzinfo=UTC)
#: From one attempt's end to the next one's start: two states, two invocations, one admission. Assumed.
HAND_OVER_SECONDS = 0.5
TICK_SECONDS = 60
#: How long the state machine itself tries to invoke a worker that is throttled; the job keeps its slot meanwhile.
INVOKE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """A made-up kind: how long its attempts take, and how many of it may run at a time."""

    name: str
    shortest: float
    longest: float
    limit: int | None = None

    @property
    def work(self) -> Work:
        """As the product has it, so that its back-off is the product's."""
        return Work(name=self.name, parse=dict, place=Place.CORE, steps=())


QUICK = Kind("quick", 2, 20)
LOOKUP = Kind("lookup", 5, 25, limit=2)
REPORT = Kind("report", 30, 300)
LONG = Kind("long", 600, 840)
KINDS = {kind.name: kind for kind in (QUICK, LOOKUP, REPORT, LONG)}


@dataclass(frozen=True, slots=True)
class Submission:
    """Some jobs of one kind and priority that are submitted at once; `at` in seconds."""

    at: float
    kind: Kind
    priority: Priority
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is submitted, and what goes wrong.

    Attributes:
        crash_share: Attempts that die somewhere on their way.
        throttled: From and to when Lambda refuses every worker, in seconds.
        by_age: Admit by age alone, as one queue without priorities would.
    """

    name: str
    submissions: Sequence[Submission]
    least: int = 1
    most: int = 10
    crash_share: float = 0.0
    throttled: tuple[float, float] = (0, 0)
    by_age: bool = False
    seed: int = 7


@dataclass(slots=True, kw_only=True)
class SimulatedJob:
    """A job and what became of it; times in seconds."""

    job: Job
    kind: Kind
    seconds: float
    submitted: float
    first_start: float | None = None
    ended: float | None = None


@dataclass(slots=True, kw_only=True)
class Result:
    """How a scenario went.

    Attributes:
        most_busy: Jobs admitted at a time, at most.
        overfull: Admissions that left more jobs admitted than there are workers, or more of a kind than its limit.
        overtaken: Admissions that left a better admissible job behind.
        workers: Seconds at which the pool changed, and the workers from then on.
    """

    scenario: Scenario
    jobs: list[SimulatedJob]
    most_busy: int = 0
    busy_seconds: float = 0
    overfull: int = 0
    overtaken: int = 0
    crashes: int = 0
    refusals: int = 0
    workers: list[tuple[float, int]] = field(default_factory=list)

    @property
    def drained(self) -> float:
        """When the last of the jobs had ended that were submitted first: those of the burst, where there is one."""
        first = min(one.submitted for one in self.jobs)
        return max(one.ended or float("inf") for one in self.jobs if one.submitted == first)

    def states(self) -> Counter[JobState]:
        """Count jobs by state."""
        return Counter(one.job.state for one in self.jobs)

    def waits(self, priority: Priority, *, after: float = -1) -> list[float]:
        """List the seconds from submission to first start, of the jobs submitted after a time."""
        return sorted(
            one.first_start - one.submitted
            for one in self.jobs
            if one.job.priority is priority and one.submitted > after and one.first_start is not None
        )

    def wait(self, priority: Priority, share: float) -> float | None:
        """Return what a share of the jobs of a priority waited at most; the median of half."""
        found = self.waits(priority)
        if not found:
            return None
        return median(found) if share == 0.5 else found[min(len(found) - 1, int(share * len(found)))]


class Simulation:
    """Runs one scenario, event by event."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.random = Random(f"{scenario.seed} {scenario.name}")
        self.pool = WorkerPool(
            workers=scenario.least, least=scenario.least, most=scenario.most, changed_at=BEGIN, ticked_at=BEGIN
        )
        self.result = Result(scenario=scenario, jobs=[], workers=[(0.0, scenario.least)])
        self.jobs: dict[str, SimulatedJob] = {}
        self.ready: dict[str, list[tuple[tuple[float, ...], str]]] = defaultdict(list)
        self.waiting: list[tuple[datetime, str]] = []
        self.busy: Counter[str] = Counter()
        self.events: list[tuple[float, int, str, object]] = []
        self.numbers = count()
        self.open = 0
        self.now = 0.0

    def run(self) -> Result:
        """Run until every job has ended."""
        for submission in self.scenario.submissions:
            self._at(submission.at, "submit", submission)
            self.open += submission.number
        self._at(TICK_SECONDS, "tick", None)
        while self.open:
            self.now, _, event, what = heapq.heappop(self.events)
            getattr(self, f"_{event}")(what)
        return self.result

    def _at(self, seconds: float, event: str, what: object) -> None:
        heapq.heappush(self.events, (seconds, next(self.numbers), event, what))

    def _time(self) -> datetime:
        return BEGIN + timedelta(seconds=self.now)

    def _submit(self, submission: Submission) -> None:
        now, kind = self._time(), submission.kind
        for _ in range(submission.number):
            number = next(self.numbers)
            job = Job(
                id=f"{number:09}",
                work=kind.name,
                params={},
                owner=SYSTEM_OWNER,
                agency_id=None,
                priority=submission.priority,
                not_before=now,
                ready_since=now,
                limit_seconds=4 * 840,
                expires_at=now + timedelta(days=7),
                created_at=now,
            )
            seconds = self.random.uniform(kind.shortest, kind.longest)
            one = SimulatedJob(job=job, kind=kind, seconds=seconds, submitted=self.now)
            self.jobs[job.id] = one
            self.result.jobs.append(one)
            heapq.heappush(self.waiting, (now, job.id))
        self._scale(urgent=submission.priority >= Priority.NORMAL)
        self._admit()

    def _tick(self, _: object) -> None:
        self._scale(urgent=False)
        self._admit()
        self._at(self.now + TICK_SECONDS, "tick", None)

    def _hand_over(self, _: object) -> None:
        self._admit()

    def _scale(self, *, urgent: bool) -> None:
        self._make_ready()
        waiting, busy = sum(map(len, self.ready.values())), self.busy.total()
        workers, reason = scaled_workers(self.pool, waiting=waiting, busy=busy)
        if urgent and workers <= self.pool.workers:
            added, why = added_for_urgent(self.pool, busy=busy)
            workers, reason = (added, why) if why else (workers, reason)
        if reason:
            self.pool = replace(self.pool, workers=workers, changed_at=self._time(), reason=reason)
            self.result.workers.append((self.now, workers))

    def _make_ready(self) -> None:
        while self.waiting and self.waiting[0][0] <= self._time():
            _, job_id = heapq.heappop(self.waiting)
            one = self.jobs[job_id]
            heapq.heappush(self.ready[one.kind.name], (self._place(one.job), job_id))

    def _place(self, job: Job) -> tuple[float, ...]:
        age = (job.ready_since - BEGIN).total_seconds()
        return (age, int(job.id)) if self.scenario.by_age else (-job.priority, age, int(job.id))

    def _admit(self) -> None:
        self._make_ready()
        limits = {kind.name: kind.limit for kind in KINDS.values() if kind.limit is not None}
        full = frozenset(name for name, limit in limits.items() if self.busy[name] >= limit)
        worst: tuple[float, ...] | None = None
        while (slots := self.pool.workers - self.busy.total()) > 0:
            best = self._best(slots, full)
            listed = [AdmissibleJob(job_id, self.jobs[job_id].kind.name, None) for _, job_id in best]
            taken, full = within_limits(listed, limits=limits, busy=self.busy, slots=slots)
            ids = {job.id for job in taken}
            for place, job_id in best:
                if job_id not in ids:
                    heapq.heappush(self.ready[self.jobs[job_id].kind.name], (place, job_id))
                    continue
                worst = place if worst is None else max(worst, place)
                self.busy[self.jobs[job_id].kind.name] += 1
                self._start(self.jobs[job_id])
            if len(best) < slots or not taken:
                break
        self._check(limits, worst)

    def _best(self, slots: int, full: frozenset[str]) -> list[tuple[tuple[float, ...], str]]:
        """Take the best ready jobs of the kinds that are not full out of the line."""
        best: list[tuple[tuple[float, ...], str]] = []
        while len(best) < slots:
            heads = [(line[0], name) for name, line in self.ready.items() if line and name not in full]
            if not heads:
                break
            best.append(heapq.heappop(self.ready[min(heads)[1]]))
        return best

    def _check(self, limits: dict[str, int], worst: tuple[float, ...] | None) -> None:
        """Count what must not be, by looking at the outcome alone."""
        result = self.result
        result.most_busy = max(result.most_busy, self.busy.total())
        above = [name for name, limit in limits.items() if self.busy[name] > limit]
        result.overfull += bool(above) or self.busy.total() > self.pool.workers
        left = [
            line[0][0]
            for name, line in self.ready.items()
            if line and (name not in limits or self.busy[name] < limits[name])
        ]
        result.overtaken += worst is not None and any(place < worst for place in left)

    def _start(self, one: SimulatedJob) -> None:
        one.job = replace(one.job, state=JobState.QUEUED, generation=one.job.generation + 1)
        begin, end = self.scenario.throttled
        started = self.now
        if begin <= self.now < end:
            if end - self.now > INVOKE_SECONDS:
                self._at(self.now + INVOKE_SECONDS, "refuse", one)
                return
            started = end
        one.first_start = started if one.first_start is None else one.first_start
        if self.random.random() < self.scenario.crash_share:
            self._at(started + one.seconds * self.random.random(), "crash", (one, started))
        else:
            self._at(started + one.seconds, "succeed", (one, started))

    def _refuse(self, one: SimulatedJob) -> None:
        self.result.refusals += 1
        self._end(one, after_refusal(one.job, at=self._time()))

    def _crash(self, what: tuple[SimulatedJob, float]) -> None:
        one, started = what
        self.result.crashes += 1
        attempt = FailedAttempt(
            failure=JobFailure("crash"),
            outcome=AttemptOutcome.CRASHED,
            at=self._time(),
            seconds=self.now - started,
            jitter=self.random.random(),
        )
        self._end(one, after_failure(one.job, one.kind.work, attempt))

    def _succeed(self, what: tuple[SimulatedJob, float]) -> None:
        one, started = what
        seconds = self.now - started
        end = JobEnd(outcome=AttemptOutcome.SUCCEEDED, state=JobState.SUCCEEDED, at=self._time(), seconds=seconds)
        self._end(one, end)

    def _end(self, one: SimulatedJob, end: JobEnd) -> None:
        job = one.job
        self.result.busy_seconds += end.seconds
        self.busy[one.kind.name] -= 1
        one.job = replace(
            job,
            state=end.state,
            attempts=job.attempts + end.uses_attempt,
            ran_seconds=job.ran_seconds + end.seconds,
            not_before=end.not_before or job.not_before,
        )
        if end.state is JobState.PENDING:
            heapq.heappush(self.waiting, (one.job.not_before, job.id))
        else:
            one.ended = self.now
            self.open -= 1
        self._at(self.now + HAND_OVER_SECONDS, "hand_over", None)
