from datetime import UTC, date, datetime
from typing import Any

import pytest

from sunwi.errors import InvalidInput
from sunwi.service.watchdog.parse_watch_event import WatchRequest, parse_watch_event


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            {"source": "aws.events", "time": "2026-01-01T18:00:00Z"},
            WatchRequest(None, repair=True, woken_at=datetime(2026, 1, 1, 18, tzinfo=UTC)),
        ),
        ({"source": "aws.events"}, WatchRequest(None, repair=True)),
        (
            {"source": "aws.events", "time": "2026-01-01T18:00:00Z", "date": "2026-01-02"},
            WatchRequest(date(2026, 1, 2), repair=True),
        ),
        ({}, WatchRequest(None, repair=True)),
        ({"date": "2026-01-02", "repair": False}, WatchRequest(date(2026, 1, 2), repair=False)),
    ],
)
def test_a_look_repairs_unless_it_is_told_not_to(event: dict[str, Any], expected: WatchRequest) -> None:
    assert parse_watch_event(event) == expected


@pytest.mark.parametrize(
    "event", [{"date": "yesterday"}, {"date": 20260102}, {"repair": "no"}, {"source": "aws.events", "time": "at three"}]
)
def test_anything_else_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"is no date: write it as|is neither true nor false|is not ISO 8601"):
        parse_watch_event(event)
