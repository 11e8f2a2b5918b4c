from typing import Any

from sunwi.domain.watch import CHECK_MARGIN, CLOSE_GRACE
from tests.unit.template.test_template_permissions import as_list, by_sid

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]


def test_the_watchdog_is_woken_each_hour_at_the_minute_of_the_run(resources: Resources) -> None:
    # Which of these hours is one of a look: tests/unit/domain/test_check_times.py, for every hour and batch timeout.
    expression = resources["WatchSchedule"]["Properties"]["ScheduleExpression"]
    assert expression == {"Fn::Sub": "cron(${CrawlScheduleMinute} * * * ? *)"}


def test_the_watchdog_knows_all_that_its_looks_depend_on(template: Template, resources: Resources) -> None:
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    variables = {**shared, **resources["Watchdog"]["Properties"]["Environment"]["Variables"]}
    for name in ("CRAWL_SCHEDULE_HOUR", "CRAWL_SCHEDULE_MINUTE", "CRAWL_BATCH_TIMEOUT", "WATCHDOG_CUTOFF_HOUR"):
        assert variables[name] == {"Ref": name.title().replace("_", "")}


def test_no_table_says_when_the_watchdog_looks(template: Template) -> None:
    assert not [name for name in template["Mappings"] if name.startswith("Watch")]


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
        "SeeSchedules": ["scheduler:GetSchedule"],
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
