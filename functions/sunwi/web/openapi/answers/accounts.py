"""What routes of accounts, sessions, keys and the audit answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from sunwi.domain.account import Scope
from sunwi.domain.actor import Role
from sunwi.service.ports.accounts import Invitation
from sunwi.web.openapi.answered import Answered, Document


class Account(Document):
    """Somebody who signs in."""

    id: str
    email: str
    role: Literal[Role.ADMIN, Role.AGENCY, Role.ADVERTISER]
    agency_id: int | None
    agency: str
    client_id: int | None
    client: str
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None = Field(description="At most five minutes stale.")


class InvitedAccount(Account):
    """Somebody who was invited."""

    invitation: Invitation


class AccountPage(Document):
    """One page of a list of accounts."""

    accounts: list[Account]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class Session(Document):
    """A browser in which somebody has signed in."""

    id: str
    account_id: str
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


class Sessions(Document):
    """Sessions that hold, the latest sign-in first."""

    sessions: list[Session]


class EndedSessions(Document):
    """How many sessions ended."""

    ended: int


class Key(Document):
    """What a program is let in by."""

    id: str
    account_id: str
    email: str
    name: str
    prefix: str = Field(description="The beginning of the key.")
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="At most five minutes stale.")


class MadeKey(Key):
    """A key that was made."""

    key: str = Field(description="The key itself: shown this once.")


class KeyPage(Document):
    """One page of a list of keys."""

    keys: list[Key]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class AuditEntryDocument(Document):
    """Something that somebody did."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(Document):
    """One page of what was done."""

    entries: list[AuditEntryDocument]
    next: str = Field("", description="Only where more follow: the word for `after`.")


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "list_accounts": AccountPage,
    "get_account": Account,
    "invite_account": InvitedAccount,
    "change_account": Account,
    "disable_account": Account,
    "enable_account": Account,
    "show_me": Account,
    "list_own_sessions": Sessions,
    "end_own_session": EndedSessions,
    "end_own_sessions": EndedSessions,
    "list_sessions": Sessions,
    "end_sessions": EndedSessions,
    "list_keys": KeyPage,
    "make_key": MadeKey,
    "revoke_key": Key,
    "list_audit": AuditPage,
}
