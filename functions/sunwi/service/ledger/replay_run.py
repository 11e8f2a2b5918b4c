"""Read a run's kept pages with today's reader, and correct the ledger by it when asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from sunwi.domain.correction import KeptReading, LedgerStatement, StoredObservation
from sunwi.domain.failure import FailureCause, cause_of
from sunwi.domain.outcome import NotMeasured, look_up
from sunwi.domain.reading import PageReading
from sunwi.domain.session import is_full
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ledger.correct_day import Audit, CorrectedDay, correct_day, foresee_correction
from sunwi.service.pages.unknown_reading import guard_reader
from sunwi.service.ports.outside import Clock, EvidenceStore, Store, Transaction
from sunwi.sites.naver.read_page import PARSER_VERSION, read_pages

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change:
    """An observation that today's reader sees differently.

    Attributes:
        observation: As stored; its finding is None when it was not measured then.
        is_applied: The ledger says what today's reader found.
        counts: The day is, or would be, one of those that its session sells; None where the ledger stays as it is.
        counts_instead: Date of an over-exposed day of the session that counts, or would count, in its place.
    """

    observation: StoredObservation
    now: LedgerStatement
    is_applied: bool = False
    counts: bool | None = None
    counts_instead: date | None = None

    @property
    def can_apply(self) -> bool:
        """Whether a ledger row states the observation: all else is only listed."""
        return self.observation.row is not None

    @property
    def is_over_exposed(self) -> bool:
        """Whether the day is, or would be, exposed beyond those that its session sells."""
        return self.counts is False and self.now.rank is not None


@dataclass(frozen=True, slots=True)
class Unread:
    """An observation that was measured then and that today's reader cannot measure, and why.

    Attributes:
        cause: What makes its page unreadable; OTHER where there is no page.
    """

    observation: StoredObservation
    reason: str
    cause: FailureCause = FailureCause.OTHER


@dataclass(frozen=True, slots=True)
class ShortSession:
    """A closed session that has, or would have, fewer exposed days than were sold."""

    tracking_id: int
    number: int
    exposed: int
    session_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """What a replay found.

    Attributes:
        parser_version: Of today's reader.
        readings: Page readings that were read anew.
        looks: Observations that were compared.
        changes: By tracking and date; those not measured then come last.
        short: Closed sessions that these changes leave, or would leave, short.
        is_applied: The ledger was to be corrected.
    """

    run_id: str
    parser_version: str
    readings: int
    looks: int
    changes: Sequence[Change]
    unread: Sequence[Unread]
    short: Sequence[ShortSession]
    is_applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRun:
    """Re-read the evidence of one run."""

    store: Store
    evidence: EvidenceStore
    clock: Clock

    def replay(self, run_id: str, *, apply: bool = False) -> ReplayReport:
        """Compare what is stored with what today's reader says; with `apply` correct the ledger in one transaction.

        A correction changes a ledger row and appends an audit row, and never moves a session number. A day that
        becomes exposed in a full session does not count for it.
        What cannot be read any more is listed and never applied.

        Raises:
            InvalidInput: No such run.
            Retryable: Kept pages, or the database, cannot be reached; nothing was applied.
        """
        with self.store.read() as tx:
            if tx.runs.get(run_id) is None:
                raise InvalidInput(
                    f"there is no run {quote(run_id)}",
                    code="run_unknown",
                    run_id=run_id,
                )
            readings = {reading.id: reading for reading in tx.corrections.kept_readings(run_id)}
            looks = [*tx.corrections.observations_of_run(run_id), *tx.corrections.unmeasured_of_run(run_id)]
        changes, unread = self._compare(looks, readings)
        if apply:
            with self.store.begin() as tx:
                changes = _apply(tx, changes, at=self.clock.now(), reason=f"replay of {run_id}")
                short = _short_sessions(tx, [change for change in changes if change.is_applied], is_applied=True)
        else:
            with self.store.read() as tx:
                changes = [_foresee(tx, change) for change in changes]
                short = _short_sessions(tx, [change for change in changes if change.can_apply], is_applied=False)
        return ReplayReport(
            run_id=run_id,
            parser_version=PARSER_VERSION,
            readings=len({observation.page_reading_id for observation in looks}),
            looks=len(looks),
            changes=changes,
            unread=unread,
            short=short,
            is_applied=apply,
        )

    def _compare(
        self, looks: Sequence[StoredObservation], readings: Mapping[int, KeptReading]
    ) -> tuple[list[Change], list[Unread]]:
        """Read each page once, whatever the number of its observations."""
        by_reading: dict[int, list[int]] = {}
        for number, observation in enumerate(looks):
            by_reading.setdefault(observation.page_reading_id, []).append(number)
        found: dict[int, Change | Unread] = {}
        for reading_id, numbers in by_reading.items():
            now = self._read(readings[reading_id])
            for number in numbers:
                difference = _difference(looks[number], now)
                if difference is not None:
                    found[number] = difference
        ordered = [found[number] for number in sorted(found)]
        changes = [difference for difference in ordered if isinstance(difference, Change)]
        return changes, [difference for difference in ordered if isinstance(difference, Unread)]

    def _read(self, reading: KeptReading) -> PageReading | str:
        """Read kept pages, or say why there are none."""
        if reading.evidence_key is None:
            return "its pages were not kept"
        try:
            served = self.evidence.load(reading.evidence_key)
        except InvalidInput as error:
            return str(error)
        return guard_reader(lambda: read_pages(served, reading.key), reading.key, served)


def _difference(observation: StoredObservation, now: PageReading | str) -> Change | Unread | None:
    """Compare a stored observation with today's reading; what was and is not measured is no difference."""
    if isinstance(now, str):
        return None if observation.found is None else Unread(observation, now)
    outcome = look_up(now, observation.tracking.target, observation.counting)
    if isinstance(outcome, NotMeasured):
        return None if observation.found is None else Unread(observation, outcome.reason, cause_of(outcome.as_error()))
    finding = LedgerStatement.of_outcome(outcome)
    return None if finding == observation.found else Change(observation, finding)


