"""Decide what a received message is good for, and start its attempt."""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

import structlog

from sunwi.domain.attempt import MAX_ATTEMPTS, Decision, decide
from sunwi.domain.attempt_basis import AttemptBasis
from sunwi.domain.circuit import Circuit, Entry, postponement_seconds
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.lookup import confirms_absence, look_up_in, needs_second_reading
from sunwi.domain.observation import StoredReading
from sunwi.domain.outcome import NotMeasured
from sunwi.domain.pace import NoTurn, Turn
from sunwi.domain.run import TERMINAL_STATES, Run, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.task import CrawlMessage, Task, cancellation
from sunwi.errors import AwaitsRedrive, BadMessage, Postponed, SunwiError
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.ledger.record_state import record_taken_up_again, record_unmeasured
from sunwi.service.pages.keep_pace import longest_wait
from sunwi.service.ports.outside import Clock, CrawlQueue, Store, Transaction
from sunwi.service.ports.pace import PagePace
from sunwi.service.ports.reading_terms import UNLIMITED, TimeLimit
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.sites.naver.site import NAVER, Lane

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FoundReading:
    """What a run knows of a page.

    Attributes:
        reading: To look a tracking up in; None when there is none that is of use.
        needs_page: The page has to be opened, since there is none, or once more.
        is_confirmed: It is a second reading, and confirms that the tracking's block is gone.
    """

    reading: StoredReading | None
    _: KW_ONLY
    needs_page: bool
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedAttempt:
    """An attempt under way.

    Attributes:
        task: As it was.
        number: Of the attempt, from 1.
        found: What the run knows of the page already.
        was_exposed: The last row of the tracking's rank history is exposed.
        failure: How another tracking's load of the page has just failed; it answers this attempt too.
        is_probe: The one attempt that is let through to a surface that refuses.
        is_fresh: The page is to be opened in a new context.
        turn: Reserved for the first page that it loads; None when it needs none, or when no pause is kept.
    """

    task: Task
    attempt_id: int
    number: int
    found: FoundReading
    was_exposed: bool
    failure: SunwiError | None
    is_probe: bool
    is_fresh: bool
    turn: Turn | None = None


