from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.account import MOST_KEYS, SEEN_EVERY, Scope
from sunwi.domain.account_list import KeyQuery
from sunwi.domain.actor import Role
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.rights import Rights
from tests.account_world import OPERATOR, AccountWorld

ALL = KeyQuery(limit=100)


def code_of(do: Callable[[], object], kind: type[Exception] = InvalidInput) -> str:
    with pytest.raises(kind) as error:
        do()
    return str(error.value.code)  # type: ignore[attr-defined]


def test_a_key_is_shown_once_and_stored_as_a_hash(world: AccountWorld) -> None:
    account = world.invite()
    with capture_logs() as logs:
        made = world.keys.make(account.actor, KeyOrder(name=" 보고서 ", days=30))
    key = made.listed.key
    assert made.secret.startswith("sunwi_live_")
    assert (len(made.secret), made.secret[:17]) == (54, key.prefix)
    assert (key.name, key.scope, key.expires_at) == ("보고서", Scope.READ, world.now() + timedelta(days=30))
    assert (made.listed.email, key.secret_hash) == (account.email, hash_of(made.secret))
    found = world.entrance.of_key(hash_of(made.secret), at=world.now())
    assert found is not None
    assert (found[0].id, found[1].id) == (key.id, account.id)
    assert made.secret not in repr(made) + repr(logs) + repr(world.audit())
    assert key.secret_hash not in repr(world.audit())


def test_a_key_ends_by_itself_or_when_it_is_revoked_and_once(world: AccountWorld) -> None:
    account = world.invite()
    made = world.keys.make(account.actor, KeyOrder(name="k", days=1))
    end = world.now() + timedelta(days=1)
    assert world.entrance.of_key(hash_of(made.secret), at=end - timedelta(seconds=1)) is not None
    assert world.entrance.of_key(hash_of(made.secret), at=end) is None
    endless = world.keys.make(account.actor, KeyOrder(name="e", scope=Scope.WRITE))
    assert world.entrance.of_key(hash_of(endless.secret), at=end + timedelta(days=4000)) is not None
    first = world.keys.revoke(account.actor, endless.listed.key.id)
    world.clock.advance(hours=1)
    again = world.keys.revoke(account.actor, endless.listed.key.id)
    assert again.key.revoked_at == first.key.revoked_at
    assert world.entrance.of_key(hash_of(endless.secret), at=world.now()) is None
    assert world.actions().count("key_revoked") == 1


def test_that_a_key_was_used_is_stored_every_5_minutes(world: AccountWorld) -> None:
    account = world.invite()
    secret_hash = hash_of(world.keys.make(account.actor, KeyOrder(name="k")).secret)
    used = []
    for seconds in (0, 1, SEEN_EVERY.total_seconds() - 1, SEEN_EVERY.total_seconds()):
        world.entrance.of_key(secret_hash, at=world.now() + timedelta(seconds=seconds))
        (listed,) = world.keys.page(account.actor, ALL).keys
        assert listed.key.last_used_at is not None
        used.append((listed.key.last_used_at - world.now()).total_seconds())
    assert used == [0, 0, 0, 300]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (KeyOrder(name="  "), "key_name_unusable"),
        (KeyOrder(name="x" * 101), "key_name_unusable"),
        (KeyOrder(name="a\u200bb"), "key_name_unusable"),
        (KeyOrder(name="k", days=0), "key_days_unusable"),
        (KeyOrder(name="k", days=3651), "key_days_unusable"),
        (KeyOrder(name="k", account_id="nobody"), "account_unknown"),
    ],
)
def test_a_key_that_cannot_be_is_refused(world: AccountWorld, order: KeyOrder, code: str) -> None:
    account = world.invite()
    assert code_of(lambda: world.keys.make(account.actor, order)) == code
    assert world.keys.page(OPERATOR, ALL).keys == []


def test_an_account_has_so_many_keys_that_hold(world: AccountWorld) -> None:
    account = world.invite()
    made = [world.keys.make(account.actor, KeyOrder(name=str(number))) for number in range(MOST_KEYS)]
    assert code_of(lambda: world.keys.make(account.actor, KeyOrder(name="x")), Conflict) == "keys_full"
    world.keys.revoke(account.actor, made[0].listed.key.id)
    world.keys.make(account.actor, KeyOrder(name="x"))


def test_a_disabled_account_gets_no_key(world: AccountWorld) -> None:
    world.invite("boss@sunwi.test")
    account = world.invite()
    world.accounts.disable(OPERATOR, account.id)
    order = KeyOrder(name="k", account_id=account.id)
    assert code_of(lambda: world.keys.make(OPERATOR, order), Conflict) == "account_of_key_disabled"


def test_everybody_sees_their_own_keys_and_admins_all(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    of_agency = Rights(role=Role.AGENCY, agency_id=agency.id)
    kim, lee = world.invite("kim@a.kr", of_agency), world.invite("lee@a.kr", of_agency)
    keys = [world.keys.make(one.actor, KeyOrder(name=one.email)).listed for one in (kim, lee)]
    assert [one.key.id for one in world.keys.page(kim.actor, ALL).keys] == [keys[0].key.id]
    assert [one.email for one in world.keys.page(OPERATOR, ALL).keys] == ["lee@a.kr", "kim@a.kr"]
    of_kim = KeyQuery(account_id=kim.id, limit=1)
    assert [one.email for one in world.keys.page(OPERATOR, of_kim).keys] == ["kim@a.kr"]
    first = world.keys.page(OPERATOR, KeyQuery(limit=1))
    second = world.keys.page(OPERATOR, KeyQuery(limit=1, after=first.next))
    assert ([one.email for one in second.keys], second.next) == (["kim@a.kr"], None)
    assert code_of(lambda: world.keys.page(lee.actor, of_kim)) == "account_unknown"
    assert code_of(lambda: world.keys.revoke(lee.actor, keys[0].key.id)) == "key_unknown"
    assert code_of(lambda: world.keys.make(lee.actor, KeyOrder(name="k", account_id=kim.id))) == "account_unknown"
    assert code_of(lambda: world.keys.make(OPERATOR, KeyOrder(name="k"))) == "account_not_named"
    world.keys.revoke(OPERATOR, keys[0].key.id)
    assert world.audit()[-1].subject == f"account {kim.id}"
