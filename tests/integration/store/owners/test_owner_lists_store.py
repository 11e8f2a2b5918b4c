"""Pages of agencies and clients as somebody sees them, on both databases."""

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.owner_list import OwnerPosition, OwnerQuery
from tests.examples import NIGHT, place_tracking

HOMELESS = Actor(owner="account:3", role=Role.AGENCY)


@pytest.fixture(autouse=True)
def _owners(store: SqlStore) -> None:
    """Agencies 한빛 and Hanbit, clients of both and of none; 가 of 한빛 has two trackings."""
    new = [
        place_tracking(1, client="가", agency="한빛"),
        place_tracking(2, client="가", agency="한빛"),
        place_tracking(3, client="나_1", agency="한빛"),
        place_tracking(4, client="가", agency="Hanbit"),
        place_tracking(5, client="Zebra", agency="Hanbit"),
        place_tracking(6, client="혼자"),
    ]
    with store.begin() as tx:
        for tracking in new:
            tx.trackings.add([tracking], at=NIGHT)


def names(store: SqlStore, actor: Actor, *, limit: int = 2, text: str = "") -> list[tuple[str, str]]:
    """Read all pages of clients."""
    found: list[tuple[str, str]] = []
    after: OwnerPosition | None = None
    while True:
        with store.read() as tx:
            page = tx.owner_lists.clients(OwnerQuery(actor=actor, limit=limit, text=text, after=after))
        found += [(client.agency, client.name) for client in page.owners]
        after = page.next
        if after is None:
            return found


def test_pages_put_together_are_the_list_in_its_order(store: SqlStore) -> None:
    with store.read() as tx:
        whole = [(client.agency, client.name) for client in tx.owners.clients()]
    for limit in (1, 2, 5, 6):
        assert names(store, SYSTEM, limit=limit) == whole
    assert len(whole) == 5 == len(set(whole))


def test_everybody_sees_their_own_with_the_number_of_trackings(store: SqlStore) -> None:
    with store.read() as tx:
        agencies = {agency.name: agency for agency in tx.owners.agencies()}
        clients = {(client.agency, client.name): client for client in tx.owners.clients()}
        of_agency = Actor(owner="a", role=Role.AGENCY, agency_id=agencies["한빛"].id)
        shown = tx.owner_lists.agencies(OwnerQuery(actor=of_agency, limit=10))
        assert (shown.owners, shown.next) == ([agencies["한빛"]], None)
        own = clients["한빛", "가"]
        of_client = Actor(owner="c", role=Role.ADVERTISER, agency_id=own.agency_id, client_id=own.id)
        assert tx.owner_lists.clients(OwnerQuery(actor=of_client, limit=10)).owners == [own]
        assert own.trackings == 2
        assert tx.owner_lists.client(own.id, actor=of_agency) == own
        assert tx.owner_lists.client(clients["Hanbit", "가"].id, actor=of_agency) is None
        assert tx.owner_lists.client(clients["한빛", "나_1"].id, actor=of_client) is None
    assert sorted(names(store, of_agency)) == [("한빛", "가"), ("한빛", "나_1")]
    assert names(store, HOMELESS) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("zeb", [("Hanbit", "Zebra")]), ("_1", [("한빛", "나_1")]), ("%", []), (" 혼자 ", [("", "혼자")])],
)
def test_a_name_is_searched_in_whatever_case(store: SqlStore, text: str, found: list[tuple[str, str]]) -> None:
    assert names(store, SYSTEM, text=text) == found


def test_agencies_are_paged_by_name(store: SqlStore) -> None:
    with store.read() as tx:
        whole = [agency.name for agency in tx.owners.agencies()]
        first = tx.owner_lists.agencies(OwnerQuery(actor=SYSTEM, limit=1))
        second = tx.owner_lists.agencies(OwnerQuery(actor=SYSTEM, limit=1, after=first.next))
    assert [agency.name for agency in (*first.owners, *second.owners)] == whole
    assert second.next is None
