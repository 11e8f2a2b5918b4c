from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.domain.check_times import CheckTimes
from sunwi.service.watchdog.decide_check import is_check_due
from sunwi.service.watchdog.parse_watch_event import WatchRequest

TIMES = CheckTimes(hour=1, minute=0, batch_timeout=timedelta(hours=1))


@pytest.mark.parametrize("request_", [WatchRequest(None, repair=True), WatchRequest(date(2026, 1, 2), repair=False)])
def test_an_operator_s_look_is_always_due(request_: WatchRequest) -> None:
    assert is_check_due(request_, TIMES)


@pytest.mark.parametrize(("hour", "due"), [(16, False), (17, False), (18, True), (19, False), (20, True), (21, False)])
def test_a_waking_is_a_look_two_hours_after_the_run_began_and_two_hours_later(*, hour: int, due: bool) -> None:
    at = datetime(2026, 1, 1, hour, tzinfo=UTC)
    with capture_logs() as logs:
        assert is_check_due(WatchRequest(None, repair=True, woken_at=at), TIMES) is due
    assert [line["event"] for line in logs] == ([] if due else ["check_not_due"])


def test_an_hour_without_a_look_says_when_the_next_one_is() -> None:
    with capture_logs() as logs:
        is_check_due(WatchRequest(None, repair=True, woken_at=datetime(2026, 1, 1, 21, tzinfo=UTC)), TIMES)
    (line,) = logs
    assert (line["woken_at"], line["next_check"]) == ("2026-01-01T21:00:00+00:00", "2026-01-02T18:00:00+00:00")
