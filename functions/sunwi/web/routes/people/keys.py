"""Keys of programs."""

from pydantic import Field

from sunwi.domain.account import LONGEST_KEY_DAYS, Scope
from sunwi.domain.account_list import KeyQuery
from sunwi.service.accounts.manage_keys import KeyOrder
from sunwi.service.accounts.page_length import MAX_PAGE_LENGTH
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, Cursor
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.accounts.account_documents import key_document, key_page_document


class KeyListQuery(Asked):
    """Which keys, and from where on."""

    account: str | None = Field(None, max_length=40, description="Id of an account; left out: all that one sees.")
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


class KeyBody(Asked):
    """A key that is asked for."""

    name: str = Field(max_length=200)
    scope: Scope = Scope.READ
    days: int | None = Field(None, ge=1, le=LONGEST_KEY_DAYS, description="It ends after so many; left out: never.")
    account_id: str | None = Field(None, max_length=40, description="Whose rights it has; left out: the caller's.")


def list_keys(request: Request[KeyListQuery, None]) -> Answer:
    """Answer with one page of the keys that the caller sees."""
    asked = request.query
    query = KeyQuery(account_id=asked.account, limit=asked.limit, after=asked.after)
    return Answer(document=key_page_document(request.house.accounts.manage_keys.page(request.actor, query)))


def make_key(request: Request[None, KeyBody]) -> Answer:
    """Make a key, and show it this once."""
    asked = request.body
    order = KeyOrder(name=asked.name, scope=asked.scope, account_id=asked.account_id, days=asked.days)
    made = request.house.accounts.manage_keys.make(request.actor, order)
    return Answer(
        status=201,
        document={**key_document(made.listed), "key": made.secret},
        headers={"Cache-Control": "no-store"},
    )


def revoke_key(request: Request[None, None]) -> Answer:
    """End a key at once."""
    return Answer(
        document=key_document(request.house.accounts.manage_keys.revoke(request.actor, request.path["key_id"]))
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_keys",
        method="GET",
        path="/api/v1/keys",
        action=Action.OWN_ACCOUNT_READ,
        handle=list_keys,
        summary="List keys, newest first; an admin sees everybody's.",
        query=KeyListQuery,
    ),
    Route(
        name="make_key",
        method="POST",
        path="/api/v1/keys",
        action=Action.OWN_ACCOUNT_CHANGE,
        handle=make_key,
        summary="Make a key; the key itself is in this answer alone.",
        body=KeyBody,
        success=201,
        is_secret=True,
    ),
    Route(
        name="revoke_key",
        method="DELETE",
        path="/api/v1/keys/<key_id>",
        action=Action.OWN_ACCOUNT_CHANGE,
        handle=revoke_key,
        summary="End a key at once.",
    ),
)
