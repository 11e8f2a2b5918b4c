"""Open sessions of browsers, show them, and end them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import structlog

from sunwi.domain.account import LONGEST_ADDRESS, LONGEST_BROWSER, Account, WebSession
from sunwi.domain.actor import Actor
from sunwi.domain.typed_text import without_invisible
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.accounts.audit_accounts import add_entry
from sunwi.service.accounts.find_account import account_unknown, require_own
from sunwi.service.accounts.permissions import Action
from sunwi.service.ports.accounts import Identities
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Bytes of a session's id.
ID_BYTES = 16
#: Sessions of an account that are shown.
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A session that was opened.

    Attributes:
        session_id: For the browser's cookie, this once: only its hash is stored.
    """

    session_id: str = field(repr=False)
    session: WebSession
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSessions:
    """Sessions of browsers.

    Attributes:
        new_secret: Makes so many random bytes, as text that fits a cookie.
    """

    store: Store
    clock: Clock
    identities: Identities
    new_secret: Callable[[int], str]

    @retry_conflicts
    def open(self, *, sub: str, email: str, browser: str = "", address: str = "") -> OpenedSession:
        """Open a session for somebody whom the identity provider has just let in.

        Args:
            sub: What the provider calls them.
            email: Verified by it; by it an account is found that it was not told of yet.
            browser: How the browser names itself.
            address: Where the request came from.

        Raises:
            Forbidden: Nobody has invited them (`account_not_invited`), or their account is disabled
                (`account_disabled`).
            StoreUnavailable: The database cannot be reached.
        """
        at, session_id = self.clock.now(), self.new_secret(ID_BYTES)
        with self.store.begin() as tx:
            account = tx.accounts.lock_for_sign_in(sub=sub, email=email.strip().lower())
            if account is None:
                raise Forbidden("there is no account for this sign-in: ask an admin", code="account_not_invited")
            if account.disabled_at is not None:
                raise Forbidden("the account is disabled: ask an admin", code="account_disabled")
            tx.accounts.set_sub(account.id, sub)
            session = WebSession(
                id_hash=hash_of(session_id),
                account_id=account.id,
                created_at=at,
                last_seen_at=at,
                browser=without_invisible(browser)[:LONGEST_BROWSER],
                address=address[:LONGEST_ADDRESS],
            )
            tx.web_sessions.add(session)
            tx.accounts.set_seen(account.id, at=at)
            add_entry(tx, account.actor, "signed_in", account.id, at=at, after={"session": session.id_hash})
        log.info("signed_in", account_id=account.id)
        return OpenedSession(session_id=session_id, session=session, account=replace(account, sub=sub))

    def list(self, actor: Actor, account_id: str | None = None) -> Sequence[WebSession]:
        """Return the sessions of an account that hold, the latest sign-in first.

        Args:
            actor: Who asks.
            account_id: Whose; None for the actor's own.

        Raises:
            InvalidInput: There is no such account that the actor sees.
            StoreUnavailable: The database cannot be reached.
        """
        whose = require_own(actor, account_id, own=Action.OWN_ACCOUNT_READ, others=Action.ACCOUNTS_READ)
        with self.store.read() as tx:
            _require(tx, whose)
            return tx.web_sessions.of_account(whose, at=self.clock.now(), limit=MOST_SHOWN)

    @retry_conflicts
    def revoke(self, actor: Actor, id_hash: str, account_id: str | None = None) -> None:
        """End one session at once; also the sign-out of whoever asks.

        Args:
            actor: Who asks.
            id_hash: Of the session.
            account_id: Whose it is; None for the actor's own.

        Raises:
            InvalidInput: There is no such session that holds and that the actor sees.
            StoreUnavailable: The database cannot be reached.
        """
        whose = require_own(actor, account_id, own=Action.OWN_ACCOUNT_CHANGE, others=Action.ACCOUNTS_CHANGE)
        at = self.clock.now()
        with self.store.begin() as tx:
            if not tx.web_sessions.revoke(whose, id_hash, at=at):
                raise InvalidInput("there is no such session that holds", code="session_unknown")
            add_entry(tx, actor, "session_ended", whose, at=at, before={"session": id_hash})
        log.info("session_ended", account_id=whose, by=actor.owner)

    def revoke_all(self, actor: Actor, account_id: str | None = None) -> int:
        """End all sessions of an account, here and at the identity provider; return the number of those here.

        Args:
            actor: Who asks.
            account_id: Whose; None for the actor's own.

        Raises:
            InvalidInput: There is no such account that the actor sees.
            Retryable: Database or identity provider cannot be reached; what is done here stays, and doing it again
                goes on.
            ConfigurationError: The identity provider cannot be used; as above.
        """
        whose = require_own(actor, account_id, own=Action.OWN_ACCOUNT_CHANGE, others=Action.ACCOUNTS_CHANGE)
        email, ended = self._revoke_all(actor, whose)
        self.identities.sign_out(email)
        log.info("sessions_ended", account_id=whose, sessions=ended, by=actor.owner)
        return ended

    @retry_conflicts
    def _revoke_all(self, actor: Actor, account_id: str) -> tuple[str, int]:
        at = self.clock.now()
        with self.store.begin() as tx:
            email = _require(tx, account_id)
            ended = tx.web_sessions.revoke_all(account_id, at=at)
            if ended:
                add_entry(tx, actor, "sessions_ended", account_id, at=at, before={"sessions": ended})
        return email, ended


def hash_of(secret: str) -> str:
    """Return what is stored of a session's id, or of a key."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def _require(tx: Transaction, account_id: str) -> str:
    found = tx.accounts.get(account_id)
    if found is None:
        raise account_unknown(account_id)
    return found.account.email
