"""Answer one crawl message: look, save, and move the session on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import NoReturn

import structlog

from sunwi.domain.attempt import MAX_ATTEMPTS, Decision, decide, retry_delay_seconds
from sunwi.domain.failure import Failure, FailureCause, failure_of
from sunwi.domain.observation import NewReading, StoredReading, SurfaceLook
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured, look_up
from sunwi.domain.run import TERMINAL_STATES, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.task import CrawlMessage, Receipt, Task, after_failed_look, cancellation, parse_message
from sunwi.domain.tracking import Tracking
from sunwi.errors import BadMessage, Permanent, Retryable, StoreUnavailable, SunwiError
from sunwi.service.ports import Clock, CrawlQueue, EvidenceStore, Store, Transaction
from sunwi.service.read_surface import ReadSurface
from sunwi.service.retry_conflicts import retry_conflicts
from sunwi.service.save_outcome import Measured, save_outcome

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Look:
    """A look under way: its task as it was, its attempt's id and number, the reading to reuse if any."""

    task: Task
    attempt_id: int
    number: int
    reading: StoredReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlTracking:
    """Measure one tracking per message, idempotently.

    Attributes:
        evidence: Where pages are kept; None keeps none.
        batch_timeout: CRAWL_BATCH_TIMEOUT; a reading older than this is not reused.
        retry_base_seconds: CRAWL_RETRY_BASE_SECONDS.
        postpone_seconds: CRAWL_POSTPONE_SECONDS, for when the database is away.
        random: Source of jitter.
    """

    store: Store
    queue: CrawlQueue
    read_surface: ReadSurface
    evidence: EvidenceStore | None
    clock: Clock
    batch_timeout: timedelta
    retry_base_seconds: float
    postpone_seconds: int
    random: Random

    def handle(self, body: str, receipt: Receipt) -> Measured | None:
        """Handle one received message; to return is to acknowledge it.

        Args:
            body: As it came.
            receipt: Of this receive.

        Returns:
            What was measured; None when there was nothing left to do.

        Raises:
            SunwiError: The message must be received again, when its visibility says, or go to the DLQ.
        """
        try:
            return self._crawl(parse_message(body, receipt))
        except BadMessage as error:
            log.exception("bad_message", error=str(error), receive_count=receipt.receive_count)
            self.queue.postpone(receipt, 0)
            raise
        except StoreUnavailable as error:
            log.exception("store_unavailable", error=str(error), delay_seconds=self.postpone_seconds)
            self.queue.postpone(receipt, self.postpone_seconds)
            raise

    def _crawl(self, message: CrawlMessage) -> Measured | None:
        look = self._start(message)
        if look is None:
            return None
        try:
            reading = look.reading or self._open(look, is_second_look=False)
            outcome = _look_up(look.task.tracking, reading)
            if self._needs_second_look(look.task, outcome, reading):
                reading = self._open(look, is_second_look=True)
                outcome = _look_up(look.task.tracking, reading)
            if isinstance(outcome, NotMeasured):
                raise outcome.as_error()
            return self._save(message, look, reading, outcome)
        except (StoreUnavailable, BadMessage):
            raise
        except SunwiError as error:
            self._fail(message, look, error)

    @retry_conflicts
    def _start(self, message: CrawlMessage) -> _Look | None:
        """Decide what the message is good for; None when nothing is left to do."""
        with self.store.begin() as tx:
            task = tx.tasks.lock(message.run_id, message.tracking_id, message_id=message.receipt.message_id)
            now = self.clock.now()
            decision = Decision.FAIL_AGAIN if task is None else self._decide(tx, task, message, now)
            if task and decision is Decision.MEASURE:
                return self._start_attempt(tx, task, message, now)
            if task and decision is Decision.CANCEL:
                tx.tasks.set_state(task, TaskState.CANCELLED, decided_at=now, failure=cancellation(task))
            if task and decision is Decision.FAIL_AGAIN and task.state not in TERMINAL_STATES:
                self._fail_crashed(tx, task, now)
        if task is None:
            raise BadMessage(
                f"run {message.run_id} has no task for tracking {message.tracking_id}: the message goes to the DLQ; "
                "delete it there, or redrive it once the run exists"
            )
        if decision is not Decision.FAIL_AGAIN:
            log.info("message_acknowledged", state=task.state.value, tracking_id=task.tracking.id, run_id=task.run.id)
            return None
        self.queue.postpone(message.receipt, 0)
        raise Permanent(
            f"tracking {message.tracking_id} of run {message.run_id} has failed for good: its message goes to the "
            "DLQ, redrive it there once the cause is gone"
        )

    def _decide(self, tx: Transaction, task: Task, message: CrawlMessage, now: datetime) -> Decision:
        """Decide by the rules; a page that was read and only not saved is no failed look, however often."""
        decision = decide(task.situation, sent_at=message.receipt.sent_at, now=now)
        is_used_up = decision is Decision.FAIL_AGAIN and not task.is_permanent and task.state not in TERMINAL_STATES
        if is_used_up and now < task.run.deadline and self._find_reading(tx, task, now) is not None:
            return Decision.MEASURE
        return decision

    def _start_attempt(self, tx: Transaction, task: Task, message: CrawlMessage, now: datetime) -> _Look:
        """Store the attempt before looking, so that a crash counts."""
        reading = self._find_reading(tx, task, now)
        attempt_id = tx.attempts.start(task, message, at=now, page_loads=0 if reading else 1)
        # Past the deadline only a redrive is measured, and its verdict stands until there is a better one.
        if now < task.run.deadline and not task.is_late(business_date(now)):
            tx.tasks.set_state(task, TaskState.RUNNING)
        return _Look(task, attempt_id, task.attempts_used + 1, reading)

    def _fail_crashed(self, tx: Transaction, task: Task, now: datetime) -> None:
        """Give up a task whose looks were all started and never ended."""
        crash = Failure(FailureCause.CRASH, f"crashed: {MAX_ATTEMPTS} looks were started and the last never ended")
        tx.tasks.set_state(task, TaskState.FAILED, decided_at=now, failure=crash)
        log.error("attempts_used_up", tracking_id=task.tracking.id, run_id=task.run.id, error=crash.reason)

    def _find_reading(self, tx: Transaction, task: Task, now: datetime) -> StoredReading | None:
        """Find a reading of this run that is fresh enough, of the same KST date as now, and worth another look.

        A first look believes a page whose block for its kind is suspect; a retry loads it anew.
        """
        reading = tx.readings.find(task.run.id, task.tracking.page_key, since=now - self.batch_timeout)
        if reading is None or business_date(reading.fetched_at) != business_date(now):
            return None
        is_retry = task.attempts_used > 0
        if is_retry and isinstance(_look_up(task.tracking, reading), NotMeasured):
            return None
        return reading

    def _open(self, look: _Look, *, is_second_look: bool) -> StoredReading:
        """Load, read and store the page, with its evidence; unreadable ones too."""

        def count_page(number: int) -> None:
            if number > 1 or is_second_look:
                with self.store.begin() as tx:
                    tx.attempts.add_page_load(look.attempt_id)

        task = look.task
        is_retry = is_second_look or look.number > 1
        seen = self.read_surface(task.tracking.page_key, fresh=is_retry, before_page=count_page)
        new = NewReading(
            run_id=task.run.id,
            look=seen,
            evidence_key=self._keep_evidence(task.run.id, seen),
            is_second_look=is_second_look,
        )
        return self._store_reading(new)

    @retry_conflicts
    def _store_reading(self, new: NewReading) -> StoredReading:
        with self.store.begin() as tx:
            return tx.readings.add(new)

    def _keep_evidence(self, run_id: str, seen: SurfaceLook) -> str | None:
        """Keep the pages; a look is not thrown away because its proof could not be stored."""
        if self.evidence is None:
            return None
        try:
            return self.evidence.keep(run_id, seen)
        except Retryable as error:
            log.exception("evidence_not_kept", run_id=run_id, keyword=seen.key.keyword, error=str(error))
            return None

    def _needs_second_look(
        self, task: Task, outcome: Exposed | NotExposed | NotMeasured, reading: StoredReading
    ) -> bool:
        """Ask whether a block that was there yesterday has gone, on one look only.

        A second look that another tracking asked for confirms only what the looks before it lacked, too.
        """
        if not _lacks_block(outcome):
            return False
        since = self.clock.now() - self.batch_timeout
        with self.store.read() as tx:
            last = tx.ledger.last(task.tracking.id)
            if last is None or not last.is_exposed:
                return False
            if not reading.is_second_look:
                return True
            before = tx.readings.list_before(task.run.id, task.tracking.page_key, since=since, reading_id=reading.id)
        return not any(_lacks_block(_look_up(task.tracking, earlier)) for earlier in before)

    @retry_conflicts
    def _save(
        self, message: CrawlMessage, look: _Look, reading: StoredReading, outcome: Exposed | NotExposed
    ) -> Measured:
        with self.store.begin() as tx:
            task = tx.tasks.lock(message.run_id, message.tracking_id, message_id=message.receipt.message_id)
            if task is None:
                raise BadMessage(f"the task of tracking {message.tracking_id} in run {message.run_id} is gone")
            # What the tracking is to count from now on concerns later looks.
            task = replace(task, tracking=look.task.tracking)
            measured = save_outcome(tx, task, reading, outcome, at=self.clock.now())
            tx.attempts.finish(look.attempt_id, at=self.clock.now())
        log.info(
            "crawl_result",
            tracking_id=task.tracking.id,
            rank_type=task.tracking.target.kind.value,
            keyword=task.tracking.keyword,
            rank=measured.rank,
            area=measured.area,
            session_number=measured.session_number,
            run_id=task.run.id,
            reused_reading=look.reading is not None,
        )
        return measured

    @retry_conflicts
    def _fail(self, message: CrawlMessage, look: _Look, error: SunwiError) -> NoReturn:
        """Note a failed look, set when the message comes back, and raise."""
        permanent = isinstance(error, Permanent)
        used_up = permanent or look.number >= MAX_ATTEMPTS
        with self.store.begin() as tx:
            task = tx.tasks.lock(message.run_id, message.tracking_id, message_id=message.receipt.message_id)
            now = self.clock.now()
            tx.attempts.finish(look.attempt_id, at=now, error=error, permanent=permanent)
            if task is not None and task.state not in TERMINAL_STATES:
                state, failure = after_failed_look(task, failure_of(error), used_up=used_up)
                decided_at = now if state in TERMINAL_STATES else None
                tx.tasks.set_state(task, state, decided_at=decided_at, failure=failure)
        ids = {"tracking_id": message.tracking_id, "run_id": message.run_id, "attempt": look.number}
        if used_up:
            log.error("attempts_used_up", **ids, error=str(error), error_name=type(error).__name__)
            self.queue.postpone(message.receipt, 0)
        else:
            jitter = self.random.uniform(-1, 1)
            delay = retry_delay_seconds(look.number, base_seconds=self.retry_base_seconds, jitter=jitter)
            log.warning("crawl_retry", **ids, error=str(error), error_name=type(error).__name__, delay_seconds=delay)
            self.queue.postpone(message.receipt, delay)
        raise error


def _look_up(tracking: Tracking, reading: StoredReading) -> Exposed | NotExposed | NotMeasured:
    return look_up(reading.reading, tracking.target, tracking.counting)


def _lacks_block(outcome: Exposed | NotExposed | NotMeasured) -> bool:
    return isinstance(outcome, NotExposed) and outcome.block_absent
