"""Two at once: one account of an address, one end of a session or a key, one admin at least."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sunwi.domain.account_list import AccountQuery, KeyQuery
from sunwi.domain.actor import Role
from sunwi.errors import SunwiError
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.rights import Rights
from tests.accounts.account_world import ADMIN, OPERATOR, AccountWorld

ROUNDS = range(5)
PATIENCE = 30

Another = Callable[[], AccountWorld]


def at_once(*jobs: Callable[[], object]) -> list[str]:
    """Do things at the same moment; return the codes of those that were refused, and `done` of the others."""
    barrier = Barrier(len(jobs))

    def do(job: Callable[[], object]) -> str:
        barrier.wait(PATIENCE)
        try:
            job()
        except SunwiError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(do, jobs, timeout=PATIENCE))


def emails(world: AccountWorld) -> Sequence[str]:
    return [one.account.email for one in world.accounts.page(OPERATOR, AccountQuery(limit=100)).accounts]


@pytest.mark.parametrize("number", ROUNDS)
def test_two_invitations_of_one_address_make_one_account(world: AccountWorld, another: Another, number: int) -> None:
    email, other = f"a{number}@sunwi.test", another()
    done = at_once(lambda: world.invite(email), lambda: other.invite(email))
    assert done == ["done", "done"]
    assert (emails(world), world.actions()) == ([email], ["account_invited"])
    assert world.account(world.accounts.find(OPERATOR, email).account.id).sub == "sub-1"


def test_of_two_invitations_with_other_rights_one_is_refused(world: AccountWorld, another: Another) -> None:
    agency, other = world.owners.add_agency(OPERATOR, "온누리"), another()
    rights = Rights(role=Role.AGENCY, agency_id=agency.id)
    done = at_once(lambda: world.invite("a@b.kr", rights), lambda: other.invite("a@b.kr", ADMIN))
    assert done == ["account_taken", "done"]
    assert (len(emails(world)), world.actions().count("account_invited")) == (1, 1)


@pytest.mark.parametrize("number", ROUNDS)
def test_two_admins_that_disable_each_other_leave_one(world: AccountWorld, another: Another, number: int) -> None:
    first, second, other = world.invite("a@b.kr"), world.invite("c@d.kr"), another()
    assert number >= 0
    done = at_once(
        lambda: world.accounts.disable(first.actor, second.id), lambda: other.accounts.disable(second.actor, first.id)
    )
    assert done == ["done", "last_admin"]
    in_use = [one for one in (first, second) if world.account(one.id).disabled_at is None]
    assert (len(in_use), world.actions().count("account_disabled")) == (1, 1)


@pytest.mark.parametrize("number", ROUNDS)
def test_a_session_and_a_key_that_two_end_at_once_end_once(world: AccountWorld, another: Another, number: int) -> None:
    account, other = world.invite(), another()
    assert number >= 0
    hash_ = world.sign_in(account).session.id_hash
    done = at_once(
        lambda: world.sessions.revoke(account.actor, hash_), lambda: other.sessions.revoke(OPERATOR, hash_, account.id)
    )
    assert done == ["done", "session_unknown"]
    key_id = world.keys.make(account.actor, KeyOrder(name="k")).listed.key.id
    done = at_once(lambda: world.keys.revoke(account.actor, key_id), lambda: other.keys.revoke(OPERATOR, key_id))
    assert done == ["done", "done"]
    assert [world.actions().count(action) for action in ("session_ended", "key_revoked")] == [1, 1]


def test_no_more_keys_are_made_at_once_than_there_may_be(
    world: AccountWorld, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.service.accounts.manage_keys.MOST_KEYS", 1)
    account, other = world.invite(), another()
    order = KeyOrder(name="k", account_id=account.id)
    assert at_once(lambda: world.keys.make(OPERATOR, order), lambda: other.keys.make(OPERATOR, order)) == [
        "done",
        "keys_full",
    ]
    assert len(world.keys.page(OPERATOR, KeyQuery(limit=10)).keys) == 1


def test_an_agency_that_two_add_or_rename_to_at_once_is_one(world: AccountWorld, another: Another) -> None:
    other = another()
    done = at_once(lambda: world.owners.add_agency(OPERATOR, "가"), lambda: other.owners.add_agency(OPERATOR, "가"))
    assert done == ["agency_name_taken", "done"]
    first, second = world.owners.add_agency(OPERATOR, "나"), world.owners.add_agency(OPERATOR, "다")
    done = at_once(
        lambda: world.owners.rename_agency(OPERATOR, first.id, "라"),
        lambda: other.owners.rename_agency(OPERATOR, second.id, "라"),
    )
    assert done == ["agency_name_taken", "done"]
    assert world.actions().count("agency_renamed") == 1


def test_a_session_that_opens_while_its_account_is_disabled_is_none_or_ended(
    world: AccountWorld, another: Another
) -> None:
    world.invite("boss@sunwi.test")
    account, other = world.invite(), another()
    done = at_once(lambda: world.sign_in(account), lambda: other.accounts.disable(OPERATOR, account.id))
    assert done in (["done", "done"], ["account_disabled", "done"])
    assert world.sessions.list(OPERATOR, account.id) == []
