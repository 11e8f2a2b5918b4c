from typing import Any

import pytest
from sqlalchemy import select

from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.account import Account, Scope
from tests.unit.web.asking import ADMIN
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_ADVERTISER, FOREIGN_AGENCY, MARK
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.routes.trackings.test_add_trackings import PLACE
from tests.unit.web.walk.world import World

OWN, FOREIGN = (ADMIN, AGENCY, ADVERTISER), (FOREIGN_AGENCY, FOREIGN_ADVERTISER)
READ = ("", "/history", "/sessions", "/proof/latest", "/proof/2026-01-02")


def audits(world: World) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(AuditRow).order_by(AuditRow.id)))


@pytest.mark.parametrize("account", OWN)
def test_whoever_sees_a_tracking_reads_all_of_it(asking: AskingAs, world: World, account: Account) -> None:
    world.tracking()
    ask = asking(account, Scope.READ).ask
    [listed] = ask("GET", "/api/v1/trackings").document["trackings"]
    assert ask("GET", "/api/v1/trackings/1").document == listed
    assert ask("GET", "/api/v1/trackings/1/history").document["client"] == f"강남치과 {MARK}"
    assert ask("GET", "/api/v1/trackings/1/sessions").document["sessions"][0]["number"] == 1
    reply = ask("GET", "/api/v1/trackings/1/proof/latest")
    assert (reply.status, reply.document["code"]) == (404, "tracking_never_measured")


@pytest.mark.parametrize("account", FOREIGN)
def test_another_s_tracking_is_as_missing_as_none(asking: AskingAs, world: World, account: Account) -> None:
    world.tracking()
    ask = asking(account).ask
    for query in ("", "?agency_id=1", "?client_id=1", f"?client={MARK}", f"?text={MARK}", "?state=new&sort=rank"):
        assert ask("GET", f"/api/v1/trackings{query}").document == {"trackings": []}
    for path in READ:
        foreign, missing = (ask("GET", f"/api/v1/trackings/{number}{path}") for number in (1, 7))
        assert (foreign.status, missing.status) == (404, 404)
        assert foreign.document["code"] == missing.document["code"] == "tracking_unknown"
        assert MARK not in foreign.body


def test_what_is_unchanged_is_not_sent_again(asking: AskingAs, world: World) -> None:
    world.tracking()
    first = asking(AGENCY).ask("GET", "/api/v1/trackings/1")
    known = {"if-none-match": first.headers["ETag"]}
    assert asking(AGENCY).ask("GET", "/api/v1/trackings/1", headers=known).status == 304
    asking(AGENCY).ask("PATCH", "/api/v1/trackings/1", {"target_rank": 3})
    assert asking(AGENCY).ask("GET", "/api/v1/trackings/1", headers=known).status == 200


@pytest.mark.parametrize("word", ["0", "-1", "abc", "9" * 30, "%00", "1.5"])
def test_what_is_no_number_is_nothing(asking: AskingAs, word: str) -> None:
    assert asking().ask("GET", f"/api/v1/trackings/{word}").status == 404


@pytest.mark.parametrize("word", ["2026-13-01", "yesterday", "20260102T01"])
def test_what_is_no_date_is_nothing(asking: AskingAs, world: World, word: str) -> None:
    world.tracking()
    assert asking().ask("GET", f"/api/v1/trackings/1/proof/{word}").status == 404


def test_a_change_is_answered_with_the_tracking_and_leaves_an_audit_row(asking: AskingAs, world: World) -> None:
    world.tracking()
    ask = asking(AGENCY).ask
    changes = {"target_rank": 3, "session_days": 10, "areas": ["인기글"], "tags": ["여름", "강남"]}
    blog = {**PLACE, "kind": "blog", "target_url": "https://blog.naver.com/writer/223000000001"}
    number = ask("POST", "/api/v1/trackings?when=night", blog).document["id"]
    changed = ask("PATCH", f"/api/v1/trackings/{number}", changes).document
    assert (changed["target_rank"], changed["session_days"], changed["tags"]) == (3, 10, ["강남", "여름"])
    assert len(changed["areas"]) == 1
    last = audits(world)[-1]
    assert (last.actor, last.action, last.subject) == (AGENCY.owner, "trackings_changed", f"tracking {number}")
    assert (last.before[str(number)]["target_rank"], last.after[str(number)]["target_rank"]) == (None, 3)
    taken = ask("PATCH", f"/api/v1/trackings/{number}", {"target_rank": None, "tags": ["가을"]}).document
    assert (taken["target_rank"], taken["tags"], taken["session_days"]) == (None, ["가을"], 10)
    assert ask("PATCH", f"/api/v1/trackings/{number}", {}).document["code"] == "changes_of_nothing"


def test_a_tracking_is_paused_resumed_and_ended(asking: AskingAs, world: World) -> None:
    world.tracking()
    ask = asking(AGENCY).ask
    steps = {"pause": "PAUSED", "resume": "ACTIVE", "end": "ENDED"}
    for step, status in steps.items():
        assert ask("POST", f"/api/v1/trackings/1/{step}").document["status"] == status
    reply = ask("POST", "/api/v1/trackings/1/pause")
    assert (reply.status, reply.document["code"]) == (409, "tracking_ended")
    actions = ["trackings_paused", "trackings_resumed", "trackings_ended"]
    assert [row.action for row in audits(world)] == actions
    assert ask("POST", "/api/v1/trackings/1/end").status == 200
    assert len(audits(world)) == 3


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"target_rank": 3}),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/end", None),
    ],
)
def test_nobody_changes_what_is_another_s(
    asking: AskingAs, world: World, method: str, path: str, body: dict[str, Any] | None
) -> None:
    world.tracking()
    address = f"/api/v1/trackings/1{path}"
    assert asking(FOREIGN_AGENCY).ask(method, address, body).status == 404
    assert asking(ADVERTISER).ask(method, address, body).document["code"] == "action_forbidden"
    assert asking(AGENCY, Scope.READ).ask(method, address, body).document["code"] == "key_only_reads"
    assert audits(world) == []
    assert asking().ask("GET", "/api/v1/trackings/1").document["status"] == "ACTIVE"
