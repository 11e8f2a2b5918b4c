"""Show one tracking's history, session by session."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sunwi.domain.actor import Actor
from sunwi.domain.correction import Correction
from sunwi.domain.failure import Failure
from sunwi.domain.proof import ObservationBesideLedger
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow, is_full
from sunwi.domain.tracking import Tracking, TrackingStatus
from sunwi.domain.tracking_state import TrackingState
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.trackings.manage_trackings import require_seen


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A KST date without a ledger row (미측정).

    Attributes:
        failure: Of the run that could not measure it; None when no run attempted it.
    """

    date: date
    failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHistory:
    """One session (회차), its days by date.

    Attributes:
        session_days: Exposed days that it sells.
        exposed: Days that count, `session_days` at most unless an earlier version let it have more.
        over_exposed: Days that are exposed beyond those (초과 노출).
    """

    number: int
    session_days: int
    exposed: Sequence[LedgerRow]
    over_exposed: Sequence[LedgerRow]
    not_exposed: Sequence[LedgerRow]
    not_measured: Sequence[MissedDay]
    is_closed: bool

    @property
    def is_short(self) -> bool:
        """Whether a correction left a closed session with fewer days than were sold."""
        return self.is_closed and not self.is_full

    @property
    def is_full(self) -> bool:
        """Whether it has all the days that it sells."""
        return is_full(len(self.exposed), session_days=self.session_days)


@dataclass(frozen=True, slots=True)
class TrackingHistory:
    """A tracking, its sessions, first to current, what was corrected of its ledger, and what was seen beside it.

    Attributes:
        expected_finish: KST date on which the current session is expected to be full; None when nobody can tell.
    """

    tracking: Tracking
    sessions: Sequence[SessionHistory]
    corrections: Sequence[Correction]
    observations_beside_ledger: Sequence[ObservationBesideLedger]
    tags: Sequence[str] = ()
    expected_finish: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTracking:
    """Show a tracking."""

    store: Store
    clock: Clock

    def show(self, actor: Actor, tracking_id: int) -> TrackingHistory:
        """Return a tracking's history up to today.

        Raises:
            InvalidInput: There is no such tracking, or it is another's.
            StoreUnavailable: The database cannot be reached.
        """
        today = business_date(self.clock.now())
        with self.store.read() as tx:
            tracking = require_seen(tx, actor, tracking_id)
            rows = tx.ledger.history(tracking_id)
            failures = dict(tx.tasks.list_missed(tracking_id))
            corrections = tx.corrections.history(tracking_id)
            tags = tx.trackings.tags_of([tracking_id]).get(tracking_id, ())
            beside = tx.ledger.observations_beside_ledger(tracking_id)
        missed = list(_missed_days(tracking, rows, failures, today))
        numbers = range(1, tracking.current_session + 1)
        sessions = [_session(number, tracking, rows, missed) for number in numbers]
        finish = _expected_finish(tracking, sessions[-1], rows, today)
        return TrackingHistory(tracking, sessions, corrections, beside, tags, finish)


def _expected_finish(
    tracking: Tracking, current: SessionHistory, rows: Sequence[LedgerRow], today: date
) -> date | None:
    state = TrackingState(
        last=rows[-1] if rows else None,
        session_days=tracking.session_days,
        exposed_days=len(current.exposed),
        measured_days=len(current.exposed) + len(current.over_exposed) + len(current.not_exposed),
    )
    return state.expected_finish(tracking.status, today=today)


def _missed_days(
    tracking: Tracking, rows: Sequence[LedgerRow], failures: Mapping[date, Failure], today: date
) -> Iterator[MissedDay]:
    """Return the days without a row; today counts only once a run has failed to measure it.

    Of a tracking that is not active, days after the last run that touched it are nobody's miss.
    """
    measured = {row.date for row in rows}
    touched = measured | set(failures)
    first = min({business_date(tracking.created_at), *touched})
    yesterday = today - timedelta(days=1)
    last = max({yesterday, *touched}) if tracking.status is TrackingStatus.ACTIVE else max(touched, default=yesterday)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day not in measured:
            yield MissedDay(day, failures.get(day))


def _session(number: int, tracking: Tracking, rows: Sequence[LedgerRow], missed: Sequence[MissedDay]) -> SessionHistory:
    """Sort out one session; a missed day belongs to the session of the next row, or to the current one."""
    own = [row for row in rows if row.session_number == number]
    ended = [row.date for row in rows if row.session_number < number]
    after = max(ended, default=date.min)
    until = max((row.date for row in own), default=date.min) if number < tracking.current_session else date.max
    return SessionHistory(
        number=number,
        session_days=tracking.session_days,
        exposed=[row for row in own if row.is_counted],
        over_exposed=[row for row in own if row.is_over_exposed],
        not_exposed=[row for row in own if not row.is_exposed],
        not_measured=[day for day in missed if after < day.date <= until],
        is_closed=number < tracking.current_session,
    )
