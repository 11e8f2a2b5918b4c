from typing import Any

import pytest

from sunwi.domain.account import Scope
from tests.unit.web.asking import ADMIN
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World


def test_somebody_is_invited_changed_disabled_and_enabled(asking: AskingAs, world: World) -> None:
    new = {"email": "Kim@Example.co.kr", "role": "agency", "agency_id": 1}
    reply = asking().ask("POST", "/api/v1/accounts", new)
    assert (reply.status, reply.document["email"], reply.document["invitation"]) == (
        201,
        "kim@example.co.kr",
        "not_sent",
    )
    address = reply.headers["Location"]
    changed = asking().ask("PATCH", address, {"role": "advertiser", "client_id": 2}).document
    assert (changed["role"], changed["agency_id"], changed["client_id"]) == ("advertiser", 2, 2)
    assert asking().ask("POST", f"{address}/disable").document["disabled_at"] is not None
    assert asking().ask("POST", f"{address}/enable").document["disabled_at"] is None
    assert asking().ask("GET", address).document == changed
    with world.store.read() as tx:
        actions = [entry.action for entry in tx.audit.latest(4)]
    assert actions == ["account_enabled", "account_disabled", "account_rights_changed", "account_invited"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"email": "kim", "role": "admin"}, (422, "email_address_unusable")),
        ({"email": "kim@example.co.kr", "role": "system"}, (422, "request_invalid")),
        ({"email": "kim@example.co.kr", "role": "agency"}, (422, "account_needs_agency")),
        ({"email": "kim@example.co.kr", "role": "advertiser"}, (422, "account_needs_client")),
        ({"email": "kim@example.co.kr", "role": "admin", "agency_id": 1}, (422, "account_owner_unwanted")),
        ({"email": "kim@example.co.kr", "role": "agency", "agency_id": 99}, (404, "owner_unknown")),
    ],
)
def test_whoever_cannot_be_invited_is_not(asking: AskingAs, world: World, body: Any, problem: tuple[int, str]) -> None:
    reply = asking().ask("POST", "/api/v1/accounts", body)
    assert (reply.status, reply.document["code"]) == problem
    assert world.count_audit() == 0


def test_the_last_admin_stays_one(asking: AskingAs) -> None:
    reply = asking().ask("POST", f"/api/v1/accounts/{ADMIN.id}/disable")
    assert (reply.status, reply.document["code"]) == (409, "last_admin")


def test_accounts_are_listed_page_by_page_for_admins_alone(asking: AskingAs) -> None:
    first = asking().ask("GET", "/api/v1/accounts?limit=3").document
    second = asking().ask("GET", f"/api/v1/accounts?limit=3&after={first['next']}").document
    assert len({account["id"] for account in first["accounts"] + second["accounts"]}) == 5
    found = asking().ask("GET", "/api/v1/accounts?role=advertiser&text=-1@").document["accounts"]
    assert [account["id"] for account in found] == [ADVERTISER.id]
    assert asking(AGENCY).ask("GET", "/api/v1/accounts").status == 403
    assert asking().ask("GET", "/api/v1/accounts/none").document["code"] == "account_unknown"


def test_everybody_sees_who_they_are(asking: AskingAs) -> None:
    for account in (ADMIN, AGENCY, ADVERTISER):
        assert asking(account, Scope.READ).ask("GET", "/api/v1/me").document["id"] == account.id


def test_sessions_are_one_s_own(asking: AskingAs, world: World) -> None:
    first, second = world.session(AGENCY), world.session(AGENCY)
    sessions = asking(AGENCY).ask("GET", "/api/v1/me/sessions").document["sessions"]
    assert {session["id"] for session in sessions} == {first, second}
    assert asking(FOREIGN_AGENCY).ask("GET", "/api/v1/me/sessions").document == {"sessions": []}
    assert asking(FOREIGN_AGENCY).ask("DELETE", f"/api/v1/me/sessions/{first}").document["code"] == "session_unknown"
    assert asking(AGENCY).ask("DELETE", f"/api/v1/me/sessions/{first}").document == {"ended": 1}
    assert asking(AGENCY).ask("DELETE", f"/api/v1/me/sessions/{first}").status == 404
    assert len(asking().ask("GET", f"/api/v1/accounts/{AGENCY.id}/sessions").document["sessions"]) == 1
    assert asking().ask("DELETE", f"/api/v1/accounts/{AGENCY.id}/sessions").document == {"ended": 1}
    assert asking(AGENCY).ask("DELETE", "/api/v1/me/sessions").document == {"ended": 0}


def test_a_key_is_shown_once_and_nowhere_else(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/keys", {"name": "보고서", "scope": "write", "days": 30})
    key = reply.document
    assert (reply.status, reply.headers["Cache-Control"]) == (201, "no-store")
    assert key["key"].startswith(key["prefix"])
    listed = asking(AGENCY).ask("GET", "/api/v1/keys")
    assert [one["id"] for one in listed.document["keys"]] == [key["id"]]
    with world.store.read() as tx:
        entries = str(tx.audit.latest(10))
    assert key["key"] not in listed.body + entries
    assert asking().ask("GET", "/api/v1/keys").document["keys"] == listed.document["keys"]
    assert asking(FOREIGN_AGENCY).ask("GET", "/api/v1/keys").document == {"keys": []}
    assert asking(FOREIGN_AGENCY).ask("DELETE", f"/api/v1/keys/{key['id']}").document["code"] == "key_unknown"
    assert asking(AGENCY).ask("DELETE", f"/api/v1/keys/{key['id']}").document["revoked_at"] is not None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"name": " "}, (422, "key_name_unusable")),
        ({"name": "a", "days": 0}, (422, "request_invalid")),
        ({"name": "a", "scope": "all"}, (422, "request_invalid")),
        ({"name": "a", "account_id": FOREIGN_AGENCY.id}, (404, "account_unknown")),
    ],
)
def test_what_cannot_be_a_key_is_refused(asking: AskingAs, body: Any, problem: tuple[int, str]) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/keys", body)
    assert (reply.status, reply.document["code"]) == problem


def test_keys_of_others_are_not_listed(asking: AskingAs, world: World) -> None:
    world.key()
    assert asking().ask("GET", f"/api/v1/keys?account={AGENCY.id}").document["keys"] != []
    assert asking(FOREIGN_AGENCY).ask("GET", f"/api/v1/keys?account={AGENCY.id}").status == 404


def test_admins_read_who_did_what_page_by_page(asking: AskingAs, world: World) -> None:
    jobs = [world.job() for _ in range(3)]
    first = asking().ask("GET", "/api/v1/audit?limit=2").document
    second = asking().ask("GET", f"/api/v1/audit?limit=2&after={first['next']}").document
    subjects = [entry["subject"] for entry in first["entries"] + second["entries"]]
    assert subjects == [f"job {job_id}" for job_id in jobs[::-1]]
    found = asking().ask("GET", f"/api/v1/audit?actor={AGENCY.owner}&subject=job%20{jobs[0]}").document["entries"]
    assert [entry["action"] for entry in found] == ["jobs_submitted"]
    assert asking().ask("GET", "/api/v1/audit?action=nothing").document == {"entries": []}
    assert asking(AGENCY).ask("GET", "/api/v1/audit").status == 403
    assert asking().ask("GET", "/api/v1/audit?after=x").document["code"] == "request_invalid"
