"""Pages of agencies and clients in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, String, false, func, literal, select, tuple_
from typing_extensions import override

from sunwi.adapters.sql.tables import AgencyRow, ClientRow, TrackingRow
from sunwi.domain.actor import Actor, Role
from sunwi.domain.owner import Agency, Client
from sunwi.domain.owner_list import OwnerPage, OwnerPosition, OwnerQuery
from sunwi.service.ports.owners import OwnerLists

_AGENCY_NAME = func.coalesce(AgencyRow.name, "")


@dataclass(frozen=True, slots=True)
class SqlOwnerLists(OwnerLists):
    """Agencies and clients as somebody sees them."""

    connection: Connection

    @override
    def agencies(self, query: OwnerQuery) -> OwnerPage[Agency]:
        conditions = [*_of_agencies(query.actor), *_has_text(AgencyRow.name, query.text)]
        if query.after is not None:
            conditions.append(_is_behind((AgencyRow.name, AgencyRow.id), (query.after.name, query.after.id)))
        page = select(*AgencyRow.__table__.columns).where(*conditions).order_by(AgencyRow.name, AgencyRow.id)
        rows = page.limit(query.limit + 1).subquery()
        count = _count(TrackingRow.agency_id == rows.c.id)
        found = self.connection.execute(select(rows, count).order_by(rows.c.name, rows.c.id))
        agencies = [Agency(**row._asdict()) for row in found]
        shown = agencies[: query.limit]
        return OwnerPage(shown, OwnerPosition("", shown[-1].name, shown[-1].id) if agencies != shown else None)

    @override
    def clients(self, query: OwnerQuery) -> OwnerPage[Client]:
        conditions = [*_of_clients(query.actor), *_has_text(ClientRow.name, query.text)]
        if (after := query.after) is not None:
            place = (_AGENCY_NAME, ClientRow.name, ClientRow.id)
            conditions.append(_is_behind(place, (after.agency, after.name, after.id)))
        rows = _clients().where(*conditions).order_by(_AGENCY_NAME, ClientRow.name, ClientRow.id)
        page = rows.limit(query.limit + 1).subquery()
        statement = select(page, _count(TrackingRow.client_id == page.c.id))
        found = self.connection.execute(statement.order_by(page.c.agency, page.c.name, page.c.id))
        clients = [Client(**row._asdict()) for row in found]
        shown = clients[: query.limit]
        last = shown[-1] if clients != shown else None
        return OwnerPage(shown, None if last is None else OwnerPosition(last.agency, last.name, last.id))

    @override
    def client(self, client_id: int, *, actor: Actor) -> Client | None:
        rows = _clients().where(ClientRow.id == client_id, *_of_clients(actor)).subquery()
        row = self.connection.execute(select(rows, _count(TrackingRow.client_id == rows.c.id))).one_or_none()
        return None if row is None else Client(**row._asdict())


def _clients() -> Select[Any]:
    return select(*ClientRow.__table__.columns, _AGENCY_NAME.label("agency")).outerjoin(
        AgencyRow, AgencyRow.id == ClientRow.agency_id
    )


def _of_agencies(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if not actor.sees_everything:
        yield false() if actor.agency_id is None else AgencyRow.id == actor.agency_id


def _of_clients(actor: Actor) -> Iterator[ColumnElement[bool]]:
    if actor.sees_everything:
        return
    is_client = actor.role is Role.ADVERTISER
    column, own = (ClientRow.id, actor.client_id) if is_client else (ClientRow.agency_id, actor.agency_id)
    yield false() if own is None else column == own


def _has_text(column: Any, text: str) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - a mapped column
    if text.strip():
        yield func.lower(column).contains(text.strip().lower(), autoescape=True)


def _is_behind(columns: tuple[Any, ...], values: tuple[str | int, ...]) -> ColumnElement[bool]:
    kinds = [String if isinstance(value, str) else BigInteger for value in values]
    return tuple_(*columns) > tuple_(*(literal(value, kind) for value, kind in zip(values, kinds, strict=True)))


def _count(of_owner: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(TrackingRow.id)).where(of_owner).scalar_subquery().label("trackings")
