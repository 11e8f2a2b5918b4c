"""Distinct pages of trackings in SQL."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, func, select

from sunwi.adapters.sql.tables import TrackingRow
from sunwi.domain.tracking import Surface

#: The distinct pages of trackings, to be narrowed down.
TRACKED_PAGES = select(TrackingRow.surface, TrackingRow.device, TrackingRow.keyword, TrackingRow.location).distinct()


def count_by_surface(connection: Connection, pages: Select[*tuple[Any, ...]]) -> Mapping[Surface, int]:
    """Count pages by their surface; one without any is left out."""
    found = pages.subquery()
    statement = select(found.c.surface, func.count()).group_by(found.c.surface)
    return {Surface(surface): count for surface, count in connection.execute(statement)}
