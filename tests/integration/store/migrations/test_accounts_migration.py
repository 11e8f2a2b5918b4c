"""Accounts, sessions and keys come; back, and forward again, with the rows of the release before as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, SqlSchema, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import Role
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.rights import Rights
from tests.accounts.account_world import AccountWorld

REVISION, BEFORE = "0022", "0021"
TABLES = {"account", "web_session", "api_key"}
#: What the release before writes.
ROWS = (
    "INSERT INTO agency (id, name, created_at) VALUES (3, '온누리', '2026-01-02 00:00:00')",
    "INSERT INTO client (id, agency_id, name, created_at) VALUES (4, 3, '가나', '2026-01-02 00:00:00')",
    (
        "INSERT INTO audit (id, at, actor, action, subject) VALUES "
        "(5, '2026-01-02 00:00:00', 'cli:kim', 'person_erased', 'erased-1')"
    ),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the release before, with an agency, a client and something that was done."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade(BEFORE)
    with engine.begin() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def downgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)


def kept(engine: Engine) -> tuple[object, ...]:
    asked = (
        "SELECT name FROM agency WHERE id = 3",
        "SELECT name FROM client WHERE id = 4",
        "SELECT subject FROM audit WHERE id = 5",
    )
    with engine.connect() as connection:
        return tuple(connection.execute(text(statement)).scalar_one() for statement in asked)


def test_accounts_of_agencies_and_clients_that_were_there_can_be_made_at_once(old_engine: Engine) -> None:
    assert upgrade_schema(old_engine).is_current
    world = AccountWorld(SqlStore(old_engine))
    account = world.invite("kim@a.kr", Rights(role=Role.ADVERTISER, client_id=4))
    assert (account.agency_id, account.client_id) == (3, 4)
    session = world.sign_in(account)
    made = world.keys.make(account.actor, KeyOrder(name="k"))
    assert world.entrance.of_session(session.session.id_hash, at=world.now()) is not None
    assert world.entrance.of_key(hash_of(made.secret), at=world.now()) is not None
    assert kept(old_engine) == ("온누리", "가나", "erased-1")


def test_going_back_and_forward_again_keeps_what_was_there(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    world = AccountWorld(SqlStore(old_engine))
    world.sign_in(world.invite("kim@a.kr", Rights(role=Role.AGENCY, agency_id=3)))
    downgrade(old_engine)
    assert TABLES.isdisjoint(inspect(old_engine).get_table_names())
    assert "ix_audit_subject" not in {one["name"] for one in inspect(old_engine).get_indexes("audit")}
    assert kept(old_engine) == ("온누리", "가나", "erased-1")
    assert upgrade_schema(old_engine).is_current
    assert kept(old_engine) == ("온누리", "가나", "erased-1")
    assert set(inspect(old_engine).get_table_names()) >= TABLES


def test_the_release_before_goes_on_writing(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    with old_engine.begin() as connection:
        connection.exec_driver_sql(ROWS[2].replace("(5,", "(6,"))
        connection.exec_driver_sql("UPDATE agency SET name = '한빛' WHERE id = 3")
    assert kept(old_engine)[0] == "한빛"


def test_no_two_accounts_have_an_address_and_none_an_owner_that_is_not_there(old_engine: Engine) -> None:
    upgrade_schema(old_engine)
    insert = (
        "INSERT INTO account (id, email, role, agency_id, created_at) VALUES "
        "('{}', '{}', 'agency', {}, '2026-01-02 00:00:00')"
    )
    with old_engine.begin() as connection:
        connection.exec_driver_sql(insert.format("a", "a@b.kr", 3))
    for account_id, email, agency_id in (("b", "a@b.kr", 3), ("c", "c@d.kr", 99)):
        with pytest.raises(Exception, match=r"(?i)unique|foreign key"), old_engine.begin() as connection:
            connection.exec_driver_sql(insert.format(account_id, email, agency_id))
