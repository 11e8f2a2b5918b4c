from typing import Any

import pytest

from sunwi.bootstrap.works import WORKS
from sunwi.web.asked.job_order_body import JobOrderBody
from tests.unit.web.people import ADVERTISER, AGENCY, FOREIGN_AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World

LOOKUP = {
    "work": "lookup",
    "params": {"keyword": "강남역 김밥", "url": "https://m.place.naver.com/restaurant/1234567890"},
}

#: Kinds that are the operators' alone.
OPERATORS = ("backup", "verify", "restore", "evaluation", "archive", "cleanup")


def test_a_job_is_stored_and_its_address_said(asking: AskingAs, world: World) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs", {**LOOKUP, "priority": "high", "limit_seconds": 60})
    job = reply.document
    assert reply.status == 202
    assert reply.headers["Location"] == f"/api/v1/jobs/{job['job_id']}"
    assert (job["owner"], job["agency_id"], job["priority"], job["is_repeat"]) == (AGENCY.owner, 1, "high", False)
    assert asking(AGENCY).ask("GET", reply.headers["Location"]).document["limit_seconds"] == 60
    assert world.count_audit() == 1


def test_the_same_key_is_answered_with_the_same_job(world: World) -> None:
    """By the use case, whoever keeps answers."""
    first, second = (
        world.house.jobs.submit_job.submit(
            AGENCY.actor, JobOrderBody.model_validate(LOOKUP).order(), idempotency_key="a"
        )
        for _ in range(2)
    )
    assert (second.job.id, second.is_repeat) == (first.job.id, True)


def test_a_time_without_an_offset_is_korean(asking: AskingAs) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs", {**LOOKUP, "not_before": "2026-01-03T09:00:00"})
    assert reply.document["not_before"] == "2026-01-03T00:00:00+00:00"


@pytest.mark.parametrize("work", OPERATORS)
def test_agencies_cannot_submit_what_is_the_operators(asking: AskingAs, world: World, work: str) -> None:
    assert WORKS.find(work) is not None
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs", {"work": work})
    assert (reply.status, reply.document["code"]) == (403, "work_forbidden")
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs/bulk", {"jobs": [{"work": work}]})
    assert (reply.status, [row["code"] for row in reply.document["refused"]]) == (200, ["work_forbidden"])
    assert world.count_audit() == 0


def test_every_kind_but_lookups_and_bulk_actions_is_the_operators() -> None:
    assert {kind.name for kind in WORKS.kinds} == {*OPERATORS, "lookup", "bulk_action"}


def test_advertisers_submit_nothing(asking: AskingAs) -> None:
    reply = asking(ADVERTISER).ask("POST", "/api/v1/jobs", LOOKUP)
    assert (reply.status, reply.document["code"]) == (403, "action_forbidden")


@pytest.mark.parametrize(
    ("body", "problem", "named"),
    [
        ({"work": "laundry"}, (422, "work_unknown"), "작업 종류 'laundry'"),
        ({"work": "lookup"}, (422, "invalid_input"), "keyword"),
        ({"work": "lookup", "params": {"keyword": "김밥", "colour": 1}}, (422, None), "colour"),
        ({**LOOKUP, "priority": "critical"}, (403, "priority_forbidden"), "긴급"),
        ({**LOOKUP, "priority": "most"}, (422, "request_invalid"), "요청"),
        ({**LOOKUP, "not_before": "3026-01-01T00:00:00Z"}, (422, "not_before_too_far"), "시작 시각"),
        ({**LOOKUP, "not_before": "9999-12-31T23:59:59-23:00"}, (422, "request_invalid"), "요청"),
        ({**LOOKUP, "limit_seconds": 86_400}, (422, "limit_unusable"), "최대 실행 시간"),
        ({**LOOKUP, "notify": {"channel": "a", "audience": "system"}}, (422, "notify_unusable"), "알릴 곳"),
        ({**LOOKUP, "notify": {"audience": "agency:2"}}, (422, "notify_audience_unknown"), "agency:2"),
        ({**LOOKUP, "secret": 1}, (422, "request_invalid"), "요청"),
        ({"work": "lookup", "params": {"keyword": "\0", "url": "x"}}, (422, None), ""),
        ([], (422, "request_invalid"), "요청"),
    ],
)
def test_what_cannot_be_a_job_is_refused_with_its_reason(
    asking: AskingAs, world: World, body: Any, problem: tuple[int, str | None], named: str
) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs", body)
    assert reply.status == problem[0], reply.body
    assert reply.document["code"] == (problem[1] or reply.document["code"])
    assert named in reply.document["title"]
    assert world.count_audit() == 0


def test_each_row_has_a_verdict_and_nothing_is_stored_unless_it_is_asked_for(asking: AskingAs, world: World) -> None:
    rows = [LOOKUP, {"work": "laundry"}, {"work": "lookup", "size": 1}, LOOKUP]
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs/bulk", {"jobs": rows})
    answer = reply.document
    assert (reply.status, answer["stored"], answer["batch_id"], answer["jobs"]) == (200, 0, None, [])
    assert [(row["line"], row["code"]) for row in answer["refused"]] == [(2, "work_unknown"), (3, "job_row_unusable")]
    assert "'size'" in answer["refused"][1]["message"]
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs/bulk", {"jobs": rows, "partial": True})
    answer = reply.document
    assert (reply.status, answer["stored"], [row["line"] for row in answer["jobs"]]) == (202, 2, [1, 4])
    listed = asking(AGENCY).ask("GET", f"/api/v1/jobs?batch={answer['batch_id']}").document["jobs"]
    assert {job["job_id"] for job in listed} == {row["job_id"] for row in answer["jobs"]}
    assert world.count_audit() == 1


def test_too_many_rows_and_none_are_refused(asking: AskingAs) -> None:
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs/bulk", {"jobs": [{"work": "x"}] * 10_001})
    assert (reply.status, reply.document["code"]) == (422, "bulk_too_large")
    reply = asking(AGENCY).ask("POST", "/api/v1/jobs/bulk", {"jobs": []})
    assert (reply.status, reply.document["code"]) == (422, "bulk_empty")


def test_nobody_has_another_agency_s_channel_told(asking: AskingAs, world: World) -> None:
    world.channel("한빛")
    told = {**LOOKUP, "notify": {"channel": "한빛"}}
    assert asking(AGENCY).ask("POST", "/api/v1/jobs", told).status == 202
    foreign, none = (
        asking(FOREIGN_AGENCY).ask("POST", "/api/v1/jobs", {**LOOKUP, "notify": {"channel": name}})
        for name in ("한빛", "없음")
    )
    assert (foreign.status, foreign.document["code"]) == (none.status, none.document["code"]) == (422, "notify_unknown")
