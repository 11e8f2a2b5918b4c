import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.domain.schedule import KST, check_schedule
from sunwi.errors import ConfigurationError
from sunwi.settings import MIN_PAGE_TIMEOUT_SECONDS, Settings
from tests.unit.template.cloudformation_rules import refusals

Template = dict[str, Any]


def test_every_korean_hour_is_mapped_to_its_utc_hour(template: Template) -> None:
    mapping = template["Mappings"]["KoreanHour"]
    by_calendar = {
        str(hour): {"Utc": str(datetime(2026, 1, 2, hour, tzinfo=KST).astimezone(UTC).hour)} for hour in range(24)
    }
    assert mapping == by_calendar


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


def test_the_template_refuses_exactly_the_schedules_that_the_dispatcher_would_refuse(template: Template) -> None:
    timeouts = template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"]
    for timeout, hour, minute in itertools.product(timeouts, range(24), range(60)):
        chosen = {
            "CrawlBatchTimeout": str(timeout),
            "CrawlScheduleHour": str(hour),
            "CrawlScheduleMinute": str(minute),
        }
        assert bool(refusals(template, chosen)) is not passes(hour, minute, timeout), chosen


def passes(hour: int, minute: int, timeout: int) -> bool:
    try:
        check_schedule(hour=hour, minute=minute, batch_timeout_seconds=timeout)
    except ConfigurationError:
        return False
    return True


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


def test_subnets_without_security_groups_are_refused(template: Template) -> None:
    assert refusals(template, {"VpcSubnetIds": "subnet-1"}) == [
        "VpcSubnetIds is given without VpcSecurityGroupIds; give both or neither."
    ]
    assert not refusals(template, {"VpcSubnetIds": "subnet-1", "VpcSecurityGroupIds": "sg-1"})


def test_the_template_refuses_the_pauses_that_the_crawler_would_refuse(template: Template) -> None:
    timeouts = template["Parameters"]["CrawlerTimeoutSeconds"]["AllowedValues"]
    longest = template["Parameters"]["CrawlDelaySeconds"]["MaxValue"]
    for timeout, delay in itertools.product(timeouts, range(longest + 1)):
        chosen = {"CrawlerTimeoutSeconds": str(timeout), "CrawlDelaySeconds": str(delay)}
        if not refusals(template, chosen):
            settings = Settings(crawler_timeout_seconds=timeout, crawl_delay_seconds=delay)
            assert settings.page_timeout_seconds >= MIN_PAGE_TIMEOUT_SECONDS
        else:
            with pytest.raises(ConfigurationError):
                Settings(crawler_timeout_seconds=timeout, crawl_delay_seconds=delay)
