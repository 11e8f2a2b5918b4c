"""The outbox comes and goes with its rows, and the release before notices neither."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.migrations import MIGRATIONS, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from tests.notice_world import AGENCY_1, CLIENT_1, NOON, NoticeWorld, add_owners, new_channel, new_notice

TABLES = {"notice", "channel", "channel_pace"}


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0017")


@pytest.fixture
def world(store: SqlStore) -> NoticeWorld:
    """Channels of every audience, with notices in every state."""
    add_owners(store)
    world = NoticeWorld(store)
    world.add(new_channel("ops"), new_channel("agency", audience=AGENCY_1), new_channel("client", audience=CLIENT_1))
    world.post(new_notice("a"), new_notice("b", audience=CLIENT_1))
    world.round()
    world.post(new_notice("c"))
    return world


def test_going_back_takes_the_outbox_away_and_forward_again_brings_an_empty_one(
    world: NoticeWorld, engine: Engine
) -> None:
    downgrade(engine)
    assert TABLES.isdisjoint(inspect(engine).get_table_names())
    assert upgrade_schema(engine).is_current
    assert world.all() == []
    world.add()
    assert world.post() == 1


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM channel", "DELETE FROM client WHERE id = 1", "DELETE FROM agency WHERE id = 1"],
)
def test_keys_hold_notices_channels_and_their_owners_together(
    world: NoticeWorld, engine: Engine, statement: str
) -> None:
    assert len(world.all()) == 4
    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as connection:
        connection.execute(text(statement))


def test_two_channels_of_one_name_are_none_but_a_removed_ones_is_free(world: NoticeWorld) -> None:
    with world.sql.begin() as tx:
        assert not tx.channels.add(new_channel("ops"), at=NOON)
        found = tx.channels.find("ops")
        assert found is not None
        tx.channels.remove(found.channel.id, at=NOON)
        assert tx.channels.add(new_channel("ops"), at=NOON)
