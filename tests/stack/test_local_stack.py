import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.stack import FunctionName, LocalStack, wait_for
from infra.local.stack.localise import ENCRYPTED_TRANSPORT, ROOT, read_template

PROBE = Path(__file__).with_name("probe.py")
HANDLERS = {
    "Dispatcher": "dispatcher",
    "Crawler": "crawler",
    "RunMonitor": "run_monitor",
    "Watchdog": "watchdog",
    "Migrator": "migrator",
    "Worker": "worker",
    "Tender": "tender",
    "Notifier": "notifier",
    "Api": "api",
    "Live": "live",
}
#: Roles of jobs: whose function is asked, what it calls, and whether it may.
OF_JOBS = [
    ("Worker", "files", "results/1/1/rank.json", True),
    ("Worker", "files", "backups/daily/1", False),
    ("Worker", "files", "uploads/1", False),
    ("Worker", "evidence", "readings/1", False),
    ("WorkerCore", "files", "results/1/1/rows.json", True),
    ("WorkerCore", "evidence", "readings/1", False),
    ("Tender", "files", "results/1/1/rank.json", False),
]


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("functions")
    for package in HANDLERS.values():
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        shutil.copy(PROBE, folder / package / "handler.py")
    return folder


@pytest.fixture(scope="module")
def stack(probes: Path) -> Iterator[LocalStack]:
    with LocalStack(wait_scale=0) as stack:
        stack.deploy(functions=probes, parameters={"CrawlScheduleHour": 3, "CrawlScheduleMinute": 30})
        yield stack


def lines(stack: LocalStack, function: FunctionName) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stack.function_logs(function) if line.startswith("{")]


def invoke(stack: LocalStack, function_name: str, order: dict[str, Any]) -> str:
    answer = stack.client("lambda").invoke(FunctionName=function_name, Payload=json.dumps(order))
    return answer["Payload"].read().decode()


def send(stack: LocalStack, *orders: dict[str, Any]) -> list[str]:
    sqs = stack.client("sqs")
    return [
        sqs.send_message(QueueUrl=stack.outputs.crawl_queue_url, MessageBody=json.dumps(order))["MessageId"]
        for order in orders
    ]


def receives(stack: LocalStack, message_id: str) -> list[dict[str, Any]]:
    records = [
        {**line, **line["event"]["Records"][0]}
        for line in lines(stack, "Crawler")
        if "Records" in line.get("event", {})
    ]
    return [record for record in records if record["messageId"] == message_id]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_everything_in_the_template_is_deployed_but_what_was_not_asked_for(stack: LocalStack) -> None:
    deployed = {
        resource["LogicalResourceId"]
        for resource in stack.client("cloudformation").describe_stack_resources(StackName="sunwi")["StackResources"]
        if resource["ResourceStatus"] == "CREATE_COMPLETE"
    }
    resources = read_template()["Resources"]
    of_mail = {name for name, item in resources.items() if item.get("Condition") in {"SendsMail", "MakesMailIdentity"}}
    assert set(resources) - deployed == {
        *of_mail,
        "VpcAccess",
        "DatabaseLogin",
        "AlarmSubscription",
        *ENCRYPTED_TRANSPORT,
    }
    assert {"CrawlerCrawl", "CrawlerExpress", "DispatcherEventInvokeConfig"} <= deployed


def test_the_rule_fires_at_the_utc_time_of_the_korean_schedule_and_targets_the_dispatcher(stack: LocalStack) -> None:
    events = stack.client("events")
    rule = events.describe_rule(Name=stack.outputs.schedule_rule_name)
    (target,) = events.list_targets_by_rule(Rule=stack.outputs.schedule_rule_name)["Targets"]
    assert rule["ScheduleExpression"] == "cron(30 18 * * ? *)"
    assert target["Arn"].endswith(f":function:{stack.outputs.dispatcher_function_name}")


def test_the_queues_have_the_numbers_of_the_default_parameters(stack: LocalStack) -> None:
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs.crawl_queue_url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
    )["Attributes"]
    assert attributes["VisibilityTimeout"] == "360"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": stack.outputs.crawl_dead_letter_queue_arn,
        "maxReceiveCount": 15,
    }


