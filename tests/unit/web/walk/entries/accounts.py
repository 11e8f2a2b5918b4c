"""Routes of accounts, sessions, keys and the audit on the walk."""

from collections.abc import Mapping

from tests.unit.web.people import AGENCY
from tests.unit.web.walk.callers import OF_ADMINS, OF_AGENCY
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World

#: A session of one's own is nobody else's, not even an admin's.
_OWN = frozenset({"agency", "read key", "write key"})


def _account(_world: World) -> Mapping[str, object]:
    return {"account_id": AGENCY.id}


def _disabled(world: World) -> Mapping[str, object]:
    with world.store.begin() as tx:
        tx.accounts.set_disabled(AGENCY.id, world.house.adapters.clock.now())
    return {"account_id": AGENCY.id}


def _session(world: World) -> Mapping[str, object]:
    return {"session": world.session(AGENCY)}


def _own_session(world: World) -> Mapping[str, object]:
    if world.account is not None:
        world.session(world.account)
    return {}


def _session_of_account(world: World) -> Mapping[str, object]:
    world.session(AGENCY)
    return {"account_id": AGENCY.id}


def _key(world: World) -> Mapping[str, object]:
    return {"key_id": world.key()}


def _some_key(world: World) -> Mapping[str, object]:
    world.key()
    return {}


def _some_job(world: World) -> Mapping[str, object]:
    world.job()
    return {}


ENTRIES: Mapping[str, Entry] = {
    "list_accounts": Entry(),
    "get_account": Entry(rows=_account, seen_by=OF_ADMINS),
    "invite_account": Entry(body=lambda _world: {"email": "new@example.co.kr", "role": "admin"}),
    "change_account": Entry(rows=_account, seen_by=OF_ADMINS, body=lambda _world: {"role": "agency", "agency_id": 2}),
    "disable_account": Entry(rows=_account, seen_by=OF_ADMINS),
    "enable_account": Entry(rows=_disabled, seen_by=OF_ADMINS),
    "show_me": Entry(),
    "list_own_sessions": Entry(rows=_own_session),
    "end_own_session": Entry(rows=_session, seen_by=_OWN),
    "end_own_sessions": Entry(rows=_own_session),
    "list_sessions": Entry(rows=_session_of_account, seen_by=OF_ADMINS),
    "end_sessions": Entry(rows=_session_of_account, seen_by=OF_ADMINS),
    "list_keys": Entry(rows=_some_key),
    "make_key": Entry(body=lambda _world: {"name": "프로그램", "scope": "read", "days": 30}),
    "revoke_key": Entry(rows=_key, seen_by=OF_AGENCY),
    "list_audit": Entry(rows=_some_job),
}
