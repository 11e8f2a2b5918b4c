"""The kind `archive`: rows that are old, and that nothing points to, leave the database for files (보관).

Source: docs/archive.md; docs/adr/0058-archived-rows-are-files.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictBool

from sunwi.domain.actor import Role
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Place, Work
from sunwi.service.jobs.parse_params import parse_params


class ArchiveParams(BaseModel):
    """What is to be archived.

    Attributes:
        from_start: Look through every old row again, and not only those that have become old since the last time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_start: StrictBool = False


def parse_archive(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params.

    Raises:
        InvalidInput: One cannot be used.
    """
    return parse_params(ArchiveParams, params).model_dump(mode="json", exclude_defaults=True)


ARCHIVE = Work(
    name="archive",
    parse=parse_archive,
    place=Place.CORE,
    steps=("settle", "rows", "contents"),
    soft_seconds=600,
    limit_seconds=12 * 3_600,
    expires_after=timedelta(days=6),
    one_per_owner=True,
    can_checkpoint=True,
    submitted_by=frozenset({Role.ADMIN, Role.SYSTEM}),
    priority=Priority.LOW,
)