def test_a_fired_schedule_reaches_the_dispatcher_as_an_event_of_its_own_rule(stack: LocalStack) -> None:
    event_id = stack.fire_schedule(datetime(2026, 1, 1, 16, 0, tzinfo=UTC))

    def received() -> list[dict[str, Any]]:
        return [line["event"] for line in lines(stack, "Dispatcher") if line.get("event", {}).get("id") == event_id]

    (event,) = wait_for("scheduled event", received)
    assert event["time"] == "2026-01-01T16:00:00Z"
    assert event["resources"] == [stack.outputs.schedule_rule_arn]
    assert event["detail-type"] == "Scheduled Event"


def test_an_event_that_the_dispatcher_fails_three_times_is_kept_with_its_error(stack: LocalStack) -> None:
    stack.client("lambda").invoke(
        FunctionName=stack.outputs.dispatcher_function_name, InvocationType="Event", Payload='{"raise": "no database"}'
    )
    sqs, url = stack.client("sqs"), stack.outputs.dispatcher_failure_queue_url
    (message,) = wait_for("failed event", lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    kept = json.loads(message["Body"])
    assert kept["requestPayload"] == {"raise": "no database"}
    assert kept["requestContext"]["approximateInvokeCount"] == 3


def test_a_role_without_its_permission_is_denied(stack: LocalStack) -> None:
    iam, role = stack.client("iam"), role_of(stack, stack.outputs.dispatcher_function_name)
    order = {
        "call": [
            "sqs",
            "send_message_batch",
            {
                "QueueUrl": stack.outputs.express_queue_url,
                "Entries": [{"Id": "1", "MessageBody": "{}"}],
            },
        ]
    }
    assert "Successful" in invoke(stack, stack.outputs.dispatcher_function_name, order)
    document = iam.get_role_policy(RoleName=role, PolicyName="dispatcher")["PolicyDocument"]
    iam.delete_role_policy(RoleName=role, PolicyName="dispatcher")
    try:
        assert "AccessDenied" in invoke(stack, stack.outputs.dispatcher_function_name, order)
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="dispatcher", PolicyDocument=json.dumps(document))
    assert "Successful" in invoke(stack, stack.outputs.dispatcher_function_name, order)


def role_of(stack: LocalStack, function_name: str) -> str:
    config = stack.client("lambda").get_function_configuration(FunctionName=function_name)
    return config["Role"].rsplit("/", 1)[-1]


@pytest.mark.parametrize(("function", "bucket", "key", "may"), OF_JOBS)
def test_functions_of_jobs_write_where_they_have_business_and_nowhere_else(
    *, stack: LocalStack, function: str, bucket: str, key: str, may: bool
) -> None:
    name = getattr(stack.outputs, f"{bucket}_bucket_name")
    order = {"call": ["s3", "put_object", {"Bucket": name, "Key": key, "Body": "{}"}]}
    answer = invoke(stack, function_name(stack, function), order)
    assert ("AccessDenied" not in answer) is may, answer


