import inspect
from typing import Any

import pytest

from sunwi.domain import job_health
from sunwi.domain.job_health import MOSTLY_FAILING_SHARE
from sunwi.domain.recognition import BLOCKED_ALARM_SHARE, LAYOUT_ALARM_SHARE
from sunwi.service.jobs import publish_job_figures
from sunwi.service.pages.publish_recognition import WORST

CRITICAL_WAIT = job_health.CRITICAL_WAIT.total_seconds()
AT_MAXIMUM_FOR = job_health.AT_MAXIMUM_FOR.total_seconds()

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def alarms(resources: Resources) -> Resources:
    return {
        name.removesuffix("Alarm"): item["Properties"]
        for name, item in resources.items()
        if item["Type"] == "AWS::CloudWatch::Alarm"
    }


def watched(alarm: dict[str, Any]) -> tuple[str, object]:
    dimension: dict[str, object] = next(iter(alarm.get("Dimensions", [])), {})
    return alarm["MetricName"], dimension.get("Value")


@pytest.mark.parametrize(
    "queue",
    [
        "CrawlDeadLetterQueue",
        "ExpressDeadLetterQueue",
        "SchedulesDeadLetterQueue",
        "NoticesDeadLetterQueue",
        "DispatcherFailureQueue",
        "CanaryFailureQueue",
        "WatchdogFailureQueue",
        "NotifierFailureQueue",
    ],
)
def test_a_message_in_a_queue_that_should_be_empty_raises_an_alarm(alarms: Resources, queue: str) -> None:
    visible = ("ApproximateNumberOfMessagesVisible", {"Fn::GetAtt": [queue, "QueueName"]})
    assert [alarm["Threshold"] for alarm in alarms.values() if watched(alarm) == visible] == [0]


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_a_run_that_does_not_end_well_raises_an_alarm(alarms: Resources, metric: str) -> None:
    assert (metric, {"Ref": "RunStateMachine"}) in [watched(alarm) for alarm in alarms.values()]


@pytest.mark.parametrize("queue", ["CrawlQueue", "ExpressQueue"])
def test_a_message_older_than_its_run_raises_an_alarm(alarms: Resources, queue: str) -> None:
    alarm = alarms[f"{queue}Age"]
    assert watched(alarm) == ("ApproximateAgeOfOldestMessage", {"Fn::GetAtt": [queue, "QueueName"]})
    assert alarm["Threshold"] == {
        "Fn::FindInMap": ["OldestMessage", {"Ref": "CrawlBatchTimeout"}, {"Ref": "CrawlerTimeoutSeconds"}]
    }


def test_a_surface_that_refuses_for_ten_minutes_raises_an_alarm(alarms: Resources) -> None:
    alarm = alarms["CircuitOpen"]
    assert watched(alarm) == ("CircuitOpenSeconds", WORST)
    assert alarm["Namespace"] == alarms["Blocked"]["Namespace"]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 600)


