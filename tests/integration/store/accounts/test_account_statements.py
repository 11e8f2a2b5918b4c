"""What accounts cost: one statement for a request, and constant numbers of them for the rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from sunwi.domain.account import SEEN_EVERY
from sunwi.domain.account_list import AccountQuery, AuditQuery, KeyQuery
from sunwi.domain.actor import Role
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.list_audit import ListAudit
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.rights import Rights
from tests.accounts.account_world import OPERATOR, AccountWorld
from tests.examples import place_tracking
from tests.statement_counts import counting


def statements(engine: Engine, do: Callable[[], object]) -> int:
    with counting(engine) as counts:
        do()
    return counts.statements.total()


def test_a_request_costs_one_statement_and_every_5_minutes_three(world: AccountWorld, engine: Engine) -> None:
    account = world.invite()
    session = hash_of(world.sign_in(account).session_id)
    key = hash_of(world.keys.make(account.actor, KeyOrder(name="k")).secret)
    world.entrance.of_key(key, at=world.now())
    asked: tuple[Callable[[], object], ...] = (
        lambda: world.entrance.of_session(session, at=world.now()),
        lambda: world.entrance.of_key(key, at=world.now()),
    )
    assert [statements(engine, ask) for ask in asked] == [1, 1]
    world.clock.advance(seconds=SEEN_EVERY.total_seconds())
    assert [statements(engine, ask) for ask in asked] == [3, 3]
    assert [statements(engine, ask) for ask in asked] == [1, 1]


def test_that_something_was_used_is_written_once_by_twenty_requests(world: AccountWorld) -> None:
    account = world.invite()
    opened = world.sign_in(account)
    at = world.now() + SEEN_EVERY
    with world.store.begin() as tx:
        for seconds in range(20):
            tx.web_sessions.set_seen(opened.session.id_hash, at=at + timedelta(seconds=seconds))
            tx.accounts.set_seen(account.id, at=at + timedelta(seconds=seconds))
    (session,) = world.sessions.list(account.actor)
    assert (session.last_seen_at, world.account(account.id).last_seen_at) == (at, at)


@pytest.mark.parametrize("number", [1, 30])
def test_lists_cost_one_statement_however_many_rows_they_have(world: AccountWorld, engine: Engine, number: int) -> None:
    for each in range(number):
        account = world.invite(f"a{each}@sunwi.test")
        world.keys.make(account.actor, KeyOrder(name="k"))
    asked: tuple[Callable[[], object], ...] = (
        lambda: world.accounts.page(OPERATOR, AccountQuery(limit=100)),
        lambda: world.keys.page(OPERATOR, KeyQuery(limit=100)),
        lambda: ListAudit(world.store).page(OPERATOR, AuditQuery(limit=100)),
    )
    assert [statements(engine, ask) for ask in asked] == [1, 1, 1]


def test_disabling_and_signing_out_cost_as_many_with_fifty_sessions_as_with_one(
    world: AccountWorld, engine: Engine
) -> None:
    world.invite("boss@sunwi.test")
    few, many = world.invite("few@sunwi.test"), world.invite("many@sunwi.test")
    for account, number in ((few, 1), (many, 50)):
        for _ in range(number):
            world.sign_in(account)
    costs = [statements(engine, lambda of=account: world.accounts.disable(OPERATOR, of.id)) for account in (few, many)]  # type: ignore[misc]
    assert costs[0] == costs[1] <= 7


def test_a_renamed_client_costs_as_many_with_a_thousand_trackings_as_with_one(
    world: AccountWorld, engine: Engine
) -> None:
    trackings = [place_tracking(number, client="많은") for number in range(1, 1001)]
    with world.store.begin() as tx:
        tx.trackings.add([place_tracking(1, client="적은"), *trackings], at=world.now())
        by_name = {one.name: one.id for one in tx.owners.clients()}
    costs = [
        statements(engine, lambda of=name: world.owners.rename_client(OPERATOR, by_name[of], f"{of} 새"))  # type: ignore[misc]
        for name in ("적은", "많은")
    ]
    assert costs[0] == costs[1]
    with engine.connect() as connection:
        found = connection.execute(text("SELECT client, count(*) FROM tracking GROUP BY client ORDER BY client")).all()
    assert [tuple(row) for row in found] == [("많은 새", 1000), ("적은 새", 1)]


def test_pages_of_many_sessions_and_keys_go_by_an_index(sqlite_engine: Engine) -> None:
    asked = {
        "ix_web_session_account": "SELECT * FROM web_session WHERE account_id = 'a' ORDER BY created_at DESC",
        "ix_api_key_account": "SELECT * FROM api_key WHERE account_id = 'a' ORDER BY id DESC",
        "ix_audit_subject": "SELECT * FROM audit WHERE subject = 'account a' ORDER BY id DESC",
        "ix_account_client": "SELECT * FROM account WHERE client_id = 1",
    }
    with sqlite_engine.connect() as connection:
        for index, statement in asked.items():
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
            assert index in str(plan)
            assert "TEMP B-TREE" not in str(plan)


def test_rights_follow_clients_and_agencies_that_are_merged(world: AccountWorld) -> None:
    kept, other = world.owners.add_agency(OPERATOR, "온누리"), world.owners.add_agency(OPERATOR, "온 누리")
    own = world.owners.add_client(OPERATOR, "가나", kept.id)
    namesake = world.owners.add_client(OPERATOR, "가나", other.id)
    lone = world.owners.add_client(OPERATOR, "다라", other.id)
    of_agency = world.invite("agency@a.kr", Rights(role=Role.AGENCY, agency_id=other.id))
    of_namesake = world.invite("namesake@a.kr", Rights(role=Role.ADVERTISER, client_id=namesake.id))
    of_lone = world.invite("lone@a.kr", Rights(role=Role.ADVERTISER, client_id=lone.id))
    with world.store.begin() as tx:
        tx.owners.move_agency(kept, other)

    def rights(account_id: str) -> tuple[int | None, int | None]:
        account = world.account(account_id)
        return account.agency_id, account.client_id

    assert rights(of_agency.id) == (kept.id, None)
    assert rights(of_namesake.id) == (kept.id, own.id)
    assert rights(of_lone.id) == (kept.id, lone.id)
    last = world.owners.add_client(OPERATOR, "다라 치과", kept.id)
    with world.store.begin() as tx:
        clients = {one.id: one for one in tx.owners.clients()}
        tx.owners.move_client(clients[last.id], clients[lone.id])
    assert rights(of_lone.id) == (kept.id, last.id)
