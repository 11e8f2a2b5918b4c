"""Answer one crawl message: attempt, save, and move the session on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import NoReturn

import structlog

from sunwi.domain.attempt import MAX_ATTEMPTS, retry_delay_seconds
from sunwi.domain.circuit import Circuit, postponement_seconds
from sunwi.domain.failure import failure_of
from sunwi.domain.lookup import look_up_in, needs_second_reading
from sunwi.domain.observation import LoadedSurface, NewReading, StoredReading
from sunwi.domain.outcome import Exposed, NotExposed, NotMeasured
from sunwi.domain.run import TERMINAL_STATES, UNMEASURED_STATES
from sunwi.domain.task import CrawlMessage, Receipt, after_failed_attempt, parse_message
from sunwi.errors import BadMessage, Blocked, Permanent, Retryable, StoreUnavailable, SunwiError, SurfaceHeld
from sunwi.service.crawling.circuit_breaker import CircuitBreaker, CircuitChange
from sunwi.service.crawling.save_outcome import Measured, save_outcome
from sunwi.service.crawling.shorten_lease import ShortenLease
from sunwi.service.crawling.start_attempt import StartAttempt, StartedAttempt
from sunwi.service.ledger.record_state import record_unmeasured
from sunwi.service.pages.keep_pictures import keep_pictures
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.outside import Clock, CrawlQueue, EvidenceStore, Store
from sunwi.service.ports.reading_terms import ReadingTerms, TimeLimit
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlTracking:
    """Measure one tracking per message, idempotently.

    Attributes:
        start_attempt: Decides what the message is good for, and commits its attempt.
        evidence: Where pages are kept; None keeps none.
        pictures: Keep a picture of every page beside it.
        retry_base_seconds: CRAWL_RETRY_BASE_SECONDS.
        postpone_seconds: CRAWL_POSTPONE_SECONDS, for when the database is away or the surface refuses.
        save_seconds: What an invocation keeps for saving: the attempt ends by then.
        random: Source of jitter.
    """

    store: Store
    queue: CrawlQueue
    start_attempt: StartAttempt
    read_surface: ReadSurface
    evidence: EvidenceStore | None
    guard: CircuitBreaker
    shorten_lease: ShortenLease
    clock: Clock
    retry_base_seconds: float
    postpone_seconds: int
    random: Random
    pictures: bool = True
    save_seconds: float = 0

    def handle(self, body: str, receipt: Receipt, *, remaining_seconds: float | None = None) -> Measured | None:
        """Handle one received message; to return is to acknowledge it.

        Args:
            body: As it came.
            receipt: Of this receive.
            remaining_seconds: What the invocation has left; None when nobody knows.

        Returns:
            What was measured; None when there was nothing left to do.

        Raises:
            SunwiError: The message must be received again, when its visibility says, or go to the DLQ.
        """
        left = None if remaining_seconds is None else remaining_seconds - self.save_seconds
        limit = TimeLimit.after(left, self.clock)
        try:
            return self._crawl(parse_message(body, receipt), remaining_seconds, limit)
        except BadMessage as error:
            log.exception("bad_message", error=str(error), receive_count=receipt.receive_count)
            self.queue.postpone(receipt, 0)
            raise
        except StoreUnavailable as error:
            log.exception("store_unavailable", error=str(error), delay_seconds=self.postpone_seconds)
            self.queue.postpone(receipt, self.postpone_seconds)
            raise

    def _crawl(self, message: CrawlMessage, remaining_seconds: float | None, limit: TimeLimit) -> Measured | None:
        attempt = self.start_attempt(message, limit=limit)
        if attempt is None:
            return None
        # Not before the attempt is stored: a receive that is none must hide the message for a postponement.
        self.shorten_lease(message.receipt, remaining_seconds=remaining_seconds)
        try:
            if attempt.failure is not None:
                raise attempt.failure
            tracking = attempt.task.tracking
            reading = attempt.found.reading or self._open(attempt, limit, is_second_look=False)
            outcome = look_up_in(reading, tracking)
            if needs_second_reading(outcome, was_exposed=attempt.was_exposed, is_confirmed=attempt.found.is_confirmed):
                reading = self._open(attempt, limit, is_second_look=True)
                outcome = look_up_in(reading, tracking)
            if isinstance(outcome, NotMeasured):
                raise outcome.as_error(retry_after=reading.retry_after)
            return self._save(message, attempt, reading, outcome)
        except (StoreUnavailable, BadMessage):
            raise
        except SunwiError as error:
            self._fail(message, attempt, error)

    def _open(self, attempt: StartedAttempt, limit: TimeLimit, *, is_second_look: bool) -> StoredReading:
        """Load, read and store the page, with its evidence; unreadable ones too."""
        task, page = attempt.task, attempt.task.tracking.page_key

        def before_page(number: int) -> None:
            """Count a page beyond the one that the attempt began with, and ask the circuit for it."""
            if number > 1 or is_second_look:
                with self.store.begin() as tx:
                    if not attempt.is_probe:
                        self.guard.ask_again(tx, page)
                    tx.attempts.add_page_load(attempt.attempt_id)

        def keep_unfinished(seen: LoadedSurface) -> None:
            kept = self._keep_evidence(task.run.id, seen)
            log.info("unfinished_pages_kept", run_id=task.run.id, pages=len(seen.pages), evidence_key=kept)

        kept: list[tuple[StoredReading, str | None]] = []

        def keep_read(seen: LoadedSurface) -> None:
            kept.append(self._keep_reading(attempt, seen, is_second_look=is_second_look))

        # Its turn was reserved with the attempt, for the first page that the attempt needs.
        turn = attempt.turn if is_second_look is (attempt.found.reading is not None) else None
        terms = ReadingTerms(
            limit=limit, turn=turn, before_page=before_page, keep_unfinished=keep_unfinished, keep_read=keep_read
        )
        with_pictures = self.pictures and self.evidence is not None
        is_fresh = is_second_look or attempt.is_fresh
        seen = self.read_surface(page, fresh=is_fresh, with_pictures=with_pictures, terms=terms)
        [(stored, evidence_key)] = kept
        if self.evidence is not None and evidence_key is not None:
            keep_pictures(self.evidence, evidence_key, seen)
        return replace(stored, retry_after=seen.retry_after)

    def _keep_reading(
        self, attempt: StartedAttempt, seen: LoadedSurface, *, is_second_look: bool
    ) -> tuple[StoredReading, str | None]:
        """Keep the pages and store what they say, before they are drawn: whoever comes after a crash then finds it."""
        run_id = attempt.task.run.id
        evidence_key = self._keep_evidence(run_id, seen)
        new = NewReading(run_id=run_id, loaded=seen, evidence_key=evidence_key, is_second_look=is_second_look)
        stored, change = self._store_reading(attempt, new)
        self.guard.announce(change)
        return stored, evidence_key

    @retry_conflicts
    def _store_reading(self, attempt: StartedAttempt, new: NewReading) -> tuple[StoredReading, CircuitChange]:
        with self.store.begin() as tx:
            stored = tx.readings.add(new)
            return stored, self.guard.record(tx, attempt.task.run, new.loaded, is_probe=attempt.is_probe)

    def _keep_evidence(self, run_id: str, seen: LoadedSurface) -> str | None:
        """Keep the pages; a load is not thrown away because its proof could not be stored."""
        if self.evidence is None:
            return None
        try:
            return self.evidence.keep(run_id, seen)
        except Retryable as error:
            log.exception("evidence_not_kept", run_id=run_id, keyword=seen.key.keyword, error=str(error))
            return None

    @retry_conflicts
    def _save(
        self, message: CrawlMessage, attempt: StartedAttempt, reading: StoredReading, outcome: Exposed | NotExposed
    ) -> Measured:
        with self.store.begin() as tx:
            task = tx.tasks.lock(message.run_id, message.tracking_id)
            if task is None:
                raise BadMessage(f"the task of tracking {message.tracking_id} in run {message.run_id} is gone")
            # What the tracking is to count from now on concerns later observations.
            looked_for = replace(task.tracking, counting=attempt.task.tracking.counting)
            task = replace(task, tracking=looked_for)
            measured = save_outcome(tx, task, reading, outcome, at=self.clock.now())
            if attempt.found.needs_page:  # else it has ended already
                tx.attempts.finish(attempt.attempt_id, at=self.clock.now())
        log.info(
            "crawl_result",
            tracking_id=task.tracking.id,
            rank_type=task.tracking.target.kind.value,
            keyword=task.tracking.keyword,
            rank=measured.rank,
            area=measured.area,
            session_number=measured.session_number,
            run_id=task.run.id,
            reused_reading=attempt.found.reading is not None,
        )
        return measured

    @retry_conflicts
    def _fail(self, message: CrawlMessage, attempt: StartedAttempt, error: SunwiError) -> NoReturn:
        """Note a failed attempt, set when the message comes back, and raise."""
        permanent, is_held = isinstance(error, Permanent), isinstance(error, SurfaceHeld)
        with self.store.begin() as tx:
            task = tx.tasks.lock(message.run_id, message.tracking_id)
            now = self.clock.now()
            tx.attempts.finish(attempt.attempt_id, at=now, error=error, permanent=permanent)
            change = self.guard.end_probe(
                tx, attempt.task.run, attempt.task.tracking.page_key, is_probe=attempt.is_probe
            )
            circuit = change.after
            # A probe that finds the surface as it was says nothing of its page, nor does a page that was not asked for.
            is_attempt = permanent or not (is_held or (attempt.is_probe and circuit.opened_at is not None))
            if not is_attempt:
                tx.attempts.uncount(attempt.attempt_id)
            used_up = permanent or (is_attempt and attempt.number >= MAX_ATTEMPTS)
            if task is not None and task.state not in TERMINAL_STATES:
                state, failure = after_failed_attempt(task, failure_of(error), used_up=used_up)
                decided_at = now if state in TERMINAL_STATES else None
                tx.tasks.set_state(task, state, decided_at=decided_at, failure=failure)
                if state in UNMEASURED_STATES:
                    record_unmeasured(tx, task)
        delay = 0 if used_up else self._delay_seconds(attempt, error, circuit, now)
        self.queue.postpone(message.receipt, delay)
        _log_failure(message, attempt, error, None if used_up else delay)
        self.guard.announce(change)
        raise error

    def _delay_seconds(self, attempt: StartedAttempt, error: SunwiError, circuit: Circuit, now: datetime) -> int:
        """Return seconds until the next attempt: the retry's pause, the page's Retry-After or the circuit's probe."""
        jitter = self.random.uniform(-1, 1)
        delay = retry_delay_seconds(attempt.number, base_seconds=self.retry_base_seconds, jitter=jitter)
        if circuit.opened_at is None and not isinstance(error, Blocked):
            return delay
        wanted = error.retry_after if isinstance(error, Blocked) else None
        until, shortest = now + max(timedelta(seconds=delay), wanted or timedelta()), delay
        if circuit.opened_at is not None or isinstance(error, SurfaceHeld):
            until, shortest = max(until, circuit.next_try_at(now)), self.postpone_seconds
        return postponement_seconds(until, now=now, deadline=attempt.task.run.deadline, shortest_seconds=shortest)


def _log_failure(message: CrawlMessage, attempt: StartedAttempt, error: SunwiError, delay_seconds: int | None) -> None:
    facts = {
        "tracking_id": message.tracking_id,
        "run_id": message.run_id,
        "attempt": attempt.number,
        "error": str(error),
        "error_name": type(error).__name__,
    }
    if delay_seconds is None:
        log.error("attempts_used_up", **facts)
    else:
        log.warning("crawl_retry", **facts, delay_seconds=delay_seconds, is_probe=attempt.is_probe)
