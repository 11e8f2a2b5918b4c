from typing import Any

import pytest

from sunwi.adapters.sql.tables import JobRow
from sunwi.domain.tracking import TrackingStatus
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY, MARK
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.routes.trackings.test_add_trackings import count, forget_answers
from tests.unit.web.walk.world import World

BULK = "/api/v1/bulk-actions"
PAUSE = {"action": "pause", "filter": {"client": MARK}, "expected_count": 1}


def test_what_was_counted_is_acted_on_by_a_job_that_waits_ten_seconds(asking: AskingAs, world: World) -> None:
    world.tracking()
    ask = asking(AGENCY).ask
    assert ask("GET", f"{BULK}/count?client={MARK}").document == {"count": 1}
    reply = ask("POST", BULK, PAUSE)
    job = reply.document["job"]
    assert (reply.status, reply.headers["Location"]) == (202, f"/api/v1/jobs/{job['job_id']}")
    assert job["not_before"] == "2026-01-01T16:00:10+00:00"
    undone = ask("POST", f"{BULK}/{job['job_id']}/undo").document
    assert undone["answer"] == "cancelled"
    assert ask("GET", f"/api/v1/jobs/{job['job_id']}").document["state"] == "CANCELLED"


def test_trackings_may_be_named(asking: AskingAs, world: World) -> None:
    world.tracking()
    body = {"action": "end", "ids": [1, 1], "expected_count": 1}
    job = asking(AGENCY).ask("POST", BULK, body).document["job"]
    assert job["params"]["filter"] == {"ids": [1]}
    assert asking(FOREIGN_AGENCY).ask("POST", BULK, body).document["code"] == "count_moved"


def test_another_number_than_expected_is_refused(asking: AskingAs, world: World) -> None:
    world.tracking()
    reply = asking(AGENCY).ask("POST", BULK, {**PAUSE, "expected_count": 2})
    assert (reply.status, reply.document["code"]) == (412, "count_moved")
    assert (reply.document["fields"]["expected"], reply.document["fields"]["found"]) == (2, 1)
    assert count(world, JobRow) == 0


def test_the_same_key_is_the_same_job_though_the_count_has_moved(asking: AskingAs, world: World) -> None:
    world.tracking()
    key = {"idempotency-key": "a"}
    first = asking(AGENCY).ask("POST", BULK, {**PAUSE, "filter": {"status": "ACTIVE"}}, key).document
    world.house.trackings.manage_trackings.set_status(AGENCY.actor, [1], TrackingStatus.PAUSED)
    forget_answers(world)
    world.clock.advance(minutes=2)
    again = asking(AGENCY).ask("POST", BULK, {**PAUSE, "filter": {"status": "ACTIVE"}}, key)
    assert (again.status, again.document["is_repeat"]) == (202, True)
    assert again.document["job"]["job_id"] == first["job"]["job_id"]
    assert count(world, JobRow) == 1


def test_nobody_counts_or_touches_what_is_another_s(asking: AskingAs, world: World) -> None:
    world.tracking()
    for query in (f"client={MARK}", "agency_id=1", "client_id=1", "status=ACTIVE"):
        assert asking(FOREIGN_AGENCY).ask("GET", f"{BULK}/count?{query}").document == {"count": 0}
    reply = asking(FOREIGN_AGENCY).ask("POST", BULK, PAUSE)
    assert (reply.status, reply.document["code"]) == (412, "count_moved")
    job_id = asking(AGENCY).ask("POST", BULK, PAUSE).document["job"]["job_id"]
    assert asking(FOREIGN_AGENCY).ask("POST", f"{BULK}/{job_id}/undo").status == 404
    assert asking(ADVERTISER).ask("POST", BULK, PAUSE).document["code"] == "action_forbidden"
    assert asking(ADVERTISER).ask("GET", f"{BULK}/count?client={MARK}").document == {"count": 1}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"filter": {}}, "filter_empty"),
        ({"filter": {"client": "  "}}, "filter_empty"),
        ({"filter": None}, "request_invalid"),
        ({"ids": [1]}, "request_invalid"),
        ({"filter": None, "ids": []}, "request_invalid"),
        ({"filter": None, "ids": [1] * 10_001}, "request_invalid"),
        ({"filter": {"colour": "red"}}, "request_invalid"),
        ({"action": "undo"}, "request_invalid"),
        ({"action": "tag"}, "param_missing"),
        ({"expected_count": 0}, "request_invalid"),
    ],
)
def test_what_is_no_bulk_action_is_refused(asking: AskingAs, world: World, changed: dict[str, Any], code: str) -> None:
    world.tracking()
    reply = asking().ask("POST", BULK, {**PAUSE, **changed})
    assert (reply.status, reply.document["code"]) == (422, code)
    assert count(world, JobRow) == 0


def test_a_count_of_everything_is_refused(asking: AskingAs) -> None:
    assert asking().ask("GET", f"{BULK}/count").document["code"] == "filter_empty"
