"""What the store offers of pages: what they showed, what it proves, and whether they can be read at all."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from sunwi.domain.canary import CanaryCheck
from sunwi.domain.circuit import Circuit, CircuitKey
from sunwi.domain.correction import Correction, KeptReading, StoredObservation
from sunwi.domain.observation import NewReading, Observation, StoredReading
from sunwi.domain.proof import ObservationBesideLedger, Proof
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.session import LedgerRow
from sunwi.domain.session_fault import SessionSums
from sunwi.domain.tracking import PageKey


class SessionObservation(NamedTuple):
    """A stored observation, and its session beside it.

    Attributes:
        id: Of the observation.
        counted_days: Exposed days of the session that count for it.
    """

    id: int
    counted_days: int


class Readings(Protocol):
    """Stored page readings."""

    def find(self, run_id: str, key: PageKey, *, since: datetime) -> StoredReading | None:
        """Return the run's latest readable reading of a page fetched at or after `since`."""
        ...

    def list_before(self, run_id: str, key: PageKey, *, since: datetime, reading_id: int) -> Sequence[StoredReading]:
        """Return the run's readable readings of a page that were stored before one, fetched at or after `since`."""
        ...

    def count_refusals(self, run_id: str, key: PageKey) -> int:
        """Count the run's readings of a page that found it refused."""
        ...

    def add(self, reading: NewReading) -> StoredReading:
        """Store a reading, readable or not."""
        ...

    def mean_load_seconds(self, since: datetime) -> float | None:
        """Return the mean load of one page of those fetched since then, each of a list; None when there are none."""
        ...


class Ledger(Protocol):
    """Observations and the rank history."""

    def observe(self, observation: Observation) -> int | None:
        """Append an observation; None when this tracking was already looked up in that page reading."""
        ...

    def observe_in(self, session: int, observation: Observation) -> SessionObservation | None:
        """Append an observation as `observe` does, and count the session's days as they are before it is stated."""
        ...

    def get(self, tracking_id: int, day: date) -> LedgerRow | None:
        """Return the row of a KST date."""
        ...

    def last(self, tracking_id: int) -> LedgerRow | None:
        """Return the latest row."""
        ...

    def add(self, row: LedgerRow) -> None:
        """Insert a day."""
        ...

    def add_unless_there(self, row: LedgerRow) -> LedgerRow | None:
        """Insert a day unless it has a row already; return that one then."""
        ...

    def update(self, row: LedgerRow) -> None:
        """Replace a day."""
        ...

    def count_exposed(self, tracking_id: int, session: int) -> int:
        """Count the exposed rows of a session that count for it."""
        ...

    def over_exposed(self, tracking_id: int, session: int) -> Sequence[LedgerRow]:
        """Return the exposed rows of a session that do not count for it, by date."""
        ...

    def unusual_sessions(self) -> Sequence[SessionSums]:
        """Return the sessions that a fault may be in, by tracking and number."""
        ...

    def proof(self, tracking_id: int, day: date | None) -> Proof | None:
        """Return the observation that a date's row states; None means the latest row."""
        ...

    def observations_beside_ledger(self, tracking_id: int) -> Sequence[ObservationBesideLedger]:
        """Return a tracking's observations that no row states, by time."""
        ...

    def history(self, tracking_id: int) -> Sequence[LedgerRow]:
        """Return all rows by date."""
        ...


class Corrections(Protocol):
    """Stored observations of a run, and what was corrected of them."""

    def kept_readings(self, run_id: str) -> Sequence[KeptReading]:
        """Return a run's page readings by id, readable or not."""
        ...

    def observations_of_run(self, run_id: str) -> Sequence[StoredObservation]:
        """Return a run's observations with the ledger rows that state them, by tracking and time."""
        ...

    def unmeasured_of_run(self, run_id: str) -> Sequence[StoredObservation]:
        """Return the last page reading of each tracking that the run has tasks for and has no observation of."""
        ...

    def add(self, correction: Correction) -> None:
        """Append a correction."""
        ...

    def reader_of(self, row: LedgerRow) -> tuple[int, str]:
        """Return the page reading that a ledger row states, and the version of the reader behind it."""
        ...

    def history(self, tracking_id: int) -> Sequence[Correction]:
        """Return a tracking's corrections in the order in which they were made."""
        ...


class Canaries(Protocol):
    """Readings of the canary's pages."""

    def add(self, check: CanaryCheck) -> CanaryCheck:
        """Store a check, unless the run has one of that number; return the stored one."""
        ...

    def get(self, run_id: str, number: int) -> CanaryCheck | None:
        """Return one check."""
        ...

    def latest(self, run_id: str) -> CanaryCheck | None:
        """Return a run's check of the highest number."""
        ...


class Recognition(Protocol):
    """What became of pages, whoever wanted them."""

    def of_run(self, run_id: str) -> Sequence[SurfaceCounts]:
        """Count a run's distinct pages that were opened, each by its best load, per surface and device."""
        ...


class Circuits(Protocol):
    """What is known of refusals; a circuit that nothing is stored of is closed."""

    def get(self, key: CircuitKey) -> Circuit:
        """Return a circuit as it is."""
        ...

    def lock(self, key: CircuitKey) -> Circuit:
        """Return a circuit, locked until the transaction ends; only a site's pace may be locked after it."""
        ...

    def list_open(self, site: str) -> Sequence[Circuit]:
        """Return a site's circuits that are not closed, the first opened first."""
        ...

    def last_closed(self, site: str) -> datetime | None:
        """Return when any circuit of a site closed last; None when none has."""
        ...

    def save(self, circuit: Circuit) -> None:
        """Replace a circuit that `lock` gave."""
        ...
