"""What is kept of who started runs, cancelled them, or had them measured again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.actor import SYSTEM_OWNER, Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.run import Run
from sunwi.service.ports.outside import Transaction


def audit_started(tx: Transaction, actor: Actor, run: Run) -> None:
    """Keep that somebody started a run; the system's own are no news.

    Args:
        tx: That stores it.
        actor: Who asked.
        run: As it is stored.
    """
    audit_run(
        tx, actor, "run_started", run.id, after={"kind": run.kind.value, "tasks": run.expected}, at=run.started_at
    )


def audit_run(  # noqa: PLR0913 - an entry's parts
    tx: Transaction, actor: Actor, action: str, run_id: str, *, after: Mapping[str, Any], at: datetime
) -> None:
    """Keep what somebody did to a run.

    Args:
        tx: That does it.
        actor: Who asked; of the system itself nothing is kept.
        action: As of an `AuditEntry`.
        run_id: Of the run.
        after: What is there now.
        at: Aware UTC, now.
    """
    if actor.owner != SYSTEM_OWNER:
        tx.audit.add(AuditEntry(at=at, actor=actor.owner, action=action, subject=f"run {run_id}", after=after))
