"""What the use cases need of accounts: their tables, and the provider that knows people by their passwords."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from sunwi.domain.account import Account, ApiKey, WebSession
from sunwi.domain.account_list import AccountPage, AccountQuery, KeyPage, KeyQuery, ListedAccount, ListedKey
from sunwi.domain.actor import Role


class Accounts(Protocol):
    """Stored accounts."""

    def add(self, account: Account) -> bool:
        """Store a new account; False when another one has its e-mail address, which this waits for."""
        ...

    def get(self, account_id: str) -> ListedAccount | None:
        """Return an account; None when there is none."""
        ...

    def of_email(self, email: str) -> ListedAccount | None:
        """Return the account of an address in lower case; None when there is none."""
        ...

    def lock(self, account_id: str) -> Account | None:
        """Return an account, locked until the transaction ends; None when there is none."""
        ...

    def lock_for_sign_in(self, *, sub: str, email: str) -> Account | None:
        """Return the account of an identity, locked, by one statement.

        Args:
            sub: Of the identity provider.
            email: In lower case, verified by it: by it an account is found that the provider does not know yet.
        """
        ...

    def lock_admins(self) -> Sequence[Account]:
        """Return the admins that are in use, locked in the order of their ids."""
        ...

    def set_sub(self, account_id: str, sub: str) -> bool:
        """Store what the identity provider calls an account; False when it calls it otherwise already."""
        ...

    def set_role(self, account_id: str, role: Role, *, agency_id: int | None, client_id: int | None) -> None:
        """Store what an account may do, and for whom."""
        ...

    def set_disabled(self, account_id: str, at: datetime | None) -> None:
        """Store since when an account is not let in; None lets it in again."""
        ...

    def set_seen(self, account_id: str, *, at: datetime) -> None:
        """Store that an account was seen, unless that was stored less than `SEEN_EVERY` ago."""
        ...

    def page(self, query: AccountQuery) -> AccountPage:
        """Return one page of a list."""
        ...


class WebSessions(Protocol):
    """Stored sessions of browsers."""

    def add(self, session: WebSession) -> None:
        """Store a new session."""
        ...

    def find(self, id_hash: str) -> tuple[WebSession, Account] | None:
        """Return a session, ended ones too, with its account, by one statement; None when there is none."""
        ...

    def of_account(self, account_id: str, *, at: datetime, limit: int) -> Sequence[WebSession]:
        """Return the sessions of an account that hold, the latest sign-in first."""
        ...

    def set_seen(self, id_hash: str, *, at: datetime) -> None:
        """Store that a session was used, unless that was stored less than `SEEN_EVERY` ago."""
        ...

    def revoke(self, account_id: str, id_hash: str, *, at: datetime) -> bool:
        """End a session of an account; False when it has none of that id that holds."""
        ...

    def revoke_all(self, account_id: str | None, *, at: datetime) -> int:
        """End the sessions of an account, or of everybody, that hold; return their number."""
        ...

    def count_held(self, *, at: datetime) -> int:
        """Count the sessions that hold, of everybody."""
        ...

    def delete_ended(self, before: datetime, limit: int) -> int:
        """Delete sessions that had ended by a time, a few at most; return their number."""
        ...


class ApiKeys(Protocol):
    """Stored keys of programs."""

    def add(self, key: ApiKey) -> None:
        """Store a new key."""
        ...

    def find(self, secret_hash: str) -> tuple[ApiKey, Account] | None:
        """Return a key, ended ones too, with its account, by one statement; None when there is none."""
        ...

    def get(self, key_id: str) -> ListedKey | None:
        """Return a key by its id; None when there is none."""
        ...

    def count_held(self, account_id: str, *, at: datetime) -> int:
        """Count the keys of an account that hold."""
        ...

    def page(self, query: KeyQuery) -> KeyPage:
        """Return one page of a list, ended keys too."""
        ...

    def set_used(self, key_id: str, *, at: datetime) -> None:
        """Store that a key was used, unless that was stored less than `SEEN_EVERY` ago."""
        ...

    def revoke(self, key_id: str, *, at: datetime) -> bool:
        """End a key; False when it was revoked before."""
        ...


class Invitation(StrEnum):
    """What became of the mail that invites somebody."""

    #: The provider has made the user and sends the mail.
    SENT = "sent"
    #: It knew the user, who has never signed in: it sends the mail once more.
    SENT_AGAIN = "sent_again"
    #: It knew the user, who has a password: there is nothing to send.
    KNOWN = "known"
    #: There is no provider here.
    NOT_SENT = "not_sent"


class Invited(NamedTuple):
    """What the provider says of somebody who was invited.

    Attributes:
        sub: What it calls them; None where there is no provider.
    """

    sub: str | None
    invitation: Invitation


class Identities(Protocol):
    """Who knows people by their passwords; each call may be repeated."""

    def invite(self, email: str) -> Invited:
        """Make a user of an address in lower case, or find them, and have them invited by mail.

        Raises:
            Retryable: The provider cannot be reached, or takes nothing just now.
            InvalidInput: It refuses the address.
            ConfigurationError: The pool is not there, or this role may not.
        """
        ...

    def disable(self, email: str) -> None:
        """Let a user sign in no more, and end what they have signed in to there; nothing where there is no such user.

        Raises:
            Retryable: As of `invite`.
            ConfigurationError: As of `invite`.
        """
        ...

    def enable(self, email: str) -> None:
        """Let a user sign in again; nothing where there is no such user.

        Raises:
            Retryable: As of `invite`.
            ConfigurationError: As of `invite`.
        """
        ...

    def sign_out(self, email: str) -> None:
        """End everything that a user has signed in to there; nothing where there is no such user.

        Raises:
            Retryable: As of `invite`.
            ConfigurationError: As of `invite`.
        """
        ...
