import pytest

from tests.unit.web.people import AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_an_agency_and_its_client_are_added_and_renamed(asking: AskingAs, world: World) -> None:
    agency = asking().ask("POST", "/api/v1/agencies", {"name": " 한결 "})
    assert (agency.status, agency.document["name"]) == (201, "한결")
    new = {"name": "역삼치과", "agency_id": agency.document["id"]}
    client = asking().ask("POST", "/api/v1/clients", new).document
    assert (client["name"], client["agency"]) == ("역삼치과", "한결")
    renamed = asking().ask("PATCH", f"/api/v1/clients/{client['id']}", {"name": "역삼 치과"}).document
    assert renamed["name"] == "역삼 치과"
    renamed = asking().ask("PATCH", f"/api/v1/agencies/{agency.document['id']}", {"name": "한결기획"}).document
    assert renamed["name"] == "한결기획"
    with world.store.read() as tx:
        actions = [entry.action for entry in tx.audit.latest(4)]
    assert actions == ["agency_renamed", "client_renamed", "client_added", "agency_added"]


@pytest.mark.parametrize(
    ("method", "address", "body", "problem"),
    [
        ("POST", "agencies", {"name": "새봄"}, (409, "agency_name_taken")),
        ("POST", "agencies", {"name": "  "}, (422, "owner_name_missing")),
        ("POST", "clients", {"name": "서초식당", "agency_id": 2}, (409, "client_name_taken")),
        ("POST", "clients", {"name": "가게", "agency_id": 99}, (404, "owner_unknown")),
        ("PATCH", "agencies/99", {"name": "가게"}, (404, "owner_unknown")),
        ("PATCH", "clients/x", {"name": "가게"}, (404, "not_found")),
        ("PATCH", "clients/1", {}, (422, "request_invalid")),
    ],
)
def test_what_cannot_be_called_so_is_refused(  # noqa: PLR0917 - one column of the table each
    asking: AskingAs, world: World, method: str, address: str, body: object, problem: tuple[int, str]
) -> None:
    reply = asking().ask(method, f"/api/v1/{address}", body)
    assert (reply.status, reply.document["code"]) == problem
    assert world.count_audit() == 0


def test_agencies_add_nothing(asking: AskingAs) -> None:
    assert asking(AGENCY).ask("POST", "/api/v1/clients", {"name": "가게"}).document["code"] == "action_forbidden"
