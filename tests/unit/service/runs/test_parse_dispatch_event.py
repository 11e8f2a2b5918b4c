from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.domain.run import RunKind
from sunwi.errors import InvalidInput
from sunwi.service.runs.parse_dispatch_event import (
    ReleaseRequest,
    ScheduledRequest,
    StartRequest,
    parse_dispatch_event,
)

SCHEDULED: dict[str, Any] = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-01-01T16:00:00Z",
    "detail": {},
}


@pytest.mark.parametrize("time", ["2026-01-01T16:00:00Z", "2026-01-02T01:00:00+09:00"])
def test_a_scheduled_event_brings_its_own_time_in_utc(time: str) -> None:
    request = parse_dispatch_event({**SCHEDULED, "time": time})
    assert request == ScheduledRequest(datetime(2026, 1, 1, 16, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "time", [None, "", "yesterday", "2026-01-01T16:00:00", "2026-01-01", 5, "0001-01-01T00:00:00+09:00"]
)
def test_a_scheduled_event_without_a_usable_time_is_refused(time: object) -> None:
    with pytest.raises(InvalidInput, match="the scheduled event's time"):
        parse_dispatch_event({**SCHEDULED, "time": time})


@pytest.mark.parametrize(
    ("event", "request_"),
    [
        ({"kind": "MANUAL"}, StartRequest(RunKind.MANUAL, None)),
        ({"kind": "MANUAL", "tracking_ids": [2, 1]}, StartRequest(RunKind.MANUAL, (2, 1))),
        ({"kind": "ON_DEMAND", "tracking_ids": [7]}, StartRequest(RunKind.ON_DEMAND, (7,))),
    ],
)
def test_an_operators_event_names_kind_and_trackings(event: dict[str, Any], request_: StartRequest) -> None:
    assert parse_dispatch_event(event) == request_


@pytest.mark.parametrize(("failed", "check_failed"), [(True, True), (False, False), (None, False), ("true", False)])
def test_the_state_machine_names_a_held_run(*, failed: object, check_failed: bool) -> None:
    event = {"action": "RELEASE", "run_id": "scheduled-20260102", "canary_failed": failed}
    assert parse_dispatch_event(event) == ReleaseRequest("scheduled-20260102", check_failed)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"action": "RELEASE"},
        {"action": "RELEASE", "run_id": ["x"]},
        {"action": "release", "run_id": "scheduled-20260102"},
        {"kind": "SCHEDULED"},
        {"kind": "manual"},
        {"kind": ["MANUAL"]},
        {"kind": {}},
        {"source": "aws.s3", "time": "2026-01-01T16:00:00Z"},
        {"kind": "ON_DEMAND"},
        {"kind": "ON_DEMAND", "tracking_ids": []},
        {"kind": "ON_DEMAND", "tracking_ids": "1"},
        {"kind": "ON_DEMAND", "tracking_ids": [0]},
        {"kind": "ON_DEMAND", "tracking_ids": [True]},
        {"kind": "ON_DEMAND", "tracking_ids": ["1"]},
        {"kind": "MANUAL", "tracking_ids": []},
        {"kind": "MANUAL", "tracking_ids": [2**63]},
    ],
)
def test_any_other_event_is_refused_with_the_forms_that_are_taken(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="send a scheduled event"):
        parse_dispatch_event(event)