@pytest.mark.parametrize(
    ("function", "operation", "may"),
    [
        ("Migrator", "create_schedule", True),
        ("Migrator", "update_schedule", False),
        ("Migrator", "delete_schedule", False),
        ("Watchdog", "get_schedule", True),
        ("Watchdog", "create_schedule", False),
        ("Watchdog", "delete_schedule", False),
        ("Tender", "get_schedule", False),
        ("WorkerCore", "create_schedule", False),
    ],
)
def test_schedules_are_created_by_the_migrator_seen_by_the_watchdog_and_changed_by_no_function(
    *, stack: LocalStack, function: str, operation: str, may: bool
) -> None:
    schedule = {"Name": f"of-{function.lower()}", "GroupName": stack.outputs.schedule_group_name}
    target = {"Arn": stack.outputs.schedules_queue_arn, "RoleArn": stack.outputs.schedule_role_arn}
    when = {"ScheduleExpression": "at(2999-01-01T00:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    whole = {**schedule, **when} if operation in {"create_schedule", "update_schedule"} else schedule
    answer = invoke(stack, function_name(stack, function), {"call": ["scheduler", operation, whole]})
    assert ("AccessDenied" not in answer) is may, answer


@pytest.mark.parametrize(("function", "may"), [("Worker", False), ("WorkerCore", True), ("Tender", False)])
def test_the_tender_is_nudged_by_what_has_no_browser_alone(*, stack: LocalStack, function: str, may: bool) -> None:
    nudge = {"FunctionName": stack.outputs.tender_function_name, "InvocationType": "Event", "Payload": "{}"}
    answer = invoke(stack, function_name(stack, function), {"call": ["lambda", "invoke", nudge]})
    assert ("AccessDenied" not in answer) is may, answer


@pytest.mark.parametrize(
    ("function", "machine", "may"),
    [
        ("Tender", "job_state_machine_arn", True),
        ("Tender", "state_machine_arn", False),
        ("WorkerCore", "state_machine_arn", True),
        ("WorkerCore", "job_state_machine_arn", False),
        ("Worker", "job_state_machine_arn", False),
    ],
)
def test_attempts_are_started_by_the_tender_and_runs_by_what_has_no_browser(
    *, stack: LocalStack, function: str, machine: str, may: bool
) -> None:
    start = {"stateMachineArn": getattr(stack.outputs, machine), "input": "{}"}
    answer = invoke(stack, function_name(stack, function), {"call": ["stepfunctions", "start_execution", start]})
    assert ("AccessDenied" not in answer) is may, answer


def function_name(stack: LocalStack, function: str) -> str:
    names = {"Worker": "worker_function_name", "WorkerCore": "worker_core_function_name"}
    return str(getattr(stack.outputs, names.get(function, f"{function.lower()}_function_name")))


@pytest.mark.parametrize("queue", ["crawl_queue_url", "crawl_dead_letter_queue_url"])
def test_the_crawler_is_not_allowed_to_send(stack: LocalStack, queue: str) -> None:
    order = {"call": ["sqs", "send_message", {"QueueUrl": getattr(stack.outputs, queue), "MessageBody": "{}"}]}
    assert "AccessDenied" in invoke(stack, stack.outputs.crawler_function_name, order)


def test_a_function_reads_the_database_secret_and_no_other(stack: LocalStack) -> None:
    secrets = stack.client("secretsmanager")
    secrets.create_secret(Name="of-somebody-else", SecretString="{}")
    answers = {
        name: invoke(
            stack,
            stack.outputs.run_monitor_function_name,
            {"call": ["secretsmanager", "get_secret_value", {"SecretId": name}]},
        )
        for name in ("sunwi/database", "of-somebody-else")
    }
    assert json.loads(answers["sunwi/database"])["SecretString"] == "{}"
    assert "AccessDenied" in answers["of-somebody-else"]


def test_messages_are_handled_one_after_the_other_by_one_process(stack: LocalStack) -> None:
    ids = send(stack, *({"number": number} for number in range(20)))
    wait_for("20 messages", lambda: all(receives(stack, message_id) for message_id in ids))
    handled = [record for message_id in ids for record in receives(stack, message_id)]
    assert len(handled) == 20
    assert len({record["pid"] for record in handled}) == 1


def test_a_message_that_keeps_failing_is_moved_by_the_queue_itself(stack: LocalStack) -> None:
    (message_id,) = send(stack, {"hide_seconds": 0})
    sqs, url = stack.client("sqs"), stack.outputs.crawl_dead_letter_queue_url

    def dead_letters() -> Any:
        return sqs.receive_message(
            QueueUrl=url, VisibilityTimeout=0, MessageSystemAttributeNames=["DeadLetterQueueSourceArn"]
        ).get("Messages")

    (message,) = wait_for("dead letter", dead_letters)
    assert message["MessageId"] == message_id
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == stack.outputs.crawl_queue_arn
    assert len(receives(stack, message_id)) == 15


def test_a_redriven_message_is_a_new_one(stack: LocalStack) -> None:
    sqs = stack.client("sqs")
    sqs.send_message(QueueUrl=stack.outputs.express_dead_letter_queue_url, MessageBody='{"redriven": true}')
    assert stack.redrive("Express") == 1

    def arrived() -> list[dict[str, Any]]:
        records = [
            line["event"]["Records"][0] for line in lines(stack, "Crawler") if "Records" in line.get("event", {})
        ]
        return [record for record in records if record["body"] == '{"redriven": true}']

    (record,) = wait_for("redriven message", arrived)
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["eventSourceARN"] == stack.outputs.express_queue_arn


def test_a_function_that_hangs_is_ended_with_everything_it_started(stack: LocalStack) -> None:
    functions = stack.client("lambda")
    functions.update_function_configuration(FunctionName=stack.outputs.run_monitor_function_name, Timeout=1)
    try:
        answer = invoke(stack, stack.outputs.run_monitor_function_name, {"spawn": True, "hang": True})
    finally:
        functions.update_function_configuration(FunctionName=stack.outputs.run_monitor_function_name, Timeout=60)
    assert "Task timed out" in answer
    (child,) = [line["child"] for line in lines(stack, "RunMonitor") if "child" in line]
    wait_for("end of the orphan", lambda: not is_alive(child))


def run_to_end(stack: LocalStack, run_id: str) -> Any:
    states = stack.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=stack.outputs.state_machine_arn, name=run_id, input=json.dumps({"run_id": run_id})
    )["executionArn"]

    def ended() -> Any:
        description = states.describe_execution(executionArn=execution)
        return description if description["status"] != "RUNNING" else None

    return wait_for("end of the execution", ended)


