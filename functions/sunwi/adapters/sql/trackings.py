"""Trackings in SQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from typing_extensions import override

from sunwi.adapters.sql.evaluation.promised_rank import NO_RANK
from sunwi.adapters.sql.owners import link_owners
from sunwi.adapters.sql.pages import TRACKED_PAGES, count_by_surface
from sunwi.adapters.sql.seen_by import trackings_seen_by
from sunwi.adapters.sql.state.states import add_states
from sunwi.adapters.sql.tables import FormerTargetRow, TrackingRow, TrackingTagRow
from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import Device, Kind, NewTracking, Surface, Target, Tracking, TrackingStatus
from sunwi.service.ports.store import Trackings

#: Rows per INSERT: 16 parameters each stay far below the 32,767 of PostgreSQL's protocol.
_ROWS_PER_INSERT = 1000
#: Tags, or trackings to ask for theirs, per statement: two parameters each.
_TAGS_PER_STATEMENT = 5000


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
        session_days=row.session_days,
        target_rank=row.target_rank,
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
            unique.setdefault(tracking.identity, tracking)
        new = list(unique.values())
        for start in range(0, len(new), _ROWS_PER_INSERT):
            values = [_values(tracking, at) for tracking in new[start : start + _ROWS_PER_INSERT]]
            # As parameters: SQLAlchemy writes the rows of `values` one by one, at a second for a thousand.
            statement = insert_unless_there(self.connection, TrackingRow).returning(*TrackingRow.__table__.columns)
            stored = {tracking_from_row(row).identity: row.id for row in self.connection.execute(statement, values)}
            add_states(self.connection, list(stored.values()))
            ids |= stored
        link_owners(self.connection)
        self._insert_tags([(ids[one.identity], tag) for one in new if one.identity in ids for tag in one.tags])
        return [ids.pop(tracking.identity, None) for tracking in trackings]

    @override
    def get(self, tracking_id: int, *, seen_by: Actor = SYSTEM) -> Tracking | None:
        statement = select(*_COLUMNS).where(TrackingRow.id == tracking_id, *trackings_seen_by(seen_by))
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else tracking_from_row(row)

    @override
    def list(self, status: TrackingStatus | None = None) -> Sequence[Tracking]:
        statement = select(*_COLUMNS).order_by(TrackingRow.id)
        if status is not None:
            statement = statement.where(TrackingRow.status == status.value)
        return [tracking_from_row(row) for row in self.connection.execute(statement)]

    @override
    def find_equal(self, trackings: Sequence[NewTracking]) -> Sequence[Tracking]:
        stored = {found.identity: found for found in self._of_keywords(trackings)}
        return [stored[tracking.identity] for tracking in trackings if tracking.identity in stored]

    @override
    def find_same_target(self, trackings: Sequence[NewTracking], *, seen_by: Actor = SYSTEM) -> Sequence[Tracking]:
        wanted = {tracking.identity[:_WHAT_IS_WATCHED] for tracking in trackings}
        stored = self._of_keywords(trackings, seen_by)
        found = (other for other in stored if other.identity[:_WHAT_IS_WATCHED] in wanted)
        return sorted(found, key=lambda tracking: tracking.id)

    def _of_keywords(self, trackings: Sequence[NewTracking], seen_by: Actor = SYSTEM) -> Iterator[Tracking]:
        keywords = list({tracking.keyword for tracking in trackings})
        for start in range(0, len(keywords), _ROWS_PER_INSERT):
            wanted = TrackingRow.keyword.in_(keywords[start : start + _ROWS_PER_INSERT])
            statement = select(*_COLUMNS).where(wanted, *trackings_seen_by(seen_by))
            yield from map(tracking_from_row, self.connection.execute(statement))

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
    def set_terms(self, tracking_id: int, *, session_days: int, target_rank: int | None) -> None:
        self._update(tracking_id, session_days=session_days, target_rank=target_rank)

    @override
    def keep_target_rank(self, tracking_id: int, target_rank: int | None, *, until: date) -> None:
        values = {"tracking_id": tracking_id, "until": until, "target_rank": target_rank or NO_RANK}
        self.connection.execute(insert_unless_there(self.connection, FormerTargetRow).values(values))

    @override
    def tags_of(self, tracking_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        ids = list(tracking_ids)
        for start in range(0, len(ids), _TAGS_PER_STATEMENT):
            wanted = TrackingTagRow.tracking_id.in_(ids[start : start + _TAGS_PER_STATEMENT])
            for row in self.connection.execute(select(*TrackingTagRow.__table__.columns).where(wanted)):
                found.setdefault(row.tracking_id, []).append(row.tag)
        return {tracking_id: tuple(sorted(tags)) for tracking_id, tags in found.items()}

    @override
    def add_tags(self, tracking_ids: Sequence[int], tags: Collection[str]) -> None:
        self._insert_tags([(tracking_id, tag) for tracking_id in tracking_ids for tag in sorted(tags)])

    @override
    def remove_tags(self, tracking_ids: Sequence[int], tags: Collection[str]) -> None:
        for start in range(0, len(tracking_ids), _TAGS_PER_STATEMENT):
            of_these = TrackingTagRow.tracking_id.in_(tracking_ids[start : start + _TAGS_PER_STATEMENT])
            self.connection.execute(delete(TrackingTagRow).where(of_these, TrackingTagRow.tag.in_(tags)))

    def _insert_tags(self, tags: Sequence[tuple[int, str]]) -> None:
        for start in range(0, len(tags), _TAGS_PER_STATEMENT):
            part = tags[start : start + _TAGS_PER_STATEMENT]
            values = [{"tracking_id": tracking_id, "tag": tag} for tracking_id, tag in part]
            self.connection.execute(insert_unless_there(self.connection, TrackingTagRow).values(values))

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
        "session_days": tracking.session_days,
        "target_rank": tracking.target_rank,
        **counting_values(tracking.counting),
    }
