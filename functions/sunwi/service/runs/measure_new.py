"""Measure new trackings at once: their run is stored with them, and what does not fit waits for the night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.run import Run, RunKind
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.ports.outside import Clock, Transaction
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun

#: So many are sent before anybody is answered; the state machine has the others sent.
_SENT_AT_ONCE = 100
_SENDING_TIME = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """How new trackings are measured.

    Attributes:
        run: That measures them; None where there is none.
        waiting: How many of them wait for the night, since a run would not get to them in time.
        error: Why the run is not watched yet; None when it is.
    """

    run: Run | None = None
    waiting: int = 0
    error: Retryable | ConfigurationError | None = None


@dataclass(slots=True, kw_only=True)
class NewRun:
    """The run of trackings that are being stored; called inside their transaction (`trackings.then_measure.Then`).

    Attributes:
        request_id: As of `DispatchRun.started`.
        most: Trackings that a run gets to in time.
    """

    dispatch: DispatchRun
    clock: Clock
    request_id: str
    most: int
    _run: Run | None = None

    def __call__(self, tx: Transaction, tracking_ids: Sequence[int], *, at: datetime) -> datetime | None:
        """Store the run, or find the one that the same request has stored."""
        if not tracking_ids:
            self._run = tx.runs.of_request(self.request_id)
            return None if self._run is None else self._run.started_at
        ids = sorted(tracking_ids)[: self.most]
        self._run = self.dispatch.add(tx, RunKind.ON_DEMAND, ids, request_id=self.request_id, at=at)
        return None

    def watch(self, added: int) -> Measuring:
        """Have the run sent and watched; what is stored stays stored when that fails.

        Args:
            added: Trackings that the request has stored.
        """
        if self._run is None:
            return Measuring()
        now, waiting = self.clock.now(), max(0, added - self._run.expected)
        until = now + _SENDING_TIME if self._run.expected <= _SENT_AT_ONCE else now
        try:
            return Measuring(run=self.dispatch.again(self._run.id, until=until), waiting=waiting)
        except (Retryable, ConfigurationError) as error:
            return Measuring(run=self._run, waiting=waiting, error=error)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureNew:
    """Opens runs of new trackings.

    Attributes:
        batch_timeout: CRAWL_BATCH_TIMEOUT.
    """

    dispatch: DispatchRun
    check_capacity: CheckCapacity
    clock: Clock
    batch_timeout: timedelta

    def begin(self, request_id: str) -> NewRun:
        """Return what stores the run of a request's trackings.

        Args:
            request_id: As of `DispatchRun.started`.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        fitting = self.batch_timeout.total_seconds() * self.check_capacity.answers_per_second()
        return NewRun(dispatch=self.dispatch, clock=self.clock, request_id=request_id, most=max(1, int(fitting)))
