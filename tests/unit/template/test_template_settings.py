"""Settings of the template's parameters, and what the migrator refuses of them.

It took the place of nine template rules, for every value that the parameters allow: FiveMinuteRunEndsByMidnight,
QuarterHourRunEndsByMidnight, HalfHourRunEndsByMidnight, OneHourRunEndsByMidnight, TwoHourRunEndsByMidnight,
ThreeHourRunEndsByMidnight, FourHourRunEndsByMidnight, ShortestTimeoutAllowsNoPause and ShortTimeoutAllowsShortPause.
"""

import itertools
import re
from typing import Any

import pytest

from infra.local.stack.localise import ROOT
from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS
from sunwi.errors import ConfigurationError
from sunwi.service.upkeep.check_settings import check_deployment
from sunwi.settings import SAVE_SECONDS, START_SECONDS, Settings

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

#: Parameters that are no setting of a function: what a function is, and where.
NO_SETTINGS = {
    "AlarmEmail",
    "Architecture",
    "CertificateArn",
    "DomainName",
    "CrawlerMemory",
    "LogRetentionDays",
    "MailIdentity",
    "VpcSecurityGroupIds",
    "VpcSubnetIds",
}
#: Settings that are documented for a person's own machine, and those that the template fills in itself.
NO_PARAMETER = {
    "BROWSER_EXECUTABLE",
    "DATABASE_URL",
    "ALARM_TOPIC_ARN",
    "COGNITO_ADDRESS",
    "COGNITO_CLIENT_ID",
    "COGNITO_USER_POOL_ID",
    "LIVE_ENDPOINT",
    "CRAWL_QUEUE_URL",
    "EXPRESS_QUEUE_URL",
    "STATE_MACHINE_ARN",
    "CRAWL_DEAD_LETTER_QUEUE_URL",
    "EXPRESS_DEAD_LETTER_QUEUE_URL",
    "DISPATCHER_FAILURE_QUEUE_URL",
    "WATCHDOG_FAILURE_QUEUE_URL",
    "EVIDENCE_BUCKET",
    "FILES_BUCKET",
    "JOB_STATE_MACHINE_ARN",
    "MAIL_CONFIGURATION_SET",
    "SCHEDULES_QUEUE_URL",
    "SCHEDULE_GROUP",
    "SCHEDULE_ROLE_ARN",
    "SCHEDULES_QUEUE_ARN",
    "SCHEDULES_DEAD_LETTER_QUEUE_ARN",
    "NOTICES_QUEUE_URL",
    "TENDER_FUNCTION",
}


@pytest.fixture(scope="module")
def values(resources: Resources) -> dict[str, str]:
    """What the migrator is given: the parameter of each variable."""
    return {name: value["Ref"] for name, value in resources["Settings"]["Properties"]["Values"].items()}


@pytest.fixture(scope="module")
def defaults(template: Template, values: dict[str, str]) -> dict[str, str]:
    return {name: str(template["Parameters"][parameter].get("Default", "")) for name, parameter in values.items()}


def is_refused(values: dict[str, str]) -> bool:
    try:
        check_deployment(values)
    except ConfigurationError:
        return True
    return False


def test_the_migrator_sees_every_setting_that_a_parameter_has(template: Template, values: dict[str, str]) -> None:
    assert set(values.values()) == set(template["Parameters"]) - NO_SETTINGS
    assert {name.title().replace("_", "") for name in values} == set(values.values())


def test_the_migrator_sees_what_each_function_gets(
    template: Template, functions: Resources, values: dict[str, str]
) -> None:
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    for function in functions.values():
        variables = {**shared, **function["Properties"].get("Environment", {}).get("Variables", {})}
        given = {
            name: value["Ref"]
            for name, value in variables.items()
            if isinstance(value, dict) and value.get("Ref") in template["Parameters"]
        }
        assert given == {name: values[name] for name in given}