class _TooLateError(Exception):
    """No page of a site may be loaded in time: takes back the transaction, so that no attempt is used."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAttempt:
    """Start one attempt, or settle the message without one.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT; a reading older than this is not reused.
        retry_base_seconds: CRAWL_RETRY_BASE_SECONDS; a failure older than this answers no other attempt.
        postpone_seconds: CRAWL_POSTPONE_SECONDS.
        pace: Reserves the page load with the attempt.
    """

    store: Store
    queue: CrawlQueue
    guard: CircuitBreaker
    pace: PagePace
    clock: Clock
    batch_timeout: timedelta
    retry_base_seconds: float
    postpone_seconds: int

    def __call__(self, message: CrawlMessage, *, limit: TimeLimit = UNLIMITED) -> StartedAttempt | None:
        """Decide, and commit the attempt before the page is opened, so that a crash counts.

        Args:
            message: As received.
            limit: When the attempt must have ended.

        Returns:
            None when nothing is left to do.

        Raises:
            BadMessage: It names no task.
            AwaitsRedrive: Its attempts are used up; it is shown again at once, until the queue moves it.
            Postponed: Its surface refuses, or its site's next page load comes too late, and it was put off.
        """
        try:
            return self._settle(message, limit)
        except _TooLateError as error:
            raise self._put_off(message, error.free_at) from None

    @retry_conflicts
    def _settle(self, message: CrawlMessage, limit: TimeLimit) -> StartedAttempt | None:
        with self.store.begin() as tx:
            since = self.clock.now() - self.batch_timeout
            basis = tx.tasks.lock_for_attempt(message, readings_since=since)
            now, task = self.clock.now(), None if basis is None else basis.task
            decision = Decision.FAIL_AGAIN if basis is None else self._decide(basis, message, now)
            started = self._start(tx, basis, message, limit) if basis and decision is Decision.MEASURE else None
            if task and decision is Decision.CANCEL:
                tx.tasks.set_state(task, TaskState.CANCELLED, decided_at=now, failure=cancellation(task))
                record_unmeasured(tx, task)
            if task and decision is Decision.FAIL_AGAIN and task.state not in TERMINAL_STATES:
                _fail_crashed(tx, task, now)
        if task is None:
            raise BadMessage(
                f"run {message.run_id} has no task for tracking {message.tracking_id}: the message goes to the DLQ; "
                "delete it there, or redrive it once the run exists"
            )
        if isinstance(started, Circuit):
            raise self._held(message, task.run, started)
        if decision is Decision.FAIL_AGAIN:
            self.queue.postpone(message.receipt, 0)
            if task.state in TERMINAL_STATES:  # else its last attempt crashed, and that has just been logged
                ids = {"tracking_id": task.tracking.id, "run_id": task.run.id}
                log.info("message_awaits_redrive", **ids, receive_count=message.receipt.receive_count)
            raise AwaitsRedrive(
                f"tracking {message.tracking_id} of run {message.run_id} has failed for good: its message goes to the "
                "DLQ, redrive it there once the cause is gone"
            )
        if started is None:
            log.info("message_acknowledged", state=task.state.value, tracking_id=task.tracking.id, run_id=task.run.id)
        elif started.is_probe:
            self.guard.announce_probe(task.tracking.page_key, task.run.id)
        return started

    def _decide(self, basis: AttemptBasis, message: CrawlMessage, now: datetime) -> Decision:
        """Decide by the rules; a page that was read and only not saved is no failed attempt, however often."""
        task = basis.task
        decision = decide(task.snapshot, sent_at=message.receipt.sent_at, now=now)
        is_used_up = decision is Decision.FAIL_AGAIN and not task.is_permanent and task.state not in TERMINAL_STATES
        if is_used_up and now < task.run.deadline:
            reading = self._usable_reading(basis, now)
            if reading is not None and not isinstance(look_up_in(reading, task.tracking), NotMeasured):
                return Decision.MEASURE
        return decision

    def _start(
        self, tx: Transaction, basis: AttemptBasis, message: CrawlMessage, limit: TimeLimit
    ) -> StartedAttempt | Circuit:
        """Store the attempt, unless it needs a page that may not be opened: return the circuit that is in its way.

        Raises:
            _TooLateError: The page's turn comes too late.
        """
        now, task = self.clock.now(), basis.task
        found = self._find_reading(tx, basis, now)
        entry, failure, turn = Entry.LOAD, None, None
        if found.needs_page:
            entry, circuit = self.guard.enter(tx, task.tracking.page_key, now, known=basis.circuit)
            if entry is Entry.HOLD:
                return circuit
        if found.reading is None and entry is not Entry.PROBE:
            failure = self._find_failure(tx, task, message, now)
        page_loads = 0 if found.reading or failure else 1
        attempt_id = tx.attempts.start(task, message, at=now, page_loads=page_loads, is_ended=not found.needs_page)
        if found.needs_page or task.state in TERMINAL_STATES:
            _set_running(tx, task, now)
        # The last row that is locked: other crawlers wait for it.
        if found.needs_page and failure is None:
            turn = self.pace.reserve(NAVER.name, max_wait=longest_wait(limit), within=tx.pace)
        if isinstance(turn, NoTurn):
            raise _TooLateError(turn.free_at)
        return StartedAttempt(
            task=task,
            attempt_id=attempt_id,
            number=task.attempts_used + 1,
            found=found,
            was_exposed=basis.was_exposed,
            failure=failure,
            is_probe=entry is Entry.PROBE,
            is_fresh=task.attempts_started > 0,
            turn=turn,
        )

    def _held(self, message: CrawlMessage, run: Run, circuit: Circuit) -> Postponed:
        """Put a message off until its surface is asked again; no attempt is used."""
        now = self.clock.now()
        until = circuit.next_try_at(now)
        seconds = postponement_seconds(until, now=now, deadline=run.deadline, shortest_seconds=self.postpone_seconds)
        self.queue.postpone(message.receipt, seconds)
        ids = {"tracking_id": message.tracking_id, "run_id": message.run_id}
        surface = Lane.of_circuit(circuit.key).surface.value
        log.info("message_postponed", **ids, surface=surface, delay_seconds=seconds)
        self.guard.announce_held(circuit, run)
        return Postponed(
            f"the {surface} surface refuses ({circuit.reason}): tracking {message.tracking_id} is looked "
            f"at in {seconds} s"
        )

    def _put_off(self, message: CrawlMessage, free_at: datetime) -> Postponed:
        """Put a message off that its site's pace leaves no time for; no attempt is used."""
        with self.store.read() as tx:
            run, now = tx.runs.get(message.run_id), self.clock.now()
        deadline = now if run is None else run.deadline
        seconds = postponement_seconds(free_at, now=now, deadline=deadline, shortest_seconds=self.postpone_seconds)
        self.queue.postpone(message.receipt, seconds)
        ids = {"tracking_id": message.tracking_id, "run_id": message.run_id}
        wait = round((free_at - now).total_seconds(), 1)
        log.info("message_postponed", **ids, wait_seconds=wait, delay_seconds=seconds)
        return Postponed(
            f"the next page may be loaded in {wait} s, too late for this invocation: tracking {message.tracking_id} is "
            f"looked at in {seconds} s"
        )

    def _usable_reading(self, basis: AttemptBasis, now: datetime) -> StoredReading | None:
        """Return the run's reading if it is of the same KST date as now, and worth another attempt.

        A first attempt believes a page whose block for its kind is suspect; a retry only one newer than its last.
        """
        task, reading = basis.task, basis.reading
        if reading is None or business_date(reading.fetched_at) != business_date(now):
            return None
        if reading.fetched_at < now - self.batch_timeout:
            return None
        is_suspect = isinstance(look_up_in(reading, task.tracking), NotMeasured)
        if is_suspect and task.attempts_started > 0 and reading.fetched_at <= self._answered_since(task, now):
            return None
        return reading

    def _find_reading(self, tx: Transaction, basis: AttemptBasis, now: datetime) -> FoundReading:
        """Decide whether the run's reading is enough; a second one may confirm that the tracking's block is gone."""
        task, reading = basis.task, self._usable_reading(basis, now)
        if reading is None:
            return FoundReading(None, needs_page=True)
        needs_page = needs_second_reading(look_up_in(reading, task.tracking), was_exposed=basis.was_exposed)
        if not (needs_page and reading.is_second_look):
            return FoundReading(reading, needs_page=needs_page)
        since, page = now - self.batch_timeout, task.tracking.page_key
        before = tx.readings.list_before(task.run.id, page, since=since, reading_id=reading.id)
        is_confirmed = confirms_absence(reading, task.tracking, before)
        return FoundReading(reading, needs_page=not is_confirmed, is_confirmed=is_confirmed)

    def _find_failure(self, tx: Transaction, task: Task, message: CrawlMessage, now: datetime) -> SunwiError | None:
        """Find a load of the page that has just failed for another tracking, as late an attempt as this one.

        A failure from before the message was sent answers nothing: whoever redrives it has mended the cause.

        Source: docs/adr/0023-one-failed-load-answers-a-page.md.
        """
        since = max(self._answered_since(task, now), message.receipt.sent_at)
        failed = tx.attempts.find_failure(
            task.run.id, task.tracking.page_key, since=since, number=task.attempts_started + 1
        )
        return None if failed is None else failed.as_error()

    def _answered_since(self, task: Task, now: datetime) -> datetime:
        """Return since when another tracking's attempt counts as this message's own next one."""
        if task.last_attempt_at is None:
            return now - timedelta(seconds=self.retry_base_seconds)
        return max(task.last_attempt_at, now - timedelta(seconds=self.retry_base_seconds))


def _set_running(tx: Transaction, task: Task, now: datetime) -> None:
    """Move a task on; past the deadline only a redrive is measured, and its verdict stands until there is a better one.

    A task whose page is read already is not moved: it is measured before anybody could ask.
    """
    if now < task.run.deadline and not task.is_late(business_date(now)):
        tx.tasks.set_state(task, TaskState.RUNNING)
        record_taken_up_again(tx, task)


def _fail_crashed(tx: Transaction, task: Task, now: datetime) -> None:
    """Give up on a task whose attempts were all started and never ended."""
    crash = Failure(FailureCause.CRASH, f"crashed: {MAX_ATTEMPTS} looks were started and the last never ended")
    tx.tasks.set_state(task, TaskState.FAILED, decided_at=now, failure=crash)
    record_unmeasured(tx, task)
    log.error("attempts_used_up", tracking_id=task.tracking.id, run_id=task.run.id, error=crash.reason)
