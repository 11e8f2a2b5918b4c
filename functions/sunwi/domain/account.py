"""Who signs in: people by their accounts, programs by keys of an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sunwi.domain.actor import Actor, Role

#: Of a session: ended when nothing was asked for so long, and at the latest so long after the sign-in.
SESSION_IDLE, SESSION_LIFE = timedelta(hours=12), timedelta(days=7)

#: How stale a stored "last seen" or "last used" may be: it is written no more often.
SEEN_EVERY = timedelta(minutes=5)

#: How long a session that has ended is remembered.
ENDED_SESSIONS_KEPT = timedelta(days=30)

#: What every key begins with, so that scanners of published code find one.
KEY_PREFIX = "sunwi_live_"
#: Characters behind it that are shown, and keys that hold of one account, at most.
KEY_SHOWN, MOST_KEYS = 6, 50
#: Characters of a key's name, and days that one may hold, at most.
LONGEST_KEY_NAME, LONGEST_KEY_DAYS = 100, 3650

#: Characters of how a browser names itself, and of where a sign-in came from, that are kept.
LONGEST_BROWSER, LONGEST_ADDRESS = 200, 64


class Scope(StrEnum):
    """What a key may be used for; the codes are stored."""

    READ = "read"
    #: Reading, too.
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who signs in (계정).

    Attributes:
        id: UUIDv7.
        sub: Of the identity provider; None until it knows the account.
        email: Lower case, unique.
        role: ADMIN, AGENCY or ADVERTISER.
        agency_id: Of an agency's account; of an advertiser's, the client's agency, if any.
        client_id: Of an advertiser's account: the client.
        created_at: Aware UTC.
        disabled_at: Aware UTC; from then on nothing of it is let in. None of one in use.
        last_seen_at: Aware UTC, at most `SEEN_EVERY` stale; None before the first sign-in.
    """

    id: str
    email: str
    role: Role
    agency_id: int | None = None
    client_id: int | None = None
    sub: str | None = None
    created_at: datetime
    disabled_at: datetime | None = None
    last_seen_at: datetime | None = None

    @property
    def owner(self) -> str:
        """What it owns is marked with."""
        return f"account:{self.id}"

    @property
    def actor(self) -> Actor:
        """It, as somebody who asks."""
        return Actor(owner=self.owner, role=self.role, agency_id=self.agency_id, client_id=self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """A browser in which somebody has signed in (로그인 세션).

    Attributes:
        id_hash: SHA-256 of its 128-bit id, as hex digits; the id itself is kept by the browser alone.
        account_id: Whose it is.
        created_at: Aware UTC, as all times here.
        last_seen_at: At most `SEEN_EVERY` stale.
        browser: How the browser names itself, cut to 200 characters.
        address: Where the sign-in came from.
        revoked_at: None while it holds.
    """

    id_hash: str
    account_id: str
    created_at: datetime
    last_seen_at: datetime
    browser: str = ""
    address: str = ""
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether it is still one to be let in by."""
        return self.revoked_at is None and at < self.last_seen_at + SESSION_IDLE and at < self.created_at + SESSION_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a program is let in by, with its account's rights (API 키).

    Attributes:
        id: UUIDv7.
        account_id: Whose rights it has.
        name: What its owner calls it.
        prefix: `KEY_PREFIX` and the first 6 characters behind it: enough to tell keys apart by.
        secret_hash: SHA-256 of the whole key, as hex digits.
        scope: Whether it may change anything.
        created_at: Aware UTC, as all times here.
        expires_at: None of one that does not end by itself.
        revoked_at: None while it holds.
        last_used_at: At most `SEEN_EVERY` stale; None before its first use.
    """

    id: str
    account_id: str
    name: str
    prefix: str
    secret_hash: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether it is still one to be let in by."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)
