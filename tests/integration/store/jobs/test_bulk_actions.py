"""Bulk actions and what takes them back, on both databases."""

from collections import Counter

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.tracking import TrackingStatus
from sunwi.service.bulk_actions.run_bulk_action import CHUNK
from tests.bulk_world import BulkWorld, outcome
from tests.statement_counts import counting

ROWS = 2 * CHUNK + 50
SHOP = {"client": "미용실"}


@pytest.fixture
def bulk(store: SqlStore) -> BulkWorld:
    """Two agencies with a tracking each."""
    return BulkWorld.on(store)


def test_everything_that_matches_is_paused_and_is_again_what_it_was(bulk: BulkWorld) -> None:
    ids = bulk.add(ROWS, client="미용실")
    bulk.manage.set_status(SYSTEM, ids[:7], TrackingStatus.PAUSED)
    before = bulk.statuses(ids)
    job = bulk.do("pause", filter=SHOP)
    assert outcome(job) == (ROWS - 7, 7, 0)
    assert Counter(bulk.statuses(ids)) == {TrackingStatus.PAUSED: ROWS}
    assert bulk.matching(status=TrackingStatus.PAUSED, **SHOP) == ids
    assert outcome(bulk.undo(job)) == (ROWS - 7, 0, 0)
    assert bulk.statuses(ids) == before


def test_everything_that_matches_is_tagged_and_is_again_what_it_was(bulk: BulkWorld) -> None:
    ids = bulk.add(ROWS, client="미용실")
    job = bulk.do("tag", filter=SHOP, tags=["여름", "행사"])
    assert bulk.matching(tag="여름") == ids
    assert outcome(bulk.undo(job)) == (ROWS, 0, 0)
    assert bulk.matching(tag="여름") == []


def test_a_row_costs_the_same_few_statements_however_many_there_are(engine: Engine, bulk: BulkWorld) -> None:
    costs = []
    for rows in (50, 150):
        client = f"가게 {rows}"
        bulk.add(rows, client=client)
        job_id = bulk.submit("pause", filter={"client": client})
        bulk.world.clock.advance(hours=1)
        bulk.world.tick.tick()
        with counting(engine) as counts:
            assert bulk.attempt(job_id) == "succeeded"
        costs.append(counts.statements.total())
    few, many = costs
    assert (many - few) / 100 <= 5
