"""The one table of rights, and the page that shows it."""

import pytest

from infra.local.stack.localise import ROOT
from sunwi.domain.account import Scope
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.errors import Forbidden
from sunwi.service.accounts.permissions import ROLES_OF, Action, is_change, require

PEOPLE = (Role.ADMIN, Role.AGENCY, Role.ADVERTISER)


def of(role: Role) -> Actor:
    return Actor(owner="account:1", role=role)


def may(actor: Actor, action: Action, scope: Scope = Scope.WRITE) -> bool:
    try:
        require(actor, action, scope=scope)
    except Forbidden:
        return False
    return True


def test_every_action_says_who_may() -> None:
    assert ROLES_OF.keys() == set(Action)
    assert all(Role.ADMIN in roles for roles in ROLES_OF.values())
    assert not any(Role.SYSTEM in roles for roles in ROLES_OF.values())


def test_the_page_has_the_table_as_it_is() -> None:
    rows = [line for line in (ROOT / "docs/accounts.md").read_text(encoding="utf-8").splitlines() if "| ✔ |" in line]
    marks = {action: ["✔" if role in ROLES_OF[action] else "–" for role in PEOPLE] for action in Action}
    assert rows == [f"| `{action}` | {' | '.join(marked)} |" for action, marked in marks.items()]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_may_do_what_the_table_says_and_a_reading_key_only_what_reads(role: Role, action: Action) -> None:
    assert may(of(role), action) is (role in ROLES_OF[action])
    assert may(of(role), action, Scope.READ) is (role in ROLES_OF[action] and not is_change(action))
    assert may(SYSTEM, action)


def test_whoever_may_not_is_told_by_a_code() -> None:
    with pytest.raises(Forbidden) as refused:
        require(of(Role.ADVERTISER), Action.POOL_CHANGE)
    assert refused.value.code == "action_forbidden"
    with pytest.raises(Forbidden) as reads:
        require(of(Role.ADMIN), Action.POOL_CHANGE, scope=Scope.READ)
    assert reads.value.code == "key_only_reads"


def test_an_advertiser_changes_nothing_but_its_own_account() -> None:
    changes = {action for action in Action if is_change(action) and Role.ADVERTISER in ROLES_OF[action]}
    assert changes == {Action.OWN_ACCOUNT_CHANGE}
