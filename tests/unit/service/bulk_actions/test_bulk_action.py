from typing import Any

import pytest

from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.bulk_action import BULK_ACTION_WORK
from sunwi.domain.tracking_list import TrackingFilter
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.bulk_actions.bulk_action import (
    BulkParams,
    parse_bulk_action,
    tracking_filter,
)
from sunwi.wording.error_words import error_words
from tests.bulk_world import ADMIN, HANBIT, BulkWorld

GOOD: dict[str, Any] = {"action": "pause", "filter": {"client": "가게"}, "expected_count": 3}


def refusal(**params: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        parse_bulk_action({**GOOD, **params})
    return caught.value


@pytest.mark.parametrize(
    "params",
    [
        GOOD,
        {**GOOD, "note": "휴업"},
        {**GOOD, "filter": {"status": "ACTIVE", "kind": "blog", "agency_id": 3}},
        {**GOOD, "action": "tag", "tags": ["여름"]},
        {"action": "retry", "filter": {"code": "crash", "states": ["FAILED"]}, "expected_count": 1, "fresh": True},
        {"action": "retry", "filter": {"since": "2026-01-02T03:00:00+09:00"}, "expected_count": 1},
        {"action": "undo", "job_id": "x"},
    ],
)
def test_what_is_stored_says_the_same_when_it_is_read_again(params: dict[str, Any]) -> None:
    stored = parse_bulk_action(params)
    assert stored == params
    assert parse_bulk_action(stored) == stored


@pytest.mark.parametrize("empty", [{}, {"client": ""}, {"client": "  ", "tag": ""}, {"agency_id": None}])
@pytest.mark.parametrize("action", ["pause", "resume", "end", "tag", "untag", "measure"])
def test_a_filter_that_lets_everything_through_is_refused(action: str, empty: dict[str, Any]) -> None:
    error = refusal(action=action, filter=empty, tags=["a"])
    assert error.code == "filter_empty"
    assert "조건이 없어 모두가 대상이 됩니다" in error_words(error)


@pytest.mark.parametrize("empty", [{}, {"states": []}, {"work": " "}])
def test_a_filter_of_jobs_that_lets_everything_through_is_refused(empty: dict[str, Any]) -> None:
    assert refusal(action="retry", filter=empty).code == "filter_empty"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"action": "delete"}, "param_unusable"),
        ({"filter": {"colour": "red"}}, "param_unknown"),
        ({"filter": {"status": "RUNNING"}}, "param_unusable"),
        ({"filter": {"agency_id": "3"}}, "param_unusable"),
        ({"filter": {"client": 3}}, "param_unusable"),
        ({"expected_count": None}, "param_missing"),
        ({"expected_count": 0}, "param_unusable"),
        ({"expected_count": "3"}, "param_unusable"),
        ({"expected_count": 100_001}, "param_unusable"),
        ({"action": "tag"}, "param_missing"),
        ({"action": "untag", "tags": []}, "param_missing"),
        ({"action": "tag", "tags": ["=1+1"]}, "tag_is_formula"),
        ({"action": "tag", "tags": [f"{number}" for number in range(21)]}, "tags_too_many"),
        ({"action": "undo"}, "param_missing"),
        ({"action": "retry", "filter": {"states": ["LOST"]}}, "param_unusable"),
        ({"note": "가" * 501}, "param_unusable"),
        ({"when": "now"}, "param_unknown"),
    ],
)
def test_what_no_bulk_action_can_be_is_refused_when_it_is_submitted(params: dict[str, Any], code: str) -> None:
    assert refusal(**params).code == code


def test_the_filter_is_one_of_a_list() -> None:
    params = BulkParams(**{**GOOD, "filter": {"status": "PAUSED", "tag": "여름", "client_id": 4}})
    assert tracking_filter(params) == TrackingFilter(**params.filter)


@pytest.mark.parametrize(
    ("actor", "is_allowed"),
    [
        (ADMIN, True),
        (HANBIT, True),
        (SYSTEM, True),
        (Actor(owner="account-9", role=Role.ADVERTISER), False),
        (Actor(owner="account-9", role=Role.ADVERTISER, agency_id=1), False),
        (Actor(owner="account-9", role=Role.AGENCY), False),
    ],
)
def test_who_only_reads_acts_on_nothing(
    bulk: BulkWorld,
    actor: Actor,
    is_allowed: bool,  # noqa: FBT001 - an example's outcome
) -> None:
    if is_allowed:
        assert bulk.world.job(bulk.submit("pause", actor=actor, filter={"client": "가게"})).work == BULK_ACTION_WORK
        return
    with pytest.raises(Forbidden) as caught:
        bulk.submit("pause", actor=actor, filter={"client": "가게"})
    assert caught.value.code == "work_forbidden"


def test_what_matches_is_counted_before_anybody_decides(bulk: BulkWorld) -> None:
    bulk.add(3, client="미용실")
    bulk.add(2, agency="새봄", client="미용실")
    params = {"action": "end", "filter": {"client": "미용실"}}
    assert bulk.count_matching.count(ADMIN, params) == 5
    assert bulk.count_matching.count(HANBIT, params) == 3
    assert bulk.count_matching.count(HANBIT, {"action": "end", "filter": {"agency_id": 2}}) == 0
    with pytest.raises(InvalidInput) as caught:
        bulk.count_matching.count(ADMIN, {"action": "undo", "job_id": "x"})
    assert caught.value.code == "undo_without_filter"
