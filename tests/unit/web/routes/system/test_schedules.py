from typing import Any

import pytest

from tests.unit.web.people import AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_schedules_are_listed_with_their_next_times(asking: AskingAs) -> None:
    schedules = asking().ask("GET", "/api/v1/schedules").document["schedules"]
    assert schedules[0]["name"] == "daily-run"
    backup = next(one for one in schedules if one["name"] == "backup")
    assert asking().ask("GET", "/api/v1/schedules/backup").document == backup
    assert backup["next"] is not None


def test_agencies_see_none(asking: AskingAs) -> None:
    assert asking(AGENCY).ask("GET", "/api/v1/schedules").status == 403


def test_a_schedule_is_moved_paused_and_resumed_and_each_is_kept(asking: AskingAs, world: World) -> None:
    moved = asking().ask("PUT", "/api/v1/schedules/backup", {"when": "매일 05:30"}).document
    assert (moved["when"], moved["when_in_korean"]) == ({"form": "daily", "at": "05:30"}, "매일 05:30")
    assert asking().ask("POST", "/api/v1/schedules/backup/pause").document["state"] == "paused"
    assert asking().ask("POST", "/api/v1/schedules/backup/pause").document["state"] == "paused"
    assert asking().ask("POST", "/api/v1/schedules/backup/resume").document["state"] == "active"
    with world.store.read() as tx:
        actions = [entry.action for entry in tx.audit.latest(10)]
    assert actions == ["schedule_resumed", "schedule_paused", "schedule_set"]


def test_a_schedule_of_one_s_own_is_made_and_removed(asking: AskingAs) -> None:
    new = {"when": "평일 09:00", "submit": {"work": "backup", "priority": "low"}}
    made = asking().ask("PUT", "/api/v1/schedules/mine", new).document
    assert made["submit"]["work"] == "backup"
    assert asking().ask("DELETE", "/api/v1/schedules/mine").document == {"name": "mine", "is_removed": True}
    assert asking().ask("GET", "/api/v1/schedules/mine").document["code"] == "schedule_unknown"


def test_what_a_schedule_submits_is_submitted_now(asking: AskingAs) -> None:
    reply = asking().ask("POST", "/api/v1/schedules/backup/run")
    assert (reply.status, reply.document["work"], reply.document["owner"]) == (202, "backup", asking().account.owner)


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("backup", {}, (422, "request_invalid")),
        ("backup", {"when": "sometimes"}, (422, "when_unreadable")),
        ("backup", {"submit": {"work": "laundry"}}, (422, "work_unknown")),
        ("new", {"when": "매일 05:30"}, (404, "schedule_unknown")),
        ("new", {"submit": {"work": "backup"}}, (422, "schedule_without_time")),
        ("daily-run", {"when": "매일 05:30"}, (409, "schedule_of_deployment")),
    ],
)
def test_what_cannot_be_set_is_refused_and_leaves_nothing(
    asking: AskingAs, world: World, name: str, body: Any, problem: tuple[int, str]
) -> None:
    reply = asking().ask("PUT", f"/api/v1/schedules/{name}", body)
    assert (reply.status, reply.document["code"]) == problem
    assert world.count_audit() == 0


def test_what_the_scheduler_does_not_take_leaves_no_audit_row(asking: AskingAs, world: World) -> None:
    address = "/api/v1/schedules/backup/pause"
    world.house.schedules.schedules.refusals = 1  # type: ignore[attr-defined]  # in memory
    reply = asking().ask("POST", address)
    assert reply.status == 503
    assert world.count_audit() == 0


def test_sunwi_s_own_are_not_removed(asking: AskingAs) -> None:
    reply = asking().ask("DELETE", "/api/v1/schedules/backup")
    assert (reply.status, reply.document["code"]) == (409, "schedule_is_own")
