import pytest

from tests.unit.web.people import AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_the_monitor_shows_what_is_seen_of_jobs(asking: AskingAs, world: World) -> None:
    world.ended_job()
    monitor = asking().ask("GET", "/api/v1/monitor").document
    assert monitor["total"]["failed"] == 1
    assert monitor["causes"] == [{"work": "lookup", "code": "crash", "count": 1}]


def test_the_pool_is_paused_and_resumed_and_each_is_kept(asking: AskingAs, world: World) -> None:
    assert asking().ask("POST", "/api/v1/pool/pause").document["paused"] == "people"
    assert asking().ask("POST", "/api/v1/pool/pause?everything=true").document["paused"] == "all"
    assert asking().ask("POST", "/api/v1/pool/resume").document["paused"] is None
    assert asking().ask("POST", "/api/v1/pool/resume").document["paused"] is None
    view = asking().ask("GET", "/api/v1/pool").document
    assert view["changed_by"] == asking().account.owner
    with world.store.read() as tx:
        entries = tx.audit.latest(10)
    assert [(entry.before or {})["paused"] for entry in entries] == ["all", "people", None]
    assert {(entry.action, entry.subject, entry.actor) for entry in entries} == {
        ("pool_changed", "pool", asking().account.owner)
    }


def test_limits_are_set(asking: AskingAs) -> None:
    pool = asking().ask("PATCH", "/api/v1/pool", {"min": 2, "max": 5}).document
    assert (pool["min"], pool["max"]) == (2, 5)


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "request_invalid"), ({"min": 0}, "request_invalid"), ({"min": 5, "max": 2}, "pool_limits_unusable")],
)
def test_limits_that_cannot_be_are_refused(asking: AskingAs, body: object, code: str) -> None:
    reply = asking().ask("PATCH", "/api/v1/pool", body)
    assert (reply.status, reply.document["code"]) == (422, code)


def test_agencies_see_neither(asking: AskingAs) -> None:
    for address in ("/api/v1/pool", "/api/v1/monitor"):
        assert asking(AGENCY).ask("GET", address).document["code"] == "action_forbidden"
