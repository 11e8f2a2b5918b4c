from typing import Any

import pytest
from sqlalchemy import func, select

from sunwi.adapters.sql.tables import AuditRow, RunRow, TaskRow, TrackingRow
from sunwi.domain.account import Scope
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY, MARK
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World

PLACE = {
    "kind": "place",
    "keyword": "강남역 맛집",
    "target_url": "https://map.naver.com/p/entry/place/1648862917",
    "client": "새 가게",
}


def count(world: World, table: type) -> int:
    with world.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_new_tracking_is_stored_with_the_run_that_measures_it(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "tags": ["여름"], "target_rank": 5})
    added = reply.document
    assert (reply.status, reply.headers["Location"]) == (201, f"/api/v1/trackings/{added['id']}")
    assert (added["agency"], added["tags"], added["target_rank"], added["is_new"]) == (
        f"한빛 {MARK}",
        ["여름"],
        5,
        True,
    )
    assert (added["run"]["kind"], added["run"]["expected"], added["waits_for_night"]) == ("ON_DEMAND", 1, 0)
    assert added["told"] == "새 추적 1건을 바로 측정합니다."
    assert [row[1] for row in world.queue.sent] == [added["id"]]
    assert world.machine.started == [f"{added['run']['run_id']}-0"]
    with world.engine.connect() as connection:
        [audit] = connection.execute(select(AuditRow)).all()
    assert (audit.actor, audit.action, audit.subject) == (AGENCY.owner, "trackings_added", f"tracking {added['id']}")


def test_an_equal_one_is_found_and_neither_measured_nor_noted(asking: AskingAs, world: World) -> None:
    first = asking(AGENCY).ask("POST", "/api/v1/trackings", PLACE).document
    again = asking(AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "target_rank": 3})
    assert (again.status, again.document["id"], again.document["is_new"]) == (200, first["id"], False)
    assert (again.document["differs_in"], again.document["run"]) == (["target_rank"], None)
    assert (count(world, RunRow), count(world, AuditRow)) == (1, 1)


def test_at_night_means_no_run(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/trackings?when=night", PLACE)
    assert (reply.status, reply.document["run"]) == (201, None)
    assert reply.document["told"] == "새 추적은 밤의 정기 배치가 측정합니다."
    assert count(world, RunRow) == 0


def test_the_same_request_after_a_crash_finds_its_run(asking: AskingAs, world: World) -> None:
    """What died between the commit and the answer goes on: the tracking is new, and its run the same."""
    headers = {"idempotency-key": "a"}
    first = asking(AGENCY).ask("POST", "/api/v1/trackings", PLACE, headers).document
    forget_answers(world)
    world.clock.advance(minutes=2)
    again = asking(AGENCY).ask("POST", "/api/v1/trackings", PLACE, headers)
    assert (again.status, again.document["is_new"]) == (201, True)
    assert again.document["run"]["run_id"] == first["run"]["run_id"]
    assert (count(world, RunRow), count(world, TaskRow), count(world, AuditRow)) == (1, 1, 1)


def forget_answers(world: World) -> None:
    """Forget that any request was answered, as if each had died before."""
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM web_request")


def test_another_agency_s_tracking_is_refused(asking: AskingAs, world: World) -> None:
    reply = asking(FOREIGN_AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "agency": "한빛"})
    assert (reply.status, reply.document["code"]) == (403, "agency_foreign")
    assert "'새봄'" in reply.document["title"]
    assert asking(FOREIGN_AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "agency": "새봄"}).status == 201
    assert asking().ask("POST", "/api/v1/trackings", {**PLACE, "agency": "새 업체"}).status == 201
    assert count(world, TrackingRow) == 2


def test_an_agency_is_not_told_whose_else_a_target_is(asking: AskingAs) -> None:
    asking(AGENCY).ask("POST", "/api/v1/trackings", PLACE)
    assert asking(FOREIGN_AGENCY).ask("POST", "/api/v1/trackings", PLACE).document["shared"] == []
    shared = asking().ask("POST", "/api/v1/trackings", PLACE).document["shared"]
    assert {one["agency"] for one in shared} == {f"한빛 {MARK}", "새봄"}
    own = asking(AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "client": "다른 가게"}).document["shared"]
    assert {one["agency"] for one in own} == {f"한빛 {MARK}"}


def test_advertisers_and_reading_keys_add_nothing(asking: AskingAs, world: World) -> None:
    assert asking(ADVERTISER).ask("POST", "/api/v1/trackings", PLACE).document["code"] == "action_forbidden"
    assert asking(AGENCY, Scope.READ).ask("POST", "/api/v1/trackings", PLACE).document["code"] == "key_only_reads"
    assert count(world, TrackingRow) == 0


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"keyword": "=1+1"}, 422, "text_is_formula"),
        ({"client": "=cmd|' /C calc'!A0"}, 422, "text_is_formula"),
        ({"keyword": " "}, 422, "keyword_empty"),
        ({"keyword": "\0"}, 422, None),
        ({"keyword": 3}, 422, "request_invalid"),
        ({"kind": "shop"}, 422, "word_unknown"),
        ({"target_url": "https://example.com/1"}, 422, None),
        ({"target_url": "https://naver.me/abc"}, 422, None),
        ({"target_rank": 0}, 422, "request_invalid"),
        ({"colour": 1}, 422, "request_invalid"),
        ({"tags": ["가" * 51]}, 422, "tag_too_long"),
    ],
)
def test_what_cannot_be_tracked_is_refused(
    asking: AskingAs, world: World, changed: dict[str, Any], status: int, code: str | None
) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, **changed})
    assert (reply.status, reply.document["code"]) == (status, code or reply.document["code"]), reply.body
    assert count(world, TrackingRow) == 0


@pytest.mark.parametrize("keyword", ["강남역 맛집 🍕", "<script>alert(1)</script>", "'; DROP TABLE tracking; --"])
def test_whatever_people_search_for_is_kept_as_it_is(asking: AskingAs, keyword: str) -> None:
    added = asking(AGENCY).ask("POST", "/api/v1/trackings", {**PLACE, "keyword": keyword}).document
    assert asking(AGENCY).ask("GET", f"/api/v1/trackings/{added['id']}").document["keyword"] == keyword
