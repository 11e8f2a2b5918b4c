"""The table of former promises comes, and goes with what is in it."""

from datetime import timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from sunwi.adapters.sql.connection.migrations import MIGRATIONS, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.evaluation import DayKey
from tests.evaluation.evaluation_world import EvaluationWorld


def test_going_back_and_forward_again_leaves_the_present_promise_for_all_days(engine: Engine) -> None:
    store = SqlStore(engine)
    world = EvaluationWorld(store)
    [one] = world.track(target_rank=3)
    world.night(0, {one: 7})
    with store.begin() as tx:
        for days, target_rank in ((5, 10), (1, None), (1, 8), (-1, 2)):
            tx.trackings.keep_target_rank(one, target_rank, until=world.first + timedelta(days=days))
    assert promised(store, world, one) is None
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0021")
    assert "former_target" not in inspect(engine).get_table_names()
    assert upgrade_schema(engine).is_current
    assert promised(store, world, one) == 3


def promised(store: SqlStore, world: EvaluationWorld, tracking_id: int) -> int | None:
    with store.read() as tx:
        [changed] = tx.evaluation.changed_days([DayKey(world.first, tracking_id)], until=world.day(9))
    return changed.day.target_rank
