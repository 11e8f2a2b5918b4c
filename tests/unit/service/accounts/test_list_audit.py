import pytest

from sunwi.domain.account_list import AuditQuery
from sunwi.domain.actor import Role
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.accounts.list_audit import ListAudit
from sunwi.service.accounts.rights import Rights
from tests.account_world import OPERATOR, AccountWorld


def test_what_was_done_is_listed_the_latest_first_by_who_what_and_to_what(world: AccountWorld) -> None:
    account = world.invite("a@sunwi.test")
    world.sign_in(account)
    world.invite("b@sunwi.test")
    listing = ListAudit(world.store)

    def actions(limit: int = 10, after: int | None = None, **wanted: str) -> list[str]:
        page = listing.page(OPERATOR, AuditQuery(limit=limit, after=after, **wanted))
        return [one.entry.action for one in page.entries]

    assert actions() == ["account_invited", "signed_in", "account_invited"]
    assert actions(actor=account.owner) == ["signed_in"]
    assert actions(action="account_invited", actor="cli:park") == ["account_invited", "account_invited"]
    assert actions(subject=f"account {account.id}") == ["signed_in", "account_invited"]
    assert actions(actor="account:%") == []
    first = listing.page(OPERATOR, AuditQuery(limit=2))
    assert first.next is not None
    assert actions(limit=2, after=first.next) == ["account_invited"]
    assert listing.page(OPERATOR, AuditQuery(limit=2, after=first.next)).next is None


def test_only_admins_see_it(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    account = world.invite("a@sunwi.test", Rights(role=Role.AGENCY, agency_id=agency.id))
    with pytest.raises(Forbidden):
        ListAudit(world.store).page(account.actor, AuditQuery(limit=1))
    with pytest.raises(InvalidInput):
        ListAudit(world.store).page(OPERATOR, AuditQuery(limit=1001))