def actions(stack: LocalStack, run_id: str) -> list[str]:
    events = [line["event"] for line in lines(stack, "RunMonitor") if "event" in line]
    return [event["action"] for event in events if event.get("run_id") == run_id]


def test_the_state_machine_checks_until_the_run_is_done_and_then_summarises(stack: LocalStack) -> None:
    assert run_to_end(stack, "run-1")["status"] == "SUCCEEDED"
    assert actions(stack, "run-1") == ["check", "check", "check", "summarise"]


def definition() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((ROOT / "infra/statemachine/run.asl.json").read_text())
    return parsed


def test_a_run_that_cannot_be_checked_is_recorded_as_failed_and_fails_the_execution(stack: LocalStack) -> None:
    execution = run_to_end(stack, "lost-1")
    assert (execution["status"], execution["error"]) == ("FAILED", "RunFailed")
    assert "lost-1 is lost" in execution["cause"]
    retries = max(retry["MaxAttempts"] for retry in definition()["States"]["CheckRun"]["Retry"])
    assert actions(stack, "lost-1") == ["check"] * (retries + 1) + ["fail"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"CrawlScheduleHour": 24},
        {"CrawlScheduleMinute": 60},
        {"CrawlerTimeoutSeconds": 61},
    ],
)
def test_parameters_that_could_not_work_are_refused_at_the_deploy(
    stack: LocalStack, probes: Path, parameters: dict[str, int]
) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        stack.deploy(functions=probes, parameters=parameters, name="refused")


def test_a_stopped_stack_leaves_no_process_and_no_file(probes: Path) -> None:
    with LocalStack() as stack:
        stack.deploy(functions=probes)
        invoke(stack, stack.outputs.run_monitor_function_name, {"spawn": True})
        told = lines(stack, "RunMonitor")
        pids = [line.get("pid") or line["child"] for line in told]
        folder = stack.folder
        assert [is_alive(pid) for pid in pids] == [True, True]
        assert folder.exists()
    assert [is_alive(pid) for pid in pids] == [False, False]
    assert not folder.exists()


def test_a_stack_ends_when_the_process_that_started_it_is_killed() -> None:
    program = (
        "from infra.local.stack import LocalStack; s = LocalStack(); s.start(); print(s.folder, flush=True); input()"
    )
    with subprocess.Popen(  # noqa: S603 - fixed words
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        assert folder.is_dir()
        starter.send_signal(signal.SIGKILL)
    wait_for("end of the stack", lambda: not folder.exists())
