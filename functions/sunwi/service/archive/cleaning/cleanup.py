"""The kind `cleanup`: what has expired is deleted (정리).

Source: docs/archive.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from sunwi.domain.actor import Role
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Place, Work
from sunwi.service.jobs.parse_params import parse_params


class CleanupParams(BaseModel):
    """None: everything that has expired goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse_cleanup(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check that there are no params.

    Raises:
        InvalidInput: There are.
    """
    return parse_params(CleanupParams, params).model_dump(mode="json")


CLEANUP = Work(
    name="cleanup",
    parse=parse_cleanup,
    place=Place.CORE,
    steps=("delete",),
    soft_seconds=600,
    limit_seconds=3_600,
    expires_after=timedelta(hours=20),
    one_per_owner=True,
    can_checkpoint=True,
    submitted_by=frozenset({Role.ADMIN, Role.SYSTEM}),
    priority=Priority.LOW,
)
