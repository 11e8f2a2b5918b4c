"""Agencies and clients in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from typing_extensions import override

from sunwi.adapters.sql.tables import AccountRow, AgencyRow, ChannelRow, ClientRow, JobRow, TrackingRow
from sunwi.domain.owner import Agency, Client, EqualTrackings
from sunwi.service.ports.owners import Owners

#: A name becomes a row the first time that a tracking carries it; both databases read these alike.
_LINK = (
    (
        "INSERT INTO agency (name, created_at) SELECT agency, min(created_at) FROM tracking "
        "WHERE agency_id IS NULL AND agency <> '' GROUP BY agency ORDER BY agency ON CONFLICT DO NOTHING"
    ),
    (
        "UPDATE tracking SET agency_id = agency.id FROM agency "
        "WHERE tracking.agency_id IS NULL AND tracking.agency <> '' AND agency.name = tracking.agency"
    ),
    (
        "INSERT INTO client (agency_id, name, created_at) SELECT agency_id, client, min(created_at) FROM tracking "
        "WHERE client_id IS NULL AND client <> '' GROUP BY agency_id, client ORDER BY client, agency_id "
        "ON CONFLICT DO NOTHING"
    ),
    (
        "UPDATE tracking SET client_id = client.id FROM client WHERE tracking.client_id IS NULL "
        "AND tracking.client <> '' AND client.name = tracking.client AND client.agency_id = tracking.agency_id"
    ),
    (
        "UPDATE tracking SET client_id = client.id FROM client WHERE tracking.client_id IS NULL "
        "AND tracking.client <> '' AND client.name = tracking.client AND client.agency_id IS NULL "
        "AND tracking.agency_id IS NULL"
    ),
)

#: What two trackings share that would be one but for client or agency.
_WHAT_IS_WATCHED = ("kind", "keyword", "target_id", "surface", "device", "location")


def link_owners(connection: Connection) -> None:
    """Link the trackings that carry only names, as those just inserted, or of the release before, to rows."""
    for statement in _LINK:
        connection.execute(text(statement))


@dataclass(frozen=True, slots=True)
class SqlOwners(Owners):
    """Stored agencies and clients."""

    connection: Connection

    @override
    def link(self) -> None:
        link_owners(self.connection)

    @override
    def agencies(self) -> Sequence[Agency]:
        statement = _agencies().order_by(AgencyRow.name, AgencyRow.id)
        return [Agency(**row._asdict()) for row in self.connection.execute(statement)]

    @override
    def clients(self) -> Sequence[Client]:
        statement = _clients().order_by(func.coalesce(AgencyRow.name, ""), ClientRow.name, ClientRow.id)
        return [Client(**row._asdict()) for row in self.connection.execute(statement)]

    @override
    def find_agency(self, agency_id: int) -> Agency | None:
        self._keep(AgencyRow, agency_id)
        row = self.connection.execute(_agencies().where(AgencyRow.id == agency_id)).one_or_none()
        return None if row is None else Agency(**row._asdict())

    @override
    def find_client(self, client_id: int) -> Client | None:
        self._keep(ClientRow, client_id)
        row = self.connection.execute(_clients().where(ClientRow.id == client_id)).one_or_none()
        return None if row is None else Client(**row._asdict())

    @override
    def add_agency(self, name: str, *, at: datetime) -> int | None:
        return self._add(AgencyRow, name=name, created_at=at)

    @override
    def add_client(self, name: str, *, agency_id: int | None, at: datetime) -> int | None:
        return self._add(ClientRow, name=name, agency_id=agency_id, created_at=at)

    @override
    def rename_agency(self, agency_id: int, name: str) -> bool:
        is_done = self._rename(AgencyRow, agency_id, name)
        if is_done:
            of_agency = TrackingRow.agency_id == agency_id
            self.connection.execute(update(TrackingRow).where(of_agency).values(agency=name))
        return is_done

    @override
    def rename_client(self, client_id: int, name: str) -> bool:
        is_done = self._rename(ClientRow, client_id, name)
        if is_done:
            of_client = TrackingRow.client_id == client_id
            self.connection.execute(update(TrackingRow).where(of_client).values(client=name))
        return is_done

    @override
    def named_agency(self, name: str) -> int | None:
        return self.connection.execute(select(AgencyRow.id).where(AgencyRow.name == name)).scalar_one_or_none()

    @override
    def named_client(self, name: str, *, agency_id: int | None) -> int | None:
        is_named = (ClientRow.name == name, ClientRow.agency_id.is_not_distinct_from(agency_id))
        return self.connection.execute(select(ClientRow.id).where(*is_named)).scalar_one_or_none()

    @override
    def equal_trackings_of_clients(self, kept: Client, other: Client) -> Sequence[EqualTrackings]:
        twin = aliased(TrackingRow)
        return self._equal(twin, TrackingRow.client_id == other.id, _is_twin(twin, client=kept.name))

    @override
    def equal_trackings_of_agencies(self, kept: Agency, other: Agency) -> Sequence[EqualTrackings]:
        twin = aliased(TrackingRow)
        return self._equal(twin, TrackingRow.agency_id == other.id, _is_twin(twin, agency=kept.name))

    @override
    def move_client(self, kept: Client, other: Client) -> int:
        moved = self._move(TrackingRow.client_id == other.id, client_id=kept.id, client=kept.name)
        is_others = ChannelRow.client_id == other.id
        self.connection.execute(update(ChannelRow).where(is_others).values(client_id=kept.id))
        of_other = AccountRow.client_id == other.id
        self.connection.execute(update(AccountRow).where(of_other).values(client_id=kept.id))
        self.connection.execute(delete(ClientRow).where(ClientRow.id == other.id, ~_has_tracking()))
        return moved

    @override
    def move_agency(self, kept: Agency, other: Agency) -> int:
        is_others = ClientRow.agency_id == other.id
        namesake = aliased(ClientRow)
        has_namesake = exists().where(namesake.agency_id == kept.id, namesake.name == ClientRow.name)
        twin = aliased(TrackingRow)
        is_stuck = exists().where(_is_twin(twin, agency=kept.name))
        has_stuck = exists().where(TrackingRow.client_id == ClientRow.id, is_stuck)
        # A client that can move whole keeps its id, and with it whatever refers to it.
        self.connection.execute(update(ClientRow).where(is_others, ~has_namesake, ~has_stuck).values(agency_id=kept.id))
        divided = select(literal(kept.id), ClientRow.name, ClientRow.created_at).where(
            is_others, ~has_namesake, exists().where(TrackingRow.client_id == ClientRow.id, ~is_stuck)
        )
        self.connection.execute(insert(ClientRow).from_select(["agency_id", "name", "created_at"], divided))
        client_id = (
            select(ClientRow.id)
            .where(ClientRow.agency_id == kept.id, ClientRow.name == TrackingRow.client)
            .correlate(TrackingRow)
            .scalar_subquery()
        )
        moved = self._move(TrackingRow.agency_id == other.id, agency_id=kept.id, agency=kept.name, client_id=client_id)
        self._move_to_namesakes(kept, other)
        self._move_accounts(kept, other)
        self.connection.execute(delete(ClientRow).where(is_others, ~_has_tracking()))
        self.connection.execute(update(JobRow).where(JobRow.agency_id == other.id).values(agency_id=kept.id))
        is_used = exists().where(ClientRow.agency_id == AgencyRow.id) | exists().where(
            TrackingRow.agency_id == AgencyRow.id
        )
        self.connection.execute(delete(AgencyRow).where(AgencyRow.id == other.id, ~is_used))
        return moved

    def _move_to_namesakes(self, kept: Agency, other: Agency) -> None:
        """Move an agency's channels, and channels and accounts of its clients that have a namesake, to that one."""
        is_agencys = ChannelRow.agency_id == other.id
        self.connection.execute(update(ChannelRow).where(is_agencys).values(agency_id=kept.id))
        namesake = aliased(ClientRow)
        same_name = (namesake.agency_id == kept.id, namesake.name == ClientRow.name)
        moves = select(namesake.id).join(ClientRow, and_(*same_name)).where(ClientRow.agency_id == other.id)
        named_alike = select(ClientRow.id).where(ClientRow.agency_id == other.id, exists().where(*same_name))
        tables: tuple[type[ChannelRow | AccountRow], ...] = (ChannelRow, AccountRow)
        for table in tables:
            client_id = moves.where(ClientRow.id == table.client_id).correlate(table).scalar_subquery()
            has_namesake = table.client_id.in_(named_alike)
            self.connection.execute(update(table).where(has_namesake).values(client_id=client_id))

    def _move_accounts(self, kept: Agency, other: Agency) -> None:
        """Move an agency's accounts; those of its clients follow them."""
        is_agencys = and_(AccountRow.agency_id == other.id, AccountRow.client_id.is_(None))
        self.connection.execute(update(AccountRow).where(is_agencys).values(agency_id=kept.id))
        agency_id = (
            select(ClientRow.agency_id)
            .where(ClientRow.id == AccountRow.client_id)
            .correlate(AccountRow)
            .scalar_subquery()
        )
        of_clients = and_(AccountRow.agency_id == other.id, AccountRow.client_id.is_not(None))
        self.connection.execute(update(AccountRow).where(of_clients).values(agency_id=agency_id))

    def _keep(self, table: type[AgencyRow | ClientRow], owner_id: int) -> None:
        """Have a row stay as it is until the transaction ends."""
        statement = select(table.id).where(table.id == owner_id).with_for_update(key_share=True)
        self.connection.execute(statement)

    def _add(self, table: type[AgencyRow | ClientRow], **values: object) -> int | None:
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table.id)
        return self.connection.execute(statement).scalar_one_or_none()

    def _rename(self, table: type[AgencyRow | ClientRow], owner_id: int, name: str) -> bool:
        """Rename a row, unless another one has the name: also where that one is stored at the same moment."""
        statement = update(table).where(table.id == owner_id).values(name=name)
        try:
            with self.connection.begin_nested():
                return self.connection.execute(statement).rowcount == 1
        except IntegrityError:
            return False

    def _move(self, is_others: ColumnElement[bool], **values: object) -> int:
        """Move the trackings that have no equal where they go."""
        names = {name: str(value) for name, value in values.items() if name in {"client", "agency"}}
        is_stuck = exists().where(_is_twin(aliased(TrackingRow), **names))
        return self.connection.execute(update(TrackingRow).where(is_others, ~is_stuck).values(**values)).rowcount

    def _equal(
        self, twin: type[TrackingRow], is_others: ColumnElement[bool], is_twin: ColumnElement[bool]
    ) -> Sequence[EqualTrackings]:
        statement = (
            select(TrackingRow.id.label("stays"), twin.id.label("equal_to"), TrackingRow.keyword)
            .join(twin, is_twin)
            .where(is_others)
            .order_by(TrackingRow.id)
        )
        return [EqualTrackings(**row._asdict()) for row in self.connection.execute(statement)]


def _agencies() -> Select[Any]:
    return select(*AgencyRow.__table__.columns, _count(TrackingRow.agency_id == AgencyRow.id))


def _clients() -> Select[Any]:
    agency = func.coalesce(AgencyRow.name, "").label("agency")
    trackings = _count(TrackingRow.client_id == ClientRow.id)
    return select(*ClientRow.__table__.columns, agency, trackings).outerjoin(
        AgencyRow, AgencyRow.id == ClientRow.agency_id
    )


def _count(of_owner: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(TrackingRow.id)).where(of_owner).scalar_subquery().label("trackings")


def _has_tracking() -> ColumnElement[bool]:
    return exists().where(TrackingRow.client_id == ClientRow.id)


def _is_twin(twin: type[TrackingRow], *, client: str | None = None, agency: str | None = None) -> ColumnElement[bool]:
    """Whether a tracking stands where another would stand under this client or agency; the whole unique key."""
    return and_(
        *(getattr(twin, name) == getattr(TrackingRow, name) for name in _WHAT_IS_WATCHED),
        twin.client == (TrackingRow.client if client is None else client),
        twin.agency == (TrackingRow.agency if agency is None else agency),
    )
