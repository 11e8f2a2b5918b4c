"""Lists of accounts, of their keys, and of who did what: what is asked for, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunwi.domain.account import Account, ApiKey
from sunwi.domain.actor import Role
from sunwi.domain.audit import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account, and the names of whom it belongs to.

    Attributes:
        agency: Name of its agency, or of its client's; empty without one.
        client: Name of an advertiser's client; empty of everybody else.
    """

    account: Account
    agency: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQuery:
    """One page of a list, newest first.

    Attributes:
        role: None for all.
        text: That an e-mail address has in it, in whatever case; empty lets everything through.
        limit: At most so many, from 1.
        after: Id of the last account of the page before; None begins with the newest.
    """

    role: Role | None = None
    text: str = ""
    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of a list.

    Attributes:
        next: What the next page is asked for with; None when nothing follows.
    """

    accounts: Sequence[ListedAccount]
    next: str | None


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key, and the e-mail address of its account."""

    key: ApiKey
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyQuery:
    """One page of a list of keys, newest first.

    Attributes:
        account_id: Whose; None for everybody's.
        limit: At most so many, from 1.
        after: Id of the last key of the page before; None begins with the newest.
    """

    account_id: str | None = None
    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One page of a list.

    Attributes:
        next: What the next page is asked for with; None when nothing follows.
    """

    keys: Sequence[ListedKey]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """One page of what was done, the latest first.

    Attributes:
        actor: Whole name of whoever did it; None for everybody.
        action: In snake case, past tense; None for all.
        subject: Whole name of what it was done to; None for all.
        limit: At most so many, from 1.
        after: Number of the last entry of the page before; None begins with the latest.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    limit: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry, and its number: later ones have higher numbers."""

    id: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of what was done.

    Attributes:
        next: What the next page is asked for with; None when nothing follows.
    """

    entries: Sequence[NumberedEntry]
    next: int | None