def test_a_page_on_which_a_reader_fails_raises_an_alarm(alarms: Resources) -> None:
    alarm = alarms["ReaderError"]
    assert watched(alarm) == ("ReaderErrors", WORST)
    assert alarm["Namespace"] == alarms["Blocked"]["Namespace"]
    told = (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"])
    assert told == ("Sum", 1, "GreaterThanOrEqualToThreshold")


def test_throttles_are_watched_where_they_are_no_part_of_the_plan(alarms: Resources) -> None:
    throttled = [watched(alarm)[1] for alarm in alarms.values() if alarm["MetricName"] == "Throttles"]
    assert throttled == [{"Ref": "Dispatcher"}, {"Ref": "RunMonitor"}, {"Ref": "Api"}, {"Ref": "Live"}]


def test_every_alarm_goes_to_the_one_topic(alarms: Resources) -> None:
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["AlarmDescription"], name


@pytest.mark.parametrize(
    ("name", "metric", "comparison", "threshold"),
    [
        ("Layout", "RecognisedShare", "LessThanThreshold", LAYOUT_ALARM_SHARE),
        ("Blocked", "BlockedShare", "GreaterThanThreshold", BLOCKED_ALARM_SHARE),
        ("CanaryRecognition", "CanaryRecognisedShare", "LessThanThreshold", {"Ref": "CanaryThreshold"}),
        ("CanaryWarning", "CanaryWarnings", "GreaterThanThreshold", 0),
    ],
)
def test_what_the_functions_publish_raises_an_alarm_each(
    *, alarms: Resources, resources: Resources, name: str, metric: str, comparison: str, threshold: object
) -> None:
    alarm = alarms[name]
    assert watched(alarm) == (metric, WORST)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == (comparison, threshold)
    assert alarm["Statistic"] == {"LessThanThreshold": "Minimum", "GreaterThanThreshold": "Maximum"}[comparison]
    for function in ("RunMonitor", "Canary"):
        variables = resources[function]["Properties"]["Environment"]["Variables"]
        assert alarm["Namespace"] == variables["METRICS_NAMESPACE"]


def test_a_canary_that_fails_raises_an_alarm(alarms: Resources) -> None:
    assert watched(alarms["CanaryError"]) == ("Errors", {"Ref": "Canary"})


def test_silence_is_an_alarm_of_the_watchdog_and_of_the_tender(alarms: Resources) -> None:
    silent = {name for name, alarm in alarms.items() if alarm["TreatMissingData"] == "breaching"}
    assert silent == {"WatchdogSilent", "TenderSilent"}
    assert {alarm["TreatMissingData"] for alarm in alarms.values()} == {"breaching", "notBreaching"}


def test_a_day_without_a_look_of_the_watchdog_raises_an_alarm(alarms: Resources, resources: Resources) -> None:
    alarm = alarms["WatchdogSilent"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"]) == ("WatchdogLooks", "Sum", 86_400)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["Namespace"] == resources["Watchdog"]["Properties"]["Environment"]["Variables"]["METRICS_NAMESPACE"]
    assert "Dimensions" not in alarm


@pytest.mark.parametrize(
    ("name", "metric", "seconds", "told"),
    [
        ("CriticalJobWaits", "JobsOldestCriticalSeconds", 120, ("Maximum", "GreaterThanThreshold", CRITICAL_WAIT)),
        ("PoolAtMaximum", "PoolAtMaximum", AT_MAXIMUM_FOR, ("Minimum", "GreaterThanOrEqualToThreshold", 1)),
        ("JobFailure", "JobsFailureRate", 600, ("Maximum", "GreaterThanOrEqualToThreshold", MOSTLY_FAILING_SHARE)),
        ("PoolPaused", "PoolPaused", 60, ("Maximum", "GreaterThanOrEqualToThreshold", 1)),
        ("TenderSilent", "TenderTicks", 600, ("Sum", "LessThanThreshold", 1)),
    ],
)
def test_what_the_tender_publishes_raises_an_alarm_each(
    *, alarms: Resources, name: str, metric: str, seconds: float, told: tuple[str, str, float]
) -> None:
    alarm = alarms[name]
    assert alarm["MetricName"] == metric
    assert alarm["Period"] * alarm["EvaluationPeriods"] == seconds
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == told
    assert alarm["Namespace"] == alarms["WatchdogSilent"]["Namespace"]
    assert "Dimensions" not in alarm


def test_every_figure_of_jobs_that_an_alarm_watches_is_published(alarms: Resources) -> None:
    watched_figures = {
        alarm["MetricName"]
        for name, alarm in alarms.items()
        if name in {"CriticalJobWaits", "PoolAtMaximum", "JobFailure", "PoolPaused", "TenderSilent"}
    }
    source = inspect.getsource(publish_job_figures)
    assert all(f'"{metric}"' in source for metric in watched_figures)


def test_every_alarm_names_the_deployment_that_it_is_of(alarms: Resources, resources: Resources) -> None:
    for name, alarm in alarms.items():
        assert alarm["AlarmDescription"]["Fn::Sub"].startswith("${EnvironmentName}: "), name
    assert resources["AlarmTopic"]["Properties"]["DisplayName"] == {"Fn::Sub": "Sunwi ${EnvironmentName}"}


def test_whoever_is_named_gets_the_topics_messages(resources: Resources) -> None:
    assert resources["AlarmSubscription"]["Condition"] == "HasAlarmEmail"
    assert resources["AlarmSubscription"]["Properties"] == {
        "TopicArn": {"Ref": "AlarmTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlarmEmail"},
    }
    assert "Condition" not in resources["AlarmTopic"]
