from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.errors import InvalidInput
from sunwi.service.canary.parse_canary_event import FirstCheck, RepeatedCheck, parse_canary_event


def test_the_rules_event_brings_its_own_time() -> None:
    event = {"source": "aws.events", "time": "2026-01-01T15:50:00Z"}
    assert parse_canary_event(event) == FirstCheck(datetime(2026, 1, 1, 15, 50, tzinfo=UTC))


def test_the_state_machine_names_run_and_number() -> None:
    assert parse_canary_event({"run_id": "scheduled-20260102", "number": 2}) == RepeatedCheck("scheduled-20260102", 2)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"source": "aws.events"},
        {"run_id": "scheduled-20260102"},
        {"run_id": "", "number": 1},
        {"run_id": ["x"], "number": 1},
        {"run_id": "scheduled-20260102", "number": 0},
        {"run_id": "scheduled-20260102", "number": "1"},
        {"run_id": "scheduled-20260102", "number": True},
        {"run_id": "scheduled-20260102", "number": 2**31},
    ],
)
def test_any_other_event_is_refused_with_the_forms_that_are_taken(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="send a scheduled event, or"):
        parse_canary_event(event)
