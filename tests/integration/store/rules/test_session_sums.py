from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.correction import Correction, LedgerStatement
from sunwi.domain.session import LedgerRow
from sunwi.domain.session_fault import SessionFaultKind, SessionSums
from sunwi.service.ledger.audit_sessions import AuditSessions
from tests.examples import DAY, EXPOSED_DAY, EXPOSED_LOOK, MISSED_DAY, NIGHT, new_reading, new_run, place_tracking
from tests.examples import recognised as shown

OVER_FULL = SessionSums(
    tracking_id=1,
    number=1,
    counted=26,
    over_exposed=0,
    current=2,
    previous=0,
    latest=1,
    gained=0,
    lost=0,
    session_days=25,
)


class Books:
    """Ledgers that are written day by day, past every rule."""

    def __init__(self, store: SqlStore, trackings: int, *, session_days: int = 25) -> None:
        self.store = store
        with store.begin() as tx:
            new = [replace(place_tracking(number), session_days=session_days) for number in range(trackings)]
            tx.trackings.add(new, at=NIGHT)
            tx.runs.add(new_run(), None)
            tx.readings.add(new_reading(new_run().id, shown("1")))
            tx.ledger.observe(EXPOSED_LOOK)

    def write(self, row: LedgerRow, days: int, *, tracking_id: int = 1, session: int = 1) -> None:
        """Write so many more days like a row."""
        with self.store.begin() as tx:
            first = len(tx.ledger.history(tracking_id))
            for day in range(first, first + days):
                date = DAY + timedelta(days=day)
                tx.ledger.add(replace(row, tracking_id=tracking_id, date=date, session_number=session))

    def set_session(self, session: int, *, tracking_id: int = 1) -> None:
        with self.store.begin() as tx:
            tx.trackings.set_session(tracking_id, session)

    def correct(self, old: LedgerRow, new: LedgerRow, *, tracking_id: int = 1) -> None:
        """Append a correction of the first day, and leave the day as it is."""
        with self.store.begin() as tx:
            tx.corrections.add(
                Correction(
                    tracking_id=tracking_id,
                    date=DAY,
                    page_reading_id=1,
                    old=LedgerStatement.of_row(old),
                    new=LedgerStatement.of_row(new),
                    old_parser_version="1",
                    new_parser_version="2",
                    corrected_at=NIGHT,
                    reason="",
                    old_counts=old.counts,
                    new_counts=new.counts,
                )
            )

    @property
    def unusual(self) -> list[SessionSums]:
        with self.store.read() as tx:
            return list(tx.ledger.unusual_sessions())

    @property
    def faults(self) -> list[tuple[int, int, SessionFaultKind]]:
        found = AuditSessions(self.store).find()
        return [(fault.sums.tracking_id, fault.sums.number, fault.kind) for fault in found]


@pytest.fixture
def books(store: SqlStore) -> Books:
    return Books(store, trackings=3)


def test_sessions_that_are_as_they_should_be_are_left_out(books: Books) -> None:
    books.write(EXPOSED_DAY, 25)
    books.write(MISSED_DAY, 1)
    books.write(EXPOSED_DAY, 3, session=2)
    books.set_session(2)
    books.write(EXPOSED_DAY, 24, tracking_id=2)
    assert (books.unusual, books.faults) == ([], [])


def test_a_session_of_26_is_found_with_its_sums(books: Books) -> None:
    books.write(EXPOSED_DAY, 26)
    books.write(MISSED_DAY, 2)
    books.set_session(2)
    assert books.unusual == [OVER_FULL]
    assert books.faults == [(1, 1, SessionFaultKind.OVER_FULL)]


@pytest.mark.parametrize("sold", [1, 10, 100])
def test_a_session_is_held_to_the_days_that_its_own_tracking_sells(store: SqlStore, sold: int) -> None:
    books = Books(store, trackings=3, session_days=sold)
    books.write(EXPOSED_DAY, sold)
    books.set_session(2)
    books.write(EXPOSED_DAY, sold + 1, tracking_id=2)
    books.set_session(2, tracking_id=2)
    books.write(EXPOSED_DAY, sold, tracking_id=3)
    assert books.faults == [(2, 1, SessionFaultKind.OVER_FULL), (3, 1, SessionFaultKind.STILL_OPEN)]
    assert {sums.session_days for sums in books.unusual} == {sold}


def test_a_day_that_does_not_count_fills_no_session(books: Books) -> None:
    books.write(EXPOSED_DAY, 25)
    books.write(replace(EXPOSED_DAY, counts=False), 2)
    books.set_session(2)
    assert books.faults == []
    books.write(EXPOSED_DAY, 2, tracking_id=2)
    books.write(replace(EXPOSED_DAY, counts=False), 1, tracking_id=2)
    assert books.faults == [(2, 1, SessionFaultKind.WITHHELD)]


def test_a_short_session_is_explained_by_the_correction_that_took_its_day(books: Books) -> None:
    books.write(EXPOSED_DAY, 24)
    books.set_session(2)
    assert books.faults == [(1, 1, SessionFaultKind.CLOSED_EARLY)]
    books.correct(EXPOSED_DAY, EXPOSED_DAY)
    assert books.faults == [(1, 1, SessionFaultKind.CLOSED_EARLY)]
    books.correct(EXPOSED_DAY, MISSED_DAY)
    assert books.faults == []
    assert [(sums.counted, sums.lost, sums.gained) for sums in books.unusual] == [(24, 1, 0)]


def test_a_full_session_that_is_still_open_is_explained_by_the_correction_that_filled_it(books: Books) -> None:
    books.write(EXPOSED_DAY, 25)
    assert books.faults == [(1, 1, SessionFaultKind.STILL_OPEN)]
    books.correct(replace(EXPOSED_DAY, counts=False), EXPOSED_DAY)
    assert books.faults == []


def test_sessions_out_of_order_are_found(books: Books) -> None:
    books.write(EXPOSED_DAY, 25)
    books.write(EXPOSED_DAY, 1, session=3)
    books.set_session(3)
    books.write(EXPOSED_DAY, 1, tracking_id=2, session=2)
    books.set_session(5, tracking_id=3)
    assert books.faults == [
        (1, 3, SessionFaultKind.SKIPPED),
        (2, 2, SessionFaultKind.NOT_BEGUN),
        (3, 5, SessionFaultKind.SKIPPED),
    ]


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    """What is asked of the database from now on."""
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    return asked


def test_all_trackings_are_looked_through_in_one_statement(books: Books, statements: list[str]) -> None:
    for tracking_id in (1, 2, 3):
        books.write(EXPOSED_DAY, 26, tracking_id=tracking_id)
        books.set_session(2, tracking_id=tracking_id)
    statements.clear()
    assert [fault[0] for fault in books.faults] == [1, 2, 3]
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1
