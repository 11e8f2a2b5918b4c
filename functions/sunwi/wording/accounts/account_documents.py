"""Accounts, sessions, keys and the audit as JSON.

Source: docs/accounts.md.
"""

from datetime import datetime
from typing import Any

from sunwi.domain.account import WebSession
from sunwi.domain.account_list import AccountPage, AuditPage, KeyPage, ListedAccount, ListedKey, NumberedEntry


def account_document(listed: ListedAccount) -> dict[str, Any]:
    """Write an account."""
    account = listed.account
    return {
        "id": account.id,
        "email": account.email,
        "role": account.role.value,
        "agency_id": account.agency_id,
        "agency": listed.agency,
        "client_id": account.client_id,
        "client": listed.client,
        "created_at": account.created_at.isoformat(),
        "disabled_at": _written(account.disabled_at),
        "last_seen_at": _written(account.last_seen_at),
    }


def account_page_document(page: AccountPage) -> dict[str, Any]:
    """Write a page of accounts."""
    return _with_next({"accounts": [account_document(one) for one in page.accounts]}, page.next)


def session_document(session: WebSession) -> dict[str, Any]:
    """Write a session; its id here is no secret: the browser is let in by another one."""
    return {
        "id": session.id_hash,
        "account_id": session.account_id,
        "created_at": session.created_at.isoformat(),
        "last_seen_at": session.last_seen_at.isoformat(),
        "browser": session.browser,
        "address": session.address,
    }


def key_document(listed: ListedKey) -> dict[str, Any]:
    """Write a key, without what lets in."""
    key = listed.key
    return {
        "id": key.id,
        "account_id": key.account_id,
        "email": listed.email,
        "name": key.name,
        "prefix": key.prefix,
        "scope": key.scope.value,
        "created_at": key.created_at.isoformat(),
        "expires_at": _written(key.expires_at),
        "revoked_at": _written(key.revoked_at),
        "last_used_at": _written(key.last_used_at),
    }


def key_page_document(page: KeyPage) -> dict[str, Any]:
    """Write a page of keys."""
    return _with_next({"keys": [key_document(one) for one in page.keys]}, page.next)


def audit_entry_document(numbered: NumberedEntry) -> dict[str, Any]:
    """Write what somebody did."""
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


def audit_page_document(page: AuditPage) -> dict[str, Any]:
    """Write a page of what was done."""
    return _with_next({"entries": [audit_entry_document(one) for one in page.entries]}, page.next)


def _with_next(document: dict[str, Any], cursor: str | int | None) -> dict[str, Any]:
    return document if cursor is None else {**document, "next": str(cursor)}


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
