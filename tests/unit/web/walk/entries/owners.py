"""Routes of agencies and clients on the walk."""

from collections.abc import Callable, Mapping

from sqlalchemy import insert

from sunwi.adapters.sql.tables import AgencyRow, ClientRow
from tests.examples import NIGHT
from tests.unit.web.people import MARK
from tests.unit.web.walk.callers import OF_ADMINS
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World


def _twins(world: World) -> Mapping[str, object]:
    """Another client of agency 1 that looks like its first, and another agency that looks like it."""
    with world.engine.begin() as connection:
        connection.execute(insert(AgencyRow).values(id=3, name=f"한빛{MARK}", created_at=NIGHT))
        twin = {"id": 3, "agency_id": 1, "name": f"강남치과{MARK}", "created_at": NIGHT}
        connection.execute(insert(ClientRow).values(**twin))
    return {}


def _two_agencies(world: World) -> Mapping[str, object]:
    _twins(world)
    return {"agency_id": 1}


def _two_clients(world: World) -> Mapping[str, object]:
    _twins(world)
    return {"client_id": 1}


def _agency(_world: World) -> Mapping[str, object]:
    return {"agency_id": 1}


def _client(_world: World) -> Mapping[str, object]:
    return {"client_id": 1}


def _called(name: str) -> Callable[[World], Mapping[str, object]]:
    return lambda _world: {"name": name}


_MERGE = {"other_id": 3, "apply": True}

ENTRIES: Mapping[str, Entry] = {
    "add_agency": Entry(body=_called("새 업체")),
    "rename_agency": Entry(rows=_agency, seen_by=OF_ADMINS, body=_called("한빛기획")),
    "add_client": Entry(body=_called("새 광고주")),
    "rename_client": Entry(rows=_client, seen_by=OF_ADMINS, body=_called("강남치과의원")),
    "list_agencies": Entry(rows=_twins),
    "list_agencies_alike": Entry(rows=_twins),
    "merge_agencies": Entry(rows=_two_agencies, seen_by=OF_ADMINS, body=lambda _world: _MERGE),
    "list_clients": Entry(rows=_twins),
    "list_clients_alike": Entry(rows=_twins),
    "merge_clients": Entry(rows=_two_clients, seen_by=OF_ADMINS, body=lambda _world: _MERGE),
}
