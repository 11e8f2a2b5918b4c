"""What commands about accounts, sessions, keys and the audit print with `--json`, and the API answers: never a secret.

Source: docs/accounts.md, JSON.
"""

from datetime import datetime
from typing import Any

from sunwi.domain.account import WebSession
from sunwi.domain.account_list import AccountPage, AuditPage, KeyPage, ListedAccount, ListedKey, NumberedEntry
from sunwi.service.accounts.manage_accounts import InvitedAccount


def account_document(listed: ListedAccount) -> dict[str, Any]:
    """Write an account."""
    account = listed.account
    return {
        "account_id": account.id,
        "email": account.email,
        "role": account.role.value,
        "agency_id": account.agency_id,
        "agency": listed.agency,
        "client_id": account.client_id,
        "client": listed.client,
        "created_at": account.created_at.isoformat(),
        "disabled_at": _moment(account.disabled_at),
        "last_seen_at": _moment(account.last_seen_at),
    }


def invited_document(invited: InvitedAccount) -> dict[str, Any]:
    """Write an account that was invited, and what became of its invitation."""
    return {**account_document(invited.listed), "invitation": invited.invitation.value}


def account_page_document(page: AccountPage) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    accounts = [account_document(listed) for listed in page.accounts]
    return {"accounts": accounts} if page.next is None else {"accounts": accounts, "next": page.next}


def session_document(session: WebSession) -> dict[str, Any]:
    """Write a session; it is named by the hash of its id, which lets nobody in."""
    return {
        "session": session.id_hash,
        "account_id": session.account_id,
        "browser": session.browser,
        "address": session.address,
        "created_at": session.created_at.isoformat(),
        "last_seen_at": session.last_seen_at.isoformat(),
    }


def key_document(listed: ListedKey) -> dict[str, Any]:
    """Write a key, of which only the beginning is known."""
    key = listed.key
    return {
        "key_id": key.id,
        "account_id": key.account_id,
        "email": listed.email,
        "name": key.name,
        "prefix": key.prefix,
        "scope": key.scope.value,
        "created_at": key.created_at.isoformat(),
        "expires_at": _moment(key.expires_at),
        "revoked_at": _moment(key.revoked_at),
        "last_used_at": _moment(key.last_used_at),
    }


def key_page_document(page: KeyPage) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    keys = [key_document(listed) for listed in page.keys]
    return {"keys": keys} if page.next is None else {"keys": keys, "next": page.next}


def audit_page_document(page: AuditPage) -> dict[str, Any]:
    """Write one page of what was done; what follows is named only where something does."""
    entries = [_entry_document(numbered) for numbered in page.entries]
    return {"entries": entries} if page.next is None else {"entries": entries, "next": page.next}


def _entry_document(numbered: NumberedEntry) -> dict[str, Any]:
    entry = numbered.entry
    return {
        "id": numbered.id,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "before": None if entry.before is None else dict(entry.before),
        "after": None if entry.after is None else dict(entry.after),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
