"""Who did what to what, for whoever has to know later (감사 기록)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did.

    Attributes:
        at: Aware UTC.
        actor: Owner of whoever did it: an account, `cli:<user>`, or `system`.
        action: In snake case, past tense: `person_erased`.
        subject: What it was done to, by a name that its kind goes before: `archive observation 2026-01`.
        before: What was there; JSON, small, and nothing that was to be forgotten.
        after: What is there now.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
