from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sunwi.domain.schedule import KST
from sunwi.domain.watch import CHECK_MARGIN, CLOSE_GRACE, planned_start, watched_day
from tests.unit.template.test_template_permissions import as_list, by_sid

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

DAY = date(2026, 1, 2)


def look_hours(template: Template, timeout: int, hour: int) -> list[int]:
    """Give the UTC hours of the watchdog's looks, in the order of the looks."""
    after = template["Mappings"]["WatchAfter"][str(timeout)]["Hours"]
    return [int(utc) for utc in template["Mappings"]["WatchHours"][after][str(hour)].split(",")]


def next_at(start: datetime, utc_hour: int) -> datetime:
    """Give the next full hour of that number at or after an instant, with the instant's minute."""
    return start + timedelta(hours=(utc_hour - start.hour) % 24)


@pytest.fixture(scope="module")
def timeouts(template: Template) -> list[int]:
    return list(template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"])


def test_the_watchdog_looks_once_the_run_is_over_and_once_more_after_a_run_that_it_started(
    template: Template, timeouts: list[int]
) -> None:
    for timeout in timeouts:
        needed = timedelta(seconds=timeout) + CHECK_MARGIN
        for hour in range(24):
            start = planned_start(DAY, hour=hour, minute=0).astimezone(UTC)
            first, second = (next_at(start, utc) for utc in look_hours(template, timeout, hour))
            assert needed <= first - start < needed + timedelta(hours=1), (timeout, hour)
            assert second - first == first - start, (timeout, hour)


def test_both_looks_are_at_the_day_whose_run_they_follow(template: Template, timeouts: list[int]) -> None:
    for timeout in timeouts:
        for hour in range(24):
            start = planned_start(DAY, hour=hour, minute=59).astimezone(UTC)
            for utc in look_hours(template, timeout, hour):
                assert watched_day(next_at(start, utc), hour=hour, minute=59) == DAY, (timeout, hour, utc)


def test_every_timeout_and_every_hour_has_its_looks(template: Template, timeouts: list[int]) -> None:
    mappings = template["Mappings"]
    assert list(mappings["WatchAfter"]) == [str(timeout) for timeout in timeouts]
    assert {row["Hours"] for row in mappings["WatchAfter"].values()} == set(mappings["WatchHours"])
    assert all(list(row) == [str(hour) for hour in range(24)] for row in mappings["WatchHours"].values())


def test_the_rule_fires_at_the_minute_of_the_run_and_at_the_mapped_hours(resources: Resources) -> None:
    expression, names = resources["WatchSchedule"]["Properties"]["ScheduleExpression"]["Fn::Sub"]
    assert expression == "cron(${CrawlScheduleMinute} ${UtcHours} * * ? *)"
    after = {"Fn::FindInMap": ["WatchAfter", {"Ref": "CrawlBatchTimeout"}, "Hours"]}
    assert names == {"UtcHours": {"Fn::FindInMap": ["WatchHours", after, {"Ref": "CrawlScheduleHour"}]}}


def test_by_default_it_looks_at_three_and_at_five_in_the_morning(template: Template) -> None:
    defaults = {name: template["Parameters"][name]["Default"] for name in ("CrawlBatchTimeout", "CrawlScheduleHour")}
    hours = look_hours(template, defaults["CrawlBatchTimeout"], defaults["CrawlScheduleHour"])
    local = [datetime(2026, 1, 2, hour, tzinfo=UTC).astimezone(KST).hour for hour in hours]
    assert local == [3, 5]


def test_a_run_may_be_closed_before_the_watchdog_looks() -> None:
    assert CLOSE_GRACE < CHECK_MARGIN


def test_the_watchdog_depends_on_nothing_of_the_dispatcher(resources: Resources) -> None:
    target = resources["WatchSchedule"]["Properties"]["Targets"][0]
    assert target["Arn"] == {"Fn::GetAtt": ["Watchdog", "Arn"]}
    assert "Dispatcher" not in {
        name
        for statement in by_sid(resources, "WatchdogRole").values()
        for resource in as_list(statement["Resource"])
        for name in (resource.get("Fn::GetAtt", [""])[0], resource.get("Ref", ""))
    }


def test_the_watchdog_reads_no_message_and_sends_only_trackings_alarms_and_its_own_failures(
    resources: Resources,
) -> None:
    allowed = {
        sid: as_list(statement["Action"])
        for sid, statement in by_sid(resources, "WatchdogRole").items()
        if sid not in {"WriteOwnLogs", "ReadDatabaseSecret"}
    }
    assert allowed == {
        "CountWhatFailed": ["sqs:GetQueueAttributes"],
        "LeaveWhatFailed": ["sqs:SendMessage"],
        "SendTrackings": ["sqs:SendMessage*"],
        "WatchRun": ["states:StartExecution"],
        "SeeWhetherRunIsWatched": ["states:DescribeExecution"],
        "RaiseAlarms": ["sns:Publish"],
    }
    failures = by_sid(resources, "WatchdogRole")["LeaveWhatFailed"]["Resource"]
    assert failures == {"Fn::GetAtt": ["WatchdogFailureQueue", "Arn"]}


def test_a_look_that_does_not_come_about_is_kept_apart_from_runs_that_were_not_started(resources: Resources) -> None:
    failures = {"Fn::GetAtt": ["WatchdogFailureQueue", "Arn"]}
    (target,) = resources["WatchSchedule"]["Properties"]["Targets"]
    invoked = resources["Watchdog"]["Properties"]["EventInvokeConfig"]
    assert target["DeadLetterConfig"] == {"Arn": failures}
    assert invoked["DestinationConfig"]["OnFailure"] == {"Type": "SQS", "Destination": failures}
    assert (invoked["MaximumRetryAttempts"], target["RetryPolicy"]["MaximumRetryAttempts"]) == (2, 10)
    ages = {policy["MaximumEventAgeInSeconds"] for policy in (invoked, target["RetryPolicy"])}
    assert ages == {CHECK_MARGIN.total_seconds() * 2}
    assert resources["WatchdogFailureQueue"]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400


def test_the_watchdog_counts_its_own_failures_too(resources: Resources) -> None:
    counted = as_list(by_sid(resources, "WatchdogRole")["CountWhatFailed"]["Resource"])
    variables = resources["Watchdog"]["Properties"]["Environment"]["Variables"]
    assert {"Fn::GetAtt": ["WatchdogFailureQueue", "Arn"]} in counted
    assert variables["WATCHDOG_FAILURE_QUEUE_URL"] == {"Ref": "WatchdogFailureQueue"}
