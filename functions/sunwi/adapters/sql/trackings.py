"""Trackings in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from typing_extensions import override

from sunwi.adapters.sql.pages import TRACKED_PAGES, count_by_surface
from sunwi.adapters.sql.tables import TrackingRow
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import Device, Kind, NewTracking, Surface, Target, Tracking, TrackingStatus
from sunwi.service.ports.store import Trackings

#: Rows per INSERT: 14 parameters each stay far below the 32,767 of PostgreSQL's protocol.
_ROWS_PER_INSERT = 1000


def insert_unless_there(connection: Connection, table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT … ON CONFLICT DO NOTHING in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def tracking_from_row(row: Any) -> Tracking:  # noqa: ANN401 - a row, or part of one
    """Build a tracking from the columns of its table."""
    return Tracking(
        id=row.id,
        target=Target(Kind(row.kind), row.target_id),
        target_url=row.target_url,
        keyword=row.keyword,
        surface=Surface(row.surface),
        device=Device(row.device),
        location=row.location,
        client=row.client,
        agency=row.agency,
        status=TrackingStatus(row.status),
        current_session=row.current_session,
        created_at=row.created_at,
        counting=counting_from_row(row),
    )


def counting_values(counting: ExposureCriteria) -> dict[str, str | bool]:
    """Return the columns of what counts."""
    return {"areas": " ".join(sorted(counting.areas)), "counts_bundled": counting.bundled}


def counting_from_row(row: Any) -> ExposureCriteria:  # noqa: ANN401 - a row, or part of one
    """Read what counts from the columns of a tracking or an observation."""
    return ExposureCriteria(frozenset(row.areas.split()), bundled=row.counts_bundled)


@dataclass(frozen=True, slots=True)
class SqlTrackings(Trackings):
    """Stored trackings."""

    connection: Connection

    @override
    def add(self, trackings: Sequence[NewTracking], *, at: datetime) -> list[int | None]:
        ids: dict[tuple[str, ...], int] = {}
        unique: dict[tuple[str, ...], NewTracking] = {}
        for tracking in trackings:
            unique.setdefault(_identity(tracking), tracking)
        new = list(unique.values())
        for start in range(0, len(new), _ROWS_PER_INSERT):
            values = [_values(tracking, at) for tracking in new[start : start + _ROWS_PER_INSERT]]
            statement = insert_unless_there(self.connection, TrackingRow).values(values)
            returning = statement.returning(*TrackingRow.__table__.columns)
            for row in self.connection.execute(returning):
                ids[_identity(tracking_from_row(row))] = row.id
        return [ids.pop(_identity(tracking), None) for tracking in trackings]

    @override
    def get(self, tracking_id: int) -> Tracking | None:
        row = self.connection.execute(select(*_COLUMNS).where(TrackingRow.id == tracking_id)).one_or_none()
        return None if row is None else tracking_from_row(row)

    @override
    def list(self, status: TrackingStatus | None = None) -> Sequence[Tracking]:
        statement = select(*_COLUMNS).order_by(TrackingRow.id)
        if status is not None:
            statement = statement.where(TrackingRow.status == status.value)
        return [tracking_from_row(row) for row in self.connection.execute(statement)]

    @override
    def find_equal(self, trackings: Sequence[NewTracking]) -> Sequence[Tracking]:
        stored = {_identity(found): found for found in self._of_keywords(trackings)}
        return [stored[identity] for identity in map(_identity, trackings) if identity in stored]

    @override
    def find_same_target(self, trackings: Sequence[NewTracking]) -> Sequence[Tracking]:
        wanted = {_identity(tracking)[:_WHAT_IS_WATCHED] for tracking in trackings}
        found = (other for other in self._of_keywords(trackings) if _identity(other)[:_WHAT_IS_WATCHED] in wanted)
        return sorted(found, key=lambda tracking: tracking.id)

    def _of_keywords(self, trackings: Sequence[NewTracking]) -> Iterator[Tracking]:
        keywords = list({tracking.keyword for tracking in trackings})
        for start in range(0, len(keywords), _ROWS_PER_INSERT):
            wanted = TrackingRow.keyword.in_(keywords[start : start + _ROWS_PER_INSERT])
            yield from map(tracking_from_row, self.connection.execute(select(*_COLUMNS).where(wanted)))

    @override
    def lock(self, tracking_id: int) -> Tracking:
        statement = select(*_COLUMNS).where(TrackingRow.id == tracking_id).with_for_update()
        return tracking_from_row(self.connection.execute(statement).one())

    @override
    def set_status(self, tracking_id: int, status: TrackingStatus, *, at: datetime | None = None) -> None:
        since = {"active_since": at} if status is TrackingStatus.ACTIVE else {}
        self._update(tracking_id, status=status.value, **since)

    @override
    def set_counting(self, tracking_id: int, counting: ExposureCriteria) -> None:
        self._update(tracking_id, **counting_values(counting))

    @override
    def set_session(self, tracking_id: int, session: int) -> None:
        self._update(tracking_id, current_session=session)

    @override
    def count_active_pages(self) -> Mapping[Surface, int]:
        return count_by_surface(self.connection, TRACKED_PAGES.where(TrackingRow.status == TrackingStatus.ACTIVE.value))

    @override
    def list_active_surfaces(self) -> Sequence[tuple[Surface, Device]]:
        used = (
            select(TrackingRow.surface, TrackingRow.device)
            .where(TrackingRow.status == TrackingStatus.ACTIVE.value)
            .distinct()
        )
        rows = self.connection.execute(used).all()
        return sorted((Surface(row.surface), Device(row.device)) for row in rows)

    def _update(self, tracking_id: int, **values: object) -> None:
        self.connection.execute(update(TrackingRow).where(TrackingRow.id == tracking_id).values(**values))


_COLUMNS = tuple(TrackingRow.__table__.columns)
#: Kind, keyword, target, surface and device: the first parts of an identity.
_WHAT_IS_WATCHED = 5


def _identity(tracking: NewTracking) -> tuple[str, ...]:
    return (
        tracking.target.kind.value,
        tracking.keyword,
        tracking.target.id,
        tracking.surface.value,
        tracking.device.value,
        tracking.location,
        tracking.client,
        tracking.agency,
    )


def _values(tracking: NewTracking, at: datetime) -> dict[str, Any]:
    return {
        "kind": tracking.target.kind.value,
        "keyword": tracking.keyword,
        "target_id": tracking.target.id,
        "target_url": tracking.target_url,
        "surface": tracking.surface.value,
        "device": tracking.device.value,
        "location": tracking.location,
        "client": tracking.client,
        "agency": tracking.agency,
        "status": TrackingStatus.ACTIVE.value,
        "current_session": 1,
        "created_at": at,
        **counting_values(tracking.counting),
    }
