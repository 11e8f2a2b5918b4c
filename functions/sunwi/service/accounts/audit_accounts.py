"""What the audit says of accounts, sessions and keys: never a secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.service.ports.outside import Transaction


def add_entry(  # noqa: PLR0913 - what an entry has
    tx: Transaction,
    actor: Actor,
    action: str,
    account_id: str,
    *,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append what was done to an account, in the transaction of the change."""
    tx.audit.add(
        AuditEntry(at=at, actor=actor.owner, action=action, subject=f"account {account_id}", before=before, after=after)
    )
