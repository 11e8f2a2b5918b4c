"""Accounts: who may sign in, and as what; for admins."""

from typing import Literal

from pydantic import Field

from sunwi.domain.account_list import AccountQuery
from sunwi.domain.actor import Role
from sunwi.service.accounts.page_length import MAX_PAGE_LENGTH
from sunwi.service.accounts.permissions import Action
from sunwi.service.accounts.rights import Rights
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, Cursor, RowId, Word
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.accounts.account_documents import account_document, account_page_document

#: Roles that people have.
PersonRole = Literal[Role.ADMIN, Role.AGENCY, Role.ADVERTISER]


class AccountListQuery(Asked):
    """Which accounts, and from where on."""

    role: PersonRole | None = None
    text: Word = Field("", description="That the e-mail address has in it, in whatever case.")
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


class RightsBody(Asked):
    """What an account may do, and for whom."""

    role: PersonRole
    agency_id: RowId | None = Field(None, description="Of an agency's account.")
    client_id: RowId | None = Field(None, description="Of an advertiser's account.")

    def rights(self) -> Rights:
        """Return them as use cases know them."""
        return Rights(role=self.role, agency_id=self.agency_id, client_id=self.client_id)


class InvitationBody(RightsBody):
    """Who is invited."""

    email: str = Field(max_length=320)


def list_accounts(request: Request[AccountListQuery, None]) -> Answer:
    """Answer with one page of the accounts."""
    asked = request.query
    query = AccountQuery(role=asked.role, text=asked.text, limit=asked.limit, after=asked.after)
    return Answer(document=account_page_document(request.house.accounts.manage_accounts.page(request.actor, query)))


def get_account(request: Request[None, None]) -> Answer:
    """Answer with an account."""
    found = request.house.accounts.manage_accounts.find(request.actor, request.path["account_id"])
    return Answer(document=account_document(found))


def invite_account(request: Request[None, InvitationBody]) -> Answer:
    """Make an account, and have its owner invited."""
    asked, invite = request.body, request.house.accounts.manage_accounts.invite
    invited = invite(request.actor, asked.email, asked.rights())
    location = {"Location": f"/api/v1/accounts/{invited.listed.account.id}"}
    document = {**account_document(invited.listed), "invitation": invited.invitation.value}
    return Answer(status=201, document=document, headers=location)


def change_account(request: Request[None, RightsBody]) -> Answer:
    """Change what an account may do, from its next request on."""
    change = request.house.accounts.manage_accounts.change_rights
    return Answer(document=account_document(change(request.actor, request.path["account_id"], request.body.rights())))


def disable_account(request: Request[None, None]) -> Answer:
    """Let an account in no more."""
    disable = request.house.accounts.manage_accounts.disable
    return Answer(document=account_document(disable(request.actor, request.path["account_id"])))


def enable_account(request: Request[None, None]) -> Answer:
    """Let an account in again."""
    enable = request.house.accounts.manage_accounts.enable
    return Answer(document=account_document(enable(request.actor, request.path["account_id"])))


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_accounts",
        method="GET",
        path="/api/v1/accounts",
        action=Action.ACCOUNTS_READ,
        handle=list_accounts,
        summary="List accounts, newest first.",
        query=AccountListQuery,
    ),
    Route(
        name="invite_account",
        method="POST",
        path="/api/v1/accounts",
        action=Action.ACCOUNTS_CHANGE,
        handle=invite_account,
        summary="Invite somebody; the same again goes on with an invitation that was cut off.",
        body=InvitationBody,
        success=201,
    ),
    Route(
        name="get_account",
        method="GET",
        path="/api/v1/accounts/<account_id>",
        action=Action.ACCOUNTS_READ,
        handle=get_account,
        summary="Show an account.",
    ),
    Route(
        name="change_account",
        method="PATCH",
        path="/api/v1/accounts/<account_id>",
        action=Action.ACCOUNTS_CHANGE,
        handle=change_account,
        summary="Change what an account may do, from its next request on.",
        body=RightsBody,
    ),
    Route(
        name="disable_account",
        method="POST",
        path="/api/v1/accounts/<account_id>/disable",
        action=Action.ACCOUNTS_CHANGE,
        handle=disable_account,
        summary="Let an account in no more: its sessions end at once, and its keys hold no longer.",
    ),
    Route(
        name="enable_account",
        method="POST",
        path="/api/v1/accounts/<account_id>/enable",
        action=Action.ACCOUNTS_CHANGE,
        handle=enable_account,
        summary="Let an account in again.",
    ),
)
