from collections.abc import Callable

import pytest

from sunwi.domain.account_list import AccountQuery
from sunwi.domain.actor import Actor, Role
from sunwi.errors import Conflict, Forbidden, InvalidInput, Retryable
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.rights import Rights
from sunwi.service.ports.accounts import Invitation
from tests.account_world import ADMIN, OPERATOR, AccountWorld

KIM = "kim@agency.test"


def refused(kind: type[Exception], do: Callable[[], object]) -> str:
    """Return the code that something is refused with."""
    with pytest.raises(kind) as error:
        do()
    return str(error.value.code)  # type: ignore[attr-defined]


def test_somebody_is_invited_by_an_address_in_lower_case_and_the_audit_says_by_whom(world: AccountWorld) -> None:
    invited = world.accounts.invite(OPERATOR, " Kim@Agency.test ", ADMIN)
    account = invited.listed.account
    assert (account.email, account.role, account.sub) == (KIM, Role.ADMIN, "sub-1")
    assert (invited.invitation, world.identities.mails) == (Invitation.SENT, [KIM])
    (entry,) = world.audit()
    assert (entry.actor, entry.action, entry.subject) == ("cli:park", "account_invited", f"account {account.id}")
    assert entry.after == {"email": KIM, "role": "admin", "agency_id": None, "client_id": None}