def test_every_documented_setting_has_a_parameter(template: Template) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| [^|]*\| [^|]*\|$", page, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    settings = {name.upper() for name in Settings.model_fields}
    assert len(documented & settings) > 30
    assert {
        name
        for name in (documented & settings) - NO_PARAMETER
        if name.title().replace("_", "") not in template["Parameters"]
    } == set()


def test_settings_are_refused_before_the_schema_or_a_function_is_touched(resources: Resources) -> None:
    assert resources["Settings"]["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["Migrator", "Arn"]}
    assert resources["Schema"]["DependsOn"] == "Settings"


def test_the_default_settings_fit_each_other(defaults: dict[str, str]) -> None:
    check_deployment(defaults)


def test_exactly_the_schedules_are_refused_of_which_a_run_could_pass_midnight(
    template: Template, defaults: dict[str, str]
) -> None:
    timeouts = template["Parameters"]["CrawlBatchTimeout"]["AllowedValues"]
    for timeout, hour, minute in itertools.product(timeouts, range(19, 24), (0, 1, 30, 45, 46, 55, 56, 59)):
        chosen = {
            **defaults,
            "CRAWL_BATCH_TIMEOUT": str(timeout),
            "CRAWL_SCHEDULE_HOUR": str(hour),
            "CRAWL_SCHEDULE_MINUTE": str(minute),
        }
        ends = hour * 3600 + minute * 60 + timeout
        assert is_refused(chosen) is (ends > 86_400), (hour, minute, timeout)


@pytest.mark.parametrize("hour", range(24))
def test_a_run_of_the_default_length_may_start_at_every_full_hour(defaults: dict[str, str], hour: int) -> None:
    check_deployment({**defaults, "CRAWL_SCHEDULE_HOUR": str(hour)})


def test_no_pause_is_taken_that_leaves_a_page_no_time(template: Template, defaults: dict[str, str]) -> None:
    timeouts = template["Parameters"]["CrawlerTimeoutSeconds"]["AllowedValues"]
    longest = template["Parameters"]["CrawlDelaySeconds"]["MaxValue"]
    shallow = {"CRAWL_LIST_DEPTH": "70", "CRAWL_TAB_DEPTH": "30"}
    for timeout, delay in itertools.product(timeouts, range(longest + 1)):
        chosen = {**defaults, **shallow, "CRAWLER_TIMEOUT_SECONDS": str(timeout), "CRAWL_DELAY_SECONDS": str(delay)}
        left = (timeout - START_SECONDS - SAVE_SECONDS - 2 * 1.25 * delay) / 2
        assert is_refused(chosen) is (left < MIN_PAGE_TIMEOUT_SECONDS), (timeout, delay)


@pytest.mark.parametrize(
    ("chosen", "refused"),
    [
        ({"CRAWL_DELAY_SECONDS": "2"}, False),
        ({"CRAWL_DELAY_SECONDS": "9"}, False),
        ({"CRAWL_DELAY_SECONDS": "10"}, True),
        ({"CRAWL_DELAY_SECONDS": "10", "CRAWL_LIST_DEPTH": "280"}, False),
        ({"CRAWL_DELAY_SECONDS": "10", "CRAWLER_TIMEOUT_SECONDS": "90"}, False),
        ({"CRAWL_DELAY_SECONDS": "2", "CRAWL_TAB_DEPTH": "1000"}, True),
        ({"CRAWL_DELAY_SECONDS": "0", "CRAWLER_TIMEOUT_SECONDS": "15"}, False),
        ({"CIRCUIT_PAUSE_SECONDS": "901"}, True),
        ({"CIRCUIT_PAUSE_SECONDS": "901", "CIRCUIT_MAX_PAUSE_SECONDS": "901"}, False),
    ],
)
def test_what_can_never_be_kept_to_is_refused(
    *, defaults: dict[str, str], chosen: dict[str, str], refused: bool
) -> None:
    assert is_refused({**defaults, **chosen}) is refused


def test_the_template_itself_refuses_only_what_takes_no_arithmetic(template: Template) -> None:
    assert list(template["Rules"]) == ["SubnetsNeedSecurityGroups", "DomainNeedsCertificate"]
