"""What is kept of who changed a schedule.

The scheduler is no database: its change is made while the transaction of the entry is open. What the scheduler refuses
leaves no entry; an entry that cannot be stored fails the call, and doing it again changes nothing but writes it.

Source: docs/adr/0064-what-a-change-leaves.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import When


def audit_schedule(action: str, name: str, *, actor: Actor, at: datetime) -> AuditEntry:
    """Begin an entry about a schedule.

    Args:
        action: In snake case, past tense.
        name: Of the schedule.
        actor: Who did it.
        at: Aware UTC.
    """
    return AuditEntry(at=at, actor=actor.owner, action=action, subject=f"schedule {name}")


def schedule_facts(when: When | None, order: JobOrder | None) -> Mapping[str, Any]:
    """Write when a schedule is due, and what it submits; what is None is left out."""
    facts = {"when": None if when is None else repr(when), "submit": None if order is None else order.as_json()}
    return {name: fact for name, fact in facts.items() if fact is not None}