def _apply(tx: Transaction, changes: Sequence[Change], *, at: datetime, reason: str) -> list[Change]:
    """Correct the rows that still say what they said, by tracking, so that locks are taken in one order."""
    return [_apply_one(tx, change, at=at, reason=reason) for change in changes]


def _apply_one(tx: Transaction, change: Change, *, at: datetime, reason: str) -> Change:
    observation = change.observation
    if observation.row is None or observation.found is None:
        return change
    tracking = tx.trackings.lock(observation.tracking.id)
    row = tx.ledger.get(observation.tracking.id, observation.row.date)
    if (
        row is None
        or row.observation_id != observation.observation_id
        or LedgerStatement.of_row(row) != observation.found
    ):
        return change
    audit = Audit(parser_version=PARSER_VERSION, at=at, reason=reason)
    day = correct_day(tx, row, change.now, audit, session_days=tracking.session_days)
    log.warning(
        "ledger_corrected",
        tracking_id=row.tracking_id,
        date=row.date.isoformat(),
        old_rank=observation.found.rank,
        rank=change.now.rank,
        counts=day.after.is_counted,
        page_reading_id=observation.page_reading_id,
    )
    return replace(_with_counts(change, day), is_applied=True)


def _foresee(tx: Transaction, change: Change) -> Change:
    row = change.observation.row
    if row is None:
        return change
    return _with_counts(
        change, foresee_correction(tx, row, change.now, session_days=change.observation.tracking.session_days)
    )


def _with_counts(change: Change, day: CorrectedDay) -> Change:
    instead = day.instead.date if day.instead else None
    return replace(change, counts=day.after.is_counted, counts_instead=instead)


def _short_sessions(tx: Transaction, changes: Sequence[Change], *, is_applied: bool) -> list[ShortSession]:
    """Find the closed sessions among those that lose a day."""
    lost: Counter[tuple[int, int]] = Counter()
    days_of: dict[tuple[int, int], int] = {}
    for change in changes:
        row = change.observation.row
        if row is not None and row.session_number < change.observation.tracking.current_session:
            session = (row.tracking_id, row.session_number)
            lost[session] += (row.rank is not None) - (change.now.rank is not None)
            days_of[session] = change.observation.tracking.session_days
    short = []
    for (tracking_id, number), session_days in sorted(days_of.items()):
        exposed = tx.ledger.count_exposed(tracking_id, number)
        if not is_applied:
            # Over-exposed days would take the places that become free.
            exposed += len(tx.ledger.over_exposed(tracking_id, number)) - lost[tracking_id, number]
        if lost[tracking_id, number] > 0 and not is_full(exposed, session_days=session_days):
            short.append(ShortSession(tracking_id, number, exposed, session_days))
    return short
