import ast

from infra.local.stack.localise import ROOT
from sunwi.domain.account import Scope
from sunwi.domain.actor import Role
from sunwi.service.ports.accounts import Invitation
from sunwi.wording.accounts.account_words import INVITATIONS, ROLES, SCOPES, action_words

SERVICE = ROOT / "functions/sunwi/service"


def test_every_role_scope_and_invitation_has_a_name() -> None:
    assert (set(ROLES), set(SCOPES), set(INVITATIONS)) == (set(Role), set(Scope), set(Invitation))


def test_everything_that_is_done_to_accounts_has_a_korean_name_and_stands_on_the_page() -> None:
    actions = {
        call.args[2].value
        for module in (SERVICE / "accounts").glob("*.py")
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "add_entry"
        if isinstance(call.args[2], ast.Constant) and isinstance(call.args[2].value, str)
    }
    page = (ROOT / "docs/accounts.md").read_text(encoding="utf-8")
    assert len(actions) > 8
    assert {action for action in actions if action_words(action) == action or f"`{action}`" not in page} == set()


def test_what_is_not_named_is_shown_by_its_own_name() -> None:
    assert action_words("something\u200b_done") == "something_done"
