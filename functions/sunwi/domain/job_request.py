"""What was asked under an idempotency key, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A submission that may be repeated.

    Attributes:
        owner: Whose key it is.
        key: Unique for its owner.
        fingerprint: Of what was asked: another one under the same key is refused.
        job_id: Of the job; None of a bulk submission.
        batch_id: Of a bulk submission; None of a single one.
        refused: Code and fields of the problems of rows that were left out, by row.
        created_at: Aware UTC.
    """

    owner: str
    key: str
    fingerprint: str
    job_id: str | None = None
    batch_id: str | None = None
    refused: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime
