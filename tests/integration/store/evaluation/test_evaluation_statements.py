"""How often the database is asked for an evaluation: by chunks of rows and of clients, never by trackings."""

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.service.evaluation import run_evaluation
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.statement_counts import Counts, counting

CHUNK = 50
#: Of a chunk of rows: those to judge, their lock, what is around them, nights, corrections, sessions, events, what they
#: are, how far that is; and of another evaluation that is waited for.
OF_A_CHUNK = 11

DAYS = (
    "INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id) "
    "SELECT tracking.id, '{day}', 1, {rank}, 'a', 1, 30, 1, observation.id FROM tracking, observation"
)


def fill(world: EvaluationWorld, store: SqlStore, trackings: int) -> None:
    """Two nights of trackings that all leave."""
    ids = world.track(trackings, client="가게")
    world.night(0, {ids[0]: 3})
    with store.begin() as tx:
        tx.connection.execute(text("DELETE FROM rank_history"))
        for day, rank in (("2026-01-02", "3"), ("2026-01-03", "NULL")):
            tx.connection.execute(text(DAYS.format(day=day, rank=rank)))
    world.clock.at = world.start_of(2)


def counted(engine: Engine, world: EvaluationWorld) -> Counts:
    with counting(engine) as counts:
        world.evaluate()
    return counts


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_evaluation, "MOST_JUDGED", CHUNK)


@pytest.mark.parametrize("trackings", [CHUNK, 4 * CHUNK])
def test_rows_cost_a_constant_number_of_statements_for_each_chunk(
    engine: Engine, world: EvaluationWorld, store: SqlStore, trackings: int
) -> None:
    fill(world, store, trackings)
    counts = counted(engine, world)
    chunks = 2 * trackings // CHUNK
    idle = counted(engine, world)
    assert len(world.take()) == 1
    assert counts.statements.total() - idle.statements.total() <= OF_A_CHUNK * chunks + 8, counts.show()


def test_an_evaluation_without_anything_to_do_asks_a_dozen_times_or_two(engine: Engine, world: EvaluationWorld) -> None:
    ids = world.track(3, client="가게")
    world.night(0, dict.fromkeys(ids, 3))
    world.evaluate()
    counts = counted(engine, world)
    assert counts.statements.total() <= 24, counts.show()
    assert counts.transactions <= 6


def test_clients_cost_a_constant_number_of_statements_however_many(engine: Engine, world: EvaluationWorld) -> None:
    totals = []
    for number, clients in enumerate((3, 30)):
        ids = [one for client in range(clients) for one in world.track(1, client=f"가게 {number} {client}")]
        world.night(2 * number, dict.fromkeys(ids, 3))
        world.night(2 * number + 1, dict.fromkeys(ids))
        totals.append(counted(engine, world).statements.total())
        assert len(world.take()) == clients
    assert abs(totals[1] - totals[0]) <= OF_A_CHUNK, totals
