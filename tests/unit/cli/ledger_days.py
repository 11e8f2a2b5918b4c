"""Write days of a ledger as runs would."""

from dataclasses import replace
from datetime import date, datetime, time

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.schedule import KST
from tests.examples import EXPOSED_DAY, EXPOSED_LOOK, new_reading, new_run, recognised


def write_day(store: SqlStore, tracking_id: int, day: date, rank: int | None, *, session: int = 1) -> None:
    """Write one measured day: exposed at a rank, or looked and not exposed."""
    at = datetime.combine(day, time(1), tzinfo=KST)
    run = new_run(f"scheduled-{day:%Y%m%d}", at=at)
    with store.begin() as tx:
        tx.runs.add(run, [tracking_id])
        reading = tx.readings.add(new_reading(run.id, recognised(), fetched_at=at))
        area = None if rank is None else "nmb_rnk"
        look = replace(EXPOSED_LOOK, tracking_id=tracking_id, run_id=run.id, page_reading_id=reading.id, fetched_at=at)
        observation_id = tx.ledger.observe(replace(look, rank=rank, area=area, page_rank=rank, depth=7))
        assert observation_id is not None
        row = replace(EXPOSED_DAY, rank=rank, area=area, page_rank=rank, depth=7, observation_id=observation_id)
        tx.ledger.add(replace(row, tracking_id=tracking_id, date=day, session_number=session))
        tx.states.recount([tracking_id])
