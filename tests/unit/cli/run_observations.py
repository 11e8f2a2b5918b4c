"""Measure trackings in a run as a crawler would."""

from datetime import datetime

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.run import Run
from sunwi.service.crawling.save_outcome import save_outcome
from tests.examples import new_reading, recognised


def look(store: SqlStore, run: Run, tracking_id: int, rank: int | None, *, at: datetime) -> None:
    """Save what one look found: exposed at a rank, or not exposed among seven cards."""
    found: Exposed | NotExposed = NotExposed(depth=7, block_absent=False)
    if rank is not None:
        found = Exposed(rank=rank, area="nmb_rnk", page_rank=rank, areas=("nmb_rnk",), depth=7)
    with store.begin() as tx:
        task = tx.tasks.lock(run.id, tracking_id, message_id="m1")
        assert task is not None
        reading = tx.readings.add(new_reading(run.id, recognised(), fetched_at=at))
        save_outcome(tx, task, reading, found, at=at)
