import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sunwi.domain.canary import CHECK_TIME
from sunwi.domain.schedule import CANARY_LEAD, KST, check_canary_time
from sunwi.settings import SAVE_SECONDS, START_SECONDS, Settings
from tests.unit.template.cloudformation_rules import refusals

Template = dict[str, Any]

HOUR = timedelta(hours=1)


def test_every_korean_hour_is_mapped_to_its_utc_hour(template: Template) -> None:
    mapping = template["Mappings"]["KoreanHour"]
    starts = [datetime(2026, 1, 2, hour, tzinfo=KST).astimezone(UTC) for hour in range(24)]
    assert mapping == {
        str(hour): {"Utc": str(start.hour), "HourBefore": str((start - HOUR).hour)} for hour, start in enumerate(starts)
    }


def test_the_canary_is_read_its_lead_before_the_run_at_every_time_of_the_day(template: Template) -> None:
    hours, minutes = template["Mappings"]["KoreanHour"], template["Mappings"]["CanaryTime"]
    assert set(minutes) == {str(minute) for minute in range(60)}
    for hour, minute in itertools.product(range(24), range(60)):
        due = datetime(2026, 1, 2, hour, minute, tzinfo=KST)
        fires = (due - CANARY_LEAD).astimezone(UTC)
        time = minutes[str(minute)]
        assert (hours[str(hour)][time["Hour"]], time["Minute"]) == (str(fires.hour), str(fires.minute)), due
        assert check_canary_time(fires, now=fires, allow_stale=False) == due.date()


def test_the_canary_s_rule_looks_its_time_up_by_the_run_s(template: Template) -> None:
    expression, names = template["Resources"]["CanarySchedule"]["Properties"]["ScheduleExpression"]["Fn::Sub"]
    assert expression == "cron(${Minute} ${UtcHour} * * ? *)"
    hour, minute = {"Ref": "CrawlScheduleHour"}, {"Ref": "CrawlScheduleMinute"}
    assert names == {
        "Minute": {"Fn::FindInMap": ["CanaryTime", minute, "Minute"]},
        "UtcHour": {"Fn::FindInMap": ["KoreanHour", hour, {"Fn::FindInMap": ["CanaryTime", minute, "Hour"]}]},
    }


def test_a_canary_event_is_tried_until_its_run_is_due_and_then_kept(template: Template) -> None:
    failures = {"Fn::GetAtt": ["CanaryFailureQueue", "Arn"]}
    (target,) = template["Resources"]["CanarySchedule"]["Properties"]["Targets"]
    invoked = template["Resources"]["Canary"]["Properties"]["EventInvokeConfig"]
    lead = CANARY_LEAD.total_seconds()
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == invoked["MaximumEventAgeInSeconds"] == lead
    assert target["DeadLetterConfig"] == {"Arn": failures}
    assert invoked["DestinationConfig"]["OnFailure"] == {"Type": "SQS", "Destination": failures}


def test_the_canary_may_take_its_time_and_a_last_page_that_never_comes(template: Template) -> None:
    timeouts = template["Parameters"]["CrawlerTimeoutSeconds"]["AllowedValues"]
    slowest = max(
        Settings(crawler_timeout_seconds=timeout, crawl_delay_seconds=0).page_timeout_seconds for timeout in timeouts
    )
    needed = CHECK_TIME.total_seconds() + START_SECONDS + SAVE_SECONDS + slowest
    assert needed <= template["Resources"]["Canary"]["Properties"]["Timeout"] < CANARY_LEAD.total_seconds()


def test_the_rule_fires_daily_at_the_chosen_minute_and_the_mapped_hour(template: Template) -> None:
    expression, names = template["Resources"]["CrawlSchedule"]["Properties"]["ScheduleExpression"]["Fn::Sub"]
    assert expression == "cron(${CrawlScheduleMinute} ${UtcHour} * * ? *)"
    assert names == {"UtcHour": {"Fn::FindInMap": ["KoreanHour", {"Ref": "CrawlScheduleHour"}, "Utc"]}}


def test_the_default_is_one_in_the_morning(template: Template) -> None:
    parameters = template["Parameters"]
    assert (parameters["CrawlScheduleHour"]["Default"], parameters["CrawlScheduleMinute"]["Default"]) == (1, 0)


@pytest.mark.parametrize(("parameter", "beyond"), [("CrawlScheduleHour", 24), ("CrawlScheduleMinute", 60)])
def test_a_time_that_no_clock_shows_is_refused_at_the_deploy(template: Template, parameter: str, beyond: int) -> None:
    assert template["Parameters"][parameter]["AllowedValues"] == list(range(beyond))


def test_an_event_that_could_not_be_delivered_is_kept_and_not_older_than_the_dispatcher_takes(
    template: Template,
) -> None:
    target = template["Resources"]["CrawlSchedule"]["Properties"]["Targets"][0]
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3600
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DispatcherFailureQueue", "Arn"]}}


def test_a_dispatcher_that_keeps_failing_leaves_its_event_in_the_failure_queue(template: Template) -> None:
    config = template["Resources"]["Dispatcher"]["Properties"]["EventInvokeConfig"]
    assert config["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"Fn::GetAtt": ["DispatcherFailureQueue", "Arn"]},
    }


def test_a_report_of_bounces_that_cannot_be_recorded_is_left_in_a_queue_of_its_own(template: Template) -> None:
    config = template["Resources"]["Notifier"]["Properties"]["EventInvokeConfig"]
    assert config["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": {"Fn::GetAtt": ["NotifierFailureQueue", "Arn"]},
    }


def test_subnets_without_security_groups_are_refused(template: Template) -> None:
    assert refusals(template, {"VpcSubnetIds": "subnet-1"}) == [
        "VpcSubnetIds is given without VpcSecurityGroupIds; give both or neither."
    ]
    assert not refusals(template, {"VpcSubnetIds": "subnet-1", "VpcSecurityGroupIds": "sg-1"})
