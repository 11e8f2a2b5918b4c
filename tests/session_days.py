"""One tracking whose days are saved and corrected as a test wants, by the real use cases, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlTransaction
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.run import RunKind
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import PageKey
from sunwi.service.crawling.save_outcome import Measured, save_outcome
from sunwi.service.ledger.replay_run import ReplayReport, ReplayRun
from sunwi.testing import InMemoryEvidenceStore, ManualClock
from tests.examples import NIGHT, new_reading, new_run, place_tracking, recognised

NOT_EXPOSED = NotExposed(depth=30, block_absent=False)


def exposed(rank: int) -> Exposed:
    """A place among 30."""
    return Exposed(rank=rank, area="nmb_rnk", page_rank=rank, areas=("nmb_rnk",), depth=30)


@dataclass(frozen=True, slots=True)
class OneTransaction:
    """A store whose every transaction is the same one."""

    tx: SqlTransaction

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        yield self.tx

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        yield self.tx


@dataclass
class SessionDays:
    """One tracking and what is looked at of it; days are numbered from 0, and each look is a run of its own."""

    tx: SqlTransaction
    tracking_id: int
    evidence: InMemoryEvidenceStore = field(default_factory=InMemoryEvidenceStore)
    looks: int = 0

    def save(
        self, day: int, rank: int | None, kind: RunKind = RunKind.SCHEDULED, *, run_day: int | None = None
    ) -> Measured:
        """Save a look whose page was fetched on a day, for a run that began on that day or another."""
        self.looks += 1
        began_at = NIGHT + timedelta(days=day if run_day is None else run_day)
        fetched_at = NIGHT + timedelta(days=day, seconds=self.looks)
        run = new_run(f"run-{self.looks}", kind, began_at)
        self.tx.runs.add(run, [self.tracking_id])
        task = self.tx.tasks.lock(run.id, self.tracking_id, message_id="m1")
        assert task is not None
        new = new_reading(run.id, recognised(), fetched_at=fetched_at)
        reading = self.tx.readings.add(replace(new, evidence_key=self.evidence.keep(run.id, new.loaded)))
        outcome = NOT_EXPOSED if rank is None else exposed(rank)
        return save_outcome(self.tx, task, reading, outcome, at=fetched_at)

    def correct(self, look: int, rank: int | None, *, apply: bool = True) -> ReplayReport:
        """Replay a look, counted from 1, with a reader that finds the place at this rank, or not at all."""
        ids = ["999", "998", "997"] if rank is None else [*("999", "998", "997")[: rank - 1], "101"]

        def read(_served: Sequence[ServedPage], _key: PageKey) -> PageReading:
            return recognised(*ids)

        replay = ReplayRun(store=OneTransaction(self.tx), evidence=self.evidence, clock=ManualClock(NIGHT))
        with patch("sunwi.service.ledger.replay_run.read_pages", read):
            return replay.replay(f"run-{look}", apply=apply)

    @property
    def rows(self) -> Sequence[LedgerRow]:
        """The ledger, by date."""
        return self.tx.ledger.history(self.tracking_id)

    @property
    def current_session(self) -> int:
        """The session that is open."""
        return self.tx.trackings.lock(self.tracking_id).current_session

    def counted(self, session: int = 1) -> int:
        """What a session sells."""
        return self.tx.ledger.count_exposed(self.tracking_id, session)


@contextmanager
def session_days(engine: Engine, *, sold: int = 25) -> Iterator[SessionDays]:
    """Open a transaction with one tracking in it, whose sessions sell so many days; take everything back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        tx = SqlTransaction(connection)
        tx.trackings.add([replace(place_tracking(), session_days=sold)], at=NIGHT)
        [tracking] = tx.trackings.list()
        yield SessionDays(tx, tracking.id)
        transaction.rollback()