def test_an_agencys_account_has_an_agency_and_an_advertisers_a_client_with_its_agency(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    client = world.owners.add_client(OPERATOR, "가나", agency.id)
    lone = world.owners.add_client(OPERATOR, "다라")
    of_agency = world.accounts.invite(OPERATOR, KIM, Rights(role=Role.AGENCY, agency_id=agency.id)).listed
    assert (of_agency.agency, of_agency.client, of_agency.account.agency_id) == ("온누리", "", agency.id)
    of_client = world.accounts.invite(OPERATOR, "a@b.kr", Rights(role=Role.ADVERTISER, client_id=client.id)).listed
    assert (of_client.agency, of_client.client) == ("온누리", "가나")
    assert (of_client.account.agency_id, of_client.account.client_id) == (agency.id, client.id)
    alone = world.accounts.invite(OPERATOR, "c@d.kr", Rights(role=Role.ADVERTISER, client_id=lone.id)).listed
    assert (alone.agency, alone.client, alone.account.agency_id) == ("", "다라", None)


@pytest.mark.parametrize(
    ("rights", "code"),
    [
        (Rights(role=Role.AGENCY), "account_needs_agency"),
        (Rights(role=Role.ADVERTISER), "account_needs_client"),
        (Rights(role=Role.AGENCY, agency_id=9), "owner_unknown"),
        (Rights(role=Role.ADVERTISER, client_id=9), "owner_unknown"),
        (Rights(role=Role.ADMIN, agency_id=9), "account_owner_unwanted"),
        (Rights(role=Role.AGENCY, agency_id=9, client_id=9), "account_owner_unwanted"),
        (Rights(role=Role.ADVERTISER, agency_id=9, client_id=9), "account_owner_unwanted"),
        (Rights(role=Role.SYSTEM), "account_role_unusable"),
    ],
)
def test_rights_that_are_none_are_refused_and_nobody_is_told(world: AccountWorld, rights: Rights, code: str) -> None:
    assert refused(InvalidInput, lambda: world.invite(KIM, rights)) == code
    assert (world.identities.mails, world.audit()) == ([], [])


def test_an_address_that_is_none_is_refused(world: AccountWorld) -> None:
    assert refused(InvalidInput, lambda: world.invite("kim")) == "email_address_unusable"


def test_an_invitation_that_was_interrupted_is_gone_on_with(world: AccountWorld) -> None:
    world.identities.is_away = True
    assert refused(Retryable, lambda: world.invite(KIM)) == "identities_unreachable"
    (half_done,) = world.accounts.page(OPERATOR, AccountQuery(limit=10)).accounts
    assert half_done.account.sub is None
    world.identities.is_away = False
    account = world.invite(KIM)
    assert (account.id, account.sub) == (half_done.account.id, "sub-1")
    assert world.actions() == ["account_invited"]


def test_an_invitation_that_is_repeated_sends_the_mail_once_more_and_makes_nothing(world: AccountWorld) -> None:
    first = world.invite(KIM)
    again = world.accounts.invite(OPERATOR, KIM, ADMIN)
    assert (again.listed.account, again.invitation) == (first, Invitation.SENT_AGAIN)
    assert (world.identities.mails, world.actions()) == ([KIM, KIM], ["account_invited"])


def test_an_address_has_one_account(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    world.invite("boss@sunwi.test")
    account = world.invite(KIM)
    other = Rights(role=Role.AGENCY, agency_id=agency.id)
    assert refused(Conflict, lambda: world.invite(KIM, other)) == "account_taken"
    world.sign_in(account)
    assert refused(Conflict, lambda: world.invite(KIM)) == "account_in_use"
    world.accounts.disable(OPERATOR, account.id)
    assert refused(Conflict, lambda: world.invite(KIM)) == "account_taken_disabled"


def test_a_user_whom_the_provider_has_made_anew_is_not_the_same_one(world: AccountWorld) -> None:
    world.invite(KIM)
    world.identities.subs[KIM] = "another"
    assert refused(Conflict, lambda: world.invite(KIM)) == "account_of_other_user"


def test_a_disabled_account_is_out_at_once_and_its_sessions_stay_ended(world: AccountWorld) -> None:
    world.invite("boss@sunwi.test")
    account = world.invite(KIM)
    opened = world.sign_in(account)
    key = world.keys.make(account.actor, KeyOrder(name="k"))
    disabled = world.accounts.disable(OPERATOR, account.id).account
    assert disabled.disabled_at == world.now()
    assert world.entrance.of_session(opened.session.id_hash, at=world.now()) is None
    assert world.entrance.of_key(hash_of(key.secret), at=world.now()) is None
    assert refused(Forbidden, lambda: world.sign_in(account)) == "account_disabled"
    assert world.identities.disabled == {KIM}
    world.accounts.disable(OPERATOR, account.id)
    assert world.actions().count("account_disabled") == 1
    assert world.accounts.enable(OPERATOR, account.id).account.disabled_at is None
    assert world.identities.disabled == set()
    assert world.entrance.of_session(opened.session.id_hash, at=world.now()) is None
    assert world.entrance.of_key(hash_of(key.secret), at=world.now()) is not None
    world.sign_in(account)


def test_an_account_is_disabled_here_though_the_provider_is_away_and_there_when_it_is_done_again(
    world: AccountWorld,
) -> None:
    world.invite("boss@sunwi.test")
    account = world.invite(KIM)
    world.identities.is_away = True
    assert refused(Retryable, lambda: world.accounts.disable(OPERATOR, account.id)) == "identities_unreachable"
    assert world.account(account.id).disabled_at is not None
    world.identities.is_away = False
    world.accounts.disable(OPERATOR, account.id)
    assert world.identities.disabled == {KIM}


def test_the_last_admin_can_neither_be_disabled_nor_lose_the_role(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    other = Rights(role=Role.AGENCY, agency_id=agency.id)
    first, second = world.invite("a@sunwi.test"), world.invite("b@sunwi.test")
    world.accounts.disable(OPERATOR, second.id)
    for do in (
        lambda: world.accounts.disable(OPERATOR, first.id),
        lambda: world.accounts.change_rights(OPERATOR, first.id, other),
    ):
        assert refused(Conflict, do) == "last_admin"
    assert world.accounts.change_rights(OPERATOR, first.id, ADMIN).account.role is Role.ADMIN
    world.accounts.enable(OPERATOR, second.id)
    assert world.accounts.change_rights(OPERATOR, first.id, other).account.role is Role.AGENCY
    assert refused(Conflict, lambda: world.accounts.disable(OPERATOR, second.id)) == "last_admin"


def test_other_rights_hold_from_the_next_request_on(world: AccountWorld) -> None:
    world.invite("boss@sunwi.test")
    agency = world.owners.add_agency(OPERATOR, "온누리")
    account = world.invite(KIM)
    opened = world.sign_in(account)
    world.accounts.change_rights(OPERATOR, account.id, Rights(role=Role.AGENCY, agency_id=agency.id))
    found = world.entrance.of_session(opened.session.id_hash, at=world.now())
    assert found is not None
    assert (found[1].role, found[1].agency_id) == (Role.AGENCY, agency.id)
    changed = world.audit()[-1]
    assert (changed.action, changed.before) == (
        "account_rights_changed",
        {"role": "admin", "agency_id": None, "client_id": None},
    )
    assert changed.after == {"role": "agency", "agency_id": agency.id, "client_id": None}


def test_accounts_are_listed_newest_first_page_by_page(world: AccountWorld) -> None:
    for name in ("a", "b", "c"):
        world.invite(f"{name}@sunwi.test")
    first = world.accounts.page(OPERATOR, AccountQuery(limit=2))
    second = world.accounts.page(OPERATOR, AccountQuery(limit=2, after=first.next))
    emails = [one.account.email[0] for page in (first, second) for one in page.accounts]
    assert (emails, second.next) == (["c", "b", "a"], None)
    (found,) = world.accounts.page(OPERATOR, AccountQuery(limit=2, text="B@", role=Role.ADMIN)).accounts
    assert found.account.email == "b@sunwi.test"
    assert world.accounts.page(OPERATOR, AccountQuery(limit=2, text="%")).accounts == []
    assert refused(InvalidInput, lambda: world.accounts.page(OPERATOR, AccountQuery(limit=0))) == "list_length_unusable"


def test_only_admins_see_and_change_accounts_and_everybody_sees_their_own(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    admin = world.invite("boss@sunwi.test")
    account = world.invite(KIM, Rights(role=Role.AGENCY, agency_id=agency.id))
    kim = account.actor
    for do in (
        lambda: world.accounts.invite(kim, "x@y.kr", ADMIN),
        lambda: world.accounts.page(kim, AccountQuery(limit=5)),
        lambda: world.accounts.change_rights(kim, account.id, ADMIN),
        lambda: world.accounts.disable(kim, admin.id),
        lambda: world.accounts.enable(kim, admin.id),
    ):
        assert refused(Forbidden, do) == "action_forbidden"
    assert world.accounts.find(kim, KIM).account.id == account.id
    assert world.accounts.find(kim, account.id).account.id == account.id
    for named in (admin.id, admin.email, "nobody", "no@body.kr"):
        assert refused(InvalidInput, lambda named=named: world.accounts.find(kim, named)) == "account_unknown"  # type: ignore[misc]
    assert world.accounts.find(OPERATOR, " Boss@Sunwi.test").account.id == admin.id


@pytest.mark.parametrize("name", ["disable", "enable"])
def test_an_account_that_is_not_there_is_told(world: AccountWorld, name: str) -> None:
    do = getattr(world.accounts, name)
    assert refused(InvalidInput, lambda: do(OPERATOR, "nobody")) == "account_unknown"
    assert refused(InvalidInput, lambda: world.accounts.change_rights(OPERATOR, "x", ADMIN)) == "account_unknown"


def test_the_account_of_an_actor_is_told_by_its_owner() -> None:
    assert Actor(owner="account:7", role=Role.ADMIN).account_id == "7"
    assert OPERATOR.account_id is None
