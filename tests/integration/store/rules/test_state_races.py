"""States that are worked out anew while others write, on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.service.ledger.rebuild_states import RebuildStates
from sunwi.testing import ManualClock
from tests.examples import NIGHT, new_run, place_tracking
from tests.state_model import right_state, stored_state

#: Far longer than anything here takes, in seconds.
PATIENCE = 20
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def other(postgres_engine: Engine) -> Iterator[SqlStore]:
    """Another process's connection to the same database."""
    engine = create_store_engine(postgres_engine.url.render_as_string(hide_password=False))
    yield SqlStore(engine)
    engine.dispose()


def test_a_run_is_stored_while_its_trackings_are_worked_out(postgres_engine: Engine, other: SqlStore) -> None:
    store = SqlStore(postgres_engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT)
    with store.begin() as tx:
        tx.states.recount([1, 2])
        with other.begin() as beside:
            beside.connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
            assert beside.runs.add(new_run(), None).expected == 2


def test_a_day_that_is_missed_while_a_state_is_worked_out_stays(postgres_engine: Engine, other: SqlStore) -> None:
    store = SqlStore(postgres_engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.connection.execute(text("UPDATE tracking_state SET ledger_days = 7"))
    rebuild = RebuildStates(store=other, clock=ManualClock(NIGHT))
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            tx.connection.execute(text("UPDATE task SET state = 'FAILED'"))
            tx.states.add_missed(1, new_run().business_date)
            rebuilding = pool.submit(rebuild.rebuild)
            _wait_for_a_lock(tx.connection)
        assert rebuilding.result(PATIENCE).differing == [1]
    with store.read() as tx:
        assert stored_state(tx.connection, 1)["missed_on"] == new_run().business_date
        assert stored_state(tx.connection, 1) == right_state(tx.connection, 1)


def _wait_for_a_lock(connection: Connection) -> None:
    give_up = Event()
    for _ in range(PATIENCE * 100):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        if connection.execute(text(WAITING)).scalar_one():
            return
        give_up.wait(0.01)
    pytest.fail("nobody came to wait for a lock")
