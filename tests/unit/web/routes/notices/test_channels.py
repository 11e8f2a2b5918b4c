from typing import Any

import pytest

from tests.unit.web.people import AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import SLACK, World

NEW = {"name": "우리 채널", "kind": "slack", "address": SLACK}


def test_a_channel_of_an_agency_is_its_own_unless_it_says_otherwise(asking: AskingAs) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/channels", NEW)
    assert (reply.status, reply.document["audience"], reply.document["secret"]) == (201, "agency:1", None)
    assert SLACK not in reply.body
    assert asking(AGENCY).ask("GET", reply.headers["Location"]).document["name"] == "우리 채널"
    assert asking().ask("POST", "/api/v1/channels", {**NEW, "name": "운영"}).document["audience"] == "system"


def test_the_secret_of_a_webhook_is_shown_once(asking: AskingAs) -> None:
    webhook = {**NEW, "kind": "webhook", "address": "https://hooks.example.com/sunwi", "audience": "client:1"}
    reply = asking(AGENCY).ask("POST", "/api/v1/channels", webhook)
    assert reply.document["secret"].startswith("whsec_")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "secret" not in asking(AGENCY).ask("GET", reply.headers["Location"]).document


@pytest.mark.parametrize("audience", ["agency:2", "client:2", "client:99", "system"])
def test_nobody_adds_a_channel_for_others(asking: AskingAs, world: World, audience: str) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/channels", {**NEW, "audience": audience})
    assert (reply.status, reply.document["code"]) == (403, "audience_forbidden")
    assert world.count_audit() == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"audience": "everybody"}, 422, "audience_not_readable"),
        ({"name": " "}, 422, "channel_name_unusable"),
        ({"address": "http://hooks.slack.com/x"}, 422, "slack_address_unusable"),
        ({"kind": "pigeon"}, 422, "request_invalid"),
        ({"quiet": {"from": "22:00", "until": "22:00"}}, 422, "quiet_hours_unusable"),
        ({"quiet": {"from": "25:00", "until": "22:00"}}, 422, "request_invalid"),
        ({"quiet": {"from": "22:00"}}, 422, "request_invalid"),
    ],
)
def test_what_cannot_be_a_channel_is_refused(asking: AskingAs, change: dict[str, Any], status: int, code: str) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/channels", {**NEW, **change})
    assert (reply.status, reply.document["code"]) == (status, code)


def test_a_name_is_taken_once(asking: AskingAs) -> None:
    asking(AGENCY).ask("POST", "/api/v1/channels", NEW)
    reply = asking(FOREIGN_AGENCY).ask("POST", "/api/v1/channels", NEW)
    assert (reply.status, reply.document["code"]) == (409, "channel_taken")


def test_kinds_and_quiet_hours_are_changed_and_what_is_left_out_stays(asking: AskingAs, world: World) -> None:
    address = f"/api/v1/channels/{world.channel()}"
    changed = asking(AGENCY).ask("PATCH", address, {"quiet": {"from": "22:00", "until": "08:00"}}).document
    assert (changed["quiet_from"], changed["quiet_until"], changed["kinds"]) == ("22:00", "08:00", [])
    changed = asking(AGENCY).ask("PATCH", address, {"kinds": ["digest", "backup"]}).document
    assert (changed["quiet_from"], changed["kinds"]) == ("22:00", ["backup", "digest"])
    changed = asking(AGENCY).ask("PATCH", address, {"quiet": None, "kinds": []}).document
    assert (changed["quiet_from"], changed["kinds"]) == (None, [])
    assert asking(AGENCY).ask("GET", address).document == changed
    with world.store.read() as tx:
        before = tx.audit.latest(1)[0].before
    assert before is not None
    assert (before["quiet_from"], before["kinds"]) == ("22:00", ["backup", "digest"])


def test_nothing_of_an_address_is_kept_of_who_did_what(asking: AskingAs, world: World) -> None:
    location = asking(AGENCY).ask("POST", "/api/v1/channels", NEW).headers["Location"]
    asking(AGENCY).ask("POST", f"{location}/mute", {"hours": 2})
    asking(AGENCY).ask("POST", f"{location}/test")
    asking(AGENCY).ask("DELETE", location)
    with world.store.read() as tx:
        entries = tx.audit.latest(10)
    assert [entry.action for entry in entries] == [
        "channel_removed",
        "channel_tried",
        "channel_muted",
        "channel_added",
    ]
    assert "hooks.slack.com" not in str(entries)
    assert "1234" not in str([(entry.before, entry.after) for entry in entries])


def test_a_channel_is_silent_for_a_time(asking: AskingAs, world: World) -> None:
    world.notice()
    address = f"/api/v1/channels/{world.channel('또')}"
    muted = asking(AGENCY).ask("POST", f"{address}/mute", {"until": "2026-01-03T09:00:00"}).document
    assert (muted["muted_until"], muted["waiting"]) == ("2026-01-03T00:00:00+00:00", 0)
    assert asking(AGENCY).ask("DELETE", f"{address}/mute").document["muted_until"] is None


@pytest.mark.parametrize("body", [{}, {"until": "2026-01-03T09:00:00", "hours": 1}, {"hours": 0}, {"hours": "many"}])
def test_a_mute_says_until_when(asking: AskingAs, world: World, body: object) -> None:
    reply = asking(AGENCY).ask("POST", f"/api/v1/channels/{world.channel()}/mute", body)
    assert (reply.status, reply.document["code"]) == (422, "request_invalid")


def test_a_mute_ends_within_a_year(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", f"/api/v1/channels/{world.channel()}/mute", {"until": "2030-01-03T09:00:00"})
    assert (reply.status, reply.document["code"]) == (422, "mute_unusable")


def test_channels_are_listed_page_by_page_and_only_the_caller_s(asking: AskingAs, world: World) -> None:
    for name in ("가", "나", "다"):
        world.channel(name)
    first = asking(AGENCY).ask("GET", "/api/v1/channels?limit=2").document
    second = asking(AGENCY).ask("GET", f"/api/v1/channels?limit=2&after={first['next']}").document
    assert [channel["name"] for channel in first["channels"] + second["channels"]] == ["가", "나", "다"]
    assert "next" not in second
    assert asking(FOREIGN_AGENCY).ask("GET", "/api/v1/channels").document == {"channels": []}


@pytest.mark.parametrize("channel_id", ["0", "-1", "x", "9" * 19, "9" * 40, "٣"])
def test_a_number_that_no_row_has_is_not_there(asking: AskingAs, channel_id: str) -> None:
    assert asking().ask("GET", f"/api/v1/channels/{channel_id}").status == 404
