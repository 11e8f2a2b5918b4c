import pytest
from sqlalchemy import insert

from sunwi.adapters.sql.tables import AgencyRow, ClientRow
from tests.examples import NIGHT
from tests.statement_counts import counting
from tests.unit.web.asking import ADMIN
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_ADVERTISER, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def add_clients(world: World, *names: str, agency_id: int | None = 1) -> None:
    with world.engine.begin() as connection:
        for name in names:
            connection.execute(insert(ClientRow).values(agency_id=agency_id, name=name, created_at=NIGHT))


@pytest.mark.parametrize(
    ("account", "agencies", "clients"),
    [
        (ADMIN, [2, 1], [2, 1]),
        (AGENCY, [1], [1]),
        (FOREIGN_AGENCY, [2], [2]),
        (ADVERTISER, [1], [1]),
        (FOREIGN_ADVERTISER, [2], [2]),
    ],
    ids=["admin", "agency", "foreign agency", "advertiser", "foreign advertiser"],
)
def test_everybody_sees_their_own(asking: AskingAs, account: object, agencies: list[int], clients: list[int]) -> None:
    seen = asking(account).ask("GET", "/api/v1/agencies").document["agencies"]
    assert [agency["id"] for agency in seen] == agencies
    seen = asking(account).ask("GET", "/api/v1/clients").document["clients"]
    assert [client["id"] for client in seen] == clients


def test_an_advertiser_sees_no_other_client_of_its_agency(asking: AskingAs, world: World) -> None:
    add_clients(world, "다른 가게")
    assert len(asking(ADVERTISER).ask("GET", "/api/v1/clients").document["clients"]) == 1


def test_clients_are_listed_page_by_page_each_once(asking: AskingAs, world: World) -> None:
    add_clients(world, "가", "나", "다", "a", "B")
    add_clients(world, "가", agency_id=None)
    address, names = "/api/v1/clients?limit=3", []
    while True:
        page = asking().ask("GET", address).document
        names += [(client["agency"], client["name"]) for client in page["clients"]]
        if "next" not in page:
            break
        address = f"/api/v1/clients?limit=3&after={page['next']}"
    assert len(names) == len(set(names)) == 8
    assert names[0] == ("", "가")


def test_a_page_takes_one_statement_however_long_it_is(asking: AskingAs, world: World) -> None:
    costs = []
    for limit in (1, 100):
        with counting(world.engine) as counts:
            asking().ask("GET", f"/api/v1/clients?limit={limit}")
        costs.append(counts.statements.total())
        add_clients(world, *(f"{limit}-{number}" for number in range(50)))
    assert costs == [1, 1]


def test_a_name_is_searched_in_whatever_case_and_its_signs_are_signs(asking: AskingAs, world: World) -> None:
    add_clients(world, "Café 100%", "café 1000")
    found = asking().ask("GET", "/api/v1/clients?text=CAF%C3%89%20100%25").document["clients"]
    assert [client["name"] for client in found] in (["Café 100%"], [])
    found = asking().ask("GET", "/api/v1/clients?text=100%25").document["clients"]
    assert [client["name"] for client in found] == ["Café 100%"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIiLCIiLDBd", "WzEsMiwzXQ", "WyIiLCJcdTAwMDAiLDFd"])
def test_a_cursor_that_no_list_gave_is_refused(asking: AskingAs, cursor: str) -> None:
    reply = asking().ask("GET", f"/api/v1/agencies?after={cursor}")
    assert (reply.status, reply.document["code"]) == (422, "cursor_unusable")


def test_names_that_look_alike_are_grouped_for_whoever_sees_them(asking: AskingAs, world: World) -> None:
    add_clients(world, "강남 약국", "강남약국")
    with world.engine.begin() as connection:
        connection.execute(insert(AgencyRow).values(name="새 봄", created_at=NIGHT))
    for account, groups in ((ADMIN, 1), (AGENCY, 1), (FOREIGN_AGENCY, 0), (ADVERTISER, 0)):
        found = asking(account).ask("GET", "/api/v1/clients/look-alikes").document["groups"]
        assert len(found) == groups, account.email
    assert len(asking().ask("GET", "/api/v1/agencies/look-alikes").document["groups"]) == 1
    assert asking(AGENCY).ask("GET", "/api/v1/agencies/look-alikes").document["groups"] == []


def test_a_merge_is_foreseen_and_then_done_and_kept(asking: AskingAs, world: World) -> None:
    world.tracking()
    add_clients(world, "강남")
    foreseen = asking().ask("POST", "/api/v1/clients/3/merge", {"other_id": 1}).document
    assert (foreseen["moved"], foreseen["is_applied"], world.count_audit()) == (1, False, 0)
    done = asking().ask("POST", "/api/v1/clients/3/merge", {"other_id": 1, "apply": True}).document
    assert done == {**foreseen, "is_applied": True}
    with world.store.read() as tx:
        (entry,) = tx.audit.latest(1)
    assert (entry.actor, entry.action, entry.subject) == (ADMIN.owner, "clients_merged", "client 3")


@pytest.mark.parametrize(
    ("address", "body", "problem"),
    [
        ("clients/1/merge", {"other_id": 1}, (422, "owner_named_twice")),
        ("clients/1/merge", {"other_id": 2}, (422, "clients_of_two_agencies")),
        ("clients/1/merge", {"other_id": 99}, (404, "owner_unknown")),
        ("agencies/99/merge", {"other_id": 1}, (404, "owner_unknown")),
        ("agencies/1/merge", {"other_id": 0}, (422, "request_invalid")),
        ("agencies/1/merge", {"other_id": 2**63}, (422, "request_invalid")),
    ],
)
def test_what_cannot_be_one_is_refused(asking: AskingAs, address: str, body: object, problem: tuple[int, str]) -> None:
    reply = asking().ask("POST", f"/api/v1/{address}", body)
    assert (reply.status, reply.document["code"]) == problem


def test_agencies_merge_nothing(asking: AskingAs) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/clients/1/merge", {"other_id": 2})
    assert (reply.status, reply.document["code"]) == (403, "action_forbidden")
