from typing import Any

import pytest

from sunwi.adapters.aws.evidence import FAILURES_PREFIX

Resources = dict[str, dict[str, Any]]
Statement = dict[str, Any]

#: Calls that AWS authorises for no resource in particular.
WITHOUT_RESOURCE = {"DeliverLogs", "PlaceFunctionsInVpc", "SeeAccountLimit"}


def statements(resource: dict[str, Any]) -> list[Statement]:
    properties = resource["Properties"]
    # A user pool has policies of its own, of passwords.
    policies = properties.get("Policies", []) if resource["Type"].startswith("AWS::IAM::") else []
    documents = [policy["PolicyDocument"] for policy in policies]
    if "PolicyDocument" in properties:
        documents.append(properties["PolicyDocument"])
    return [statement for document in documents for statement in document["Statement"]]


def by_sid(resources: Resources, *names: str) -> dict[str, Statement]:
    return {statement["Sid"]: statement for name in names for statement in statements(resources[name])}


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_only_what_has_no_resource_is_allowed_on_all_resources(resources: Resources) -> None:
    wide = {sid for sid, statement in by_sid(resources, *resources).items() if "*" in as_list(statement["Resource"])}
    assert wide == WITHOUT_RESOURCE


def test_every_permission_on_all_resources_is_explained_where_it_is_given(template_text: str) -> None:
    lines = template_text.splitlines()
    for sid in WITHOUT_RESOURCE:
        place = next(index for index, line in enumerate(lines) if line.strip() == f"- Sid: {sid}")
        assert 'AWS takes only "*" here' in lines[place - 1]


def test_no_permission_covers_all_actions_of_a_service(resources: Resources) -> None:
    actions = [
        action
        for statement in by_sid(resources, *resources).values()
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    ]
    assert [action for action in actions if action.endswith(":*") or action == "*"] == []
    assert {action for action in actions if "*" in action} == {"sqs:SendMessage*"}


def test_no_managed_policy_is_attached_but_those_for_a_vpc_and_for_a_login_by_iam(resources: Resources) -> None:
    chosen = [
        {"Fn::If": ["InVpc", {"Ref": "VpcAccess"}, {"Ref": "AWS::NoValue"}]},
        {"Fn::If": ["LogsInByIam", {"Ref": "DatabaseLogin"}, {"Ref": "AWS::NoValue"}]},
    ]
    sends_mail = {"Fn::If": ["SendsMail", {"Ref": "MailSending"}, {"Ref": "AWS::NoValue"}]}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            reads = "ReadDatabaseSecret" in by_sid(resources, name)
            more = [sends_mail] if name == "NotifierRole" else []
            assert resource["Properties"].get("ManagedPolicyArns") == ([*chosen, *more] if reads else None), name
    assert resources["VpcAccess"]["Condition"] == "InVpc"
    assert resources["DatabaseLogin"]["Condition"] == "LogsInByIam"


def test_a_login_by_iam_is_one_to_the_named_user_only(resources: Resources) -> None:
    (statement,) = statements(resources["DatabaseLogin"])
    assert statement["Action"] == "rds-db:connect"
    assert statement["Resource"]["Fn::Sub"].endswith(":dbuser:${DatabaseIamLogin}")


def test_nothing_of_ours_may_send_to_a_dead_letter_queue(resources: Resources) -> None:
    senders = {
        queue["Fn::GetAtt"][0]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Role"
        for statement in by_sid(resources, name).values()
        if any(action.startswith("sqs:SendMessage") for action in as_list(statement["Action"]))
        for queue in as_list(statement["Resource"])
    }
    failures = {f"{name}FailureQueue" for name in ("Dispatcher", "Canary", "Watchdog", "Notifier")}
    # The scheduler leaves what it cannot deliver; no code of ours has its role.
    of_scheduler = {"SchedulesQueue", "SchedulesDeadLetterQueue"}
    assert senders == {"CrawlQueue", "ExpressQueue", "NoticesQueue", *failures, *of_scheduler}


def test_the_crawler_cannot_send_at_all(resources: Resources) -> None:
    actions = [
        action
        for statement in by_sid(resources, "CrawlerRole").values()
        for action in as_list(statement["Action"])
        if action.startswith("sqs:")
    ]
    assert sorted(actions) == [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ]


def test_each_role_writes_to_the_log_group_of_its_own_function_only(resources: Resources, functions: Resources) -> None:
    for name in functions:
        statement = by_sid(resources, f"{name}Role")["WriteOwnLogs"]
        assert statement["Resource"] == {"Fn::GetAtt": [f"{name}LogGroup", "Arn"]}


def test_each_role_is_assumed_by_one_service_only(resources: Resources) -> None:
    trusted = {
        name: resource["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Role"
    }
    assert trusted == {
        "DispatcherRole": {"Service": "lambda.amazonaws.com"},
        "CrawlerRole": {"Service": "lambda.amazonaws.com"},
        "CanaryRole": {"Service": "lambda.amazonaws.com"},
        "RunMonitorRole": {"Service": "lambda.amazonaws.com"},
        "MigratorRole": {"Service": "lambda.amazonaws.com"},
        "WatchdogRole": {"Service": "lambda.amazonaws.com"},
        "WorkerRole": {"Service": "lambda.amazonaws.com"},
        "WorkerCoreRole": {"Service": "lambda.amazonaws.com"},
        "TenderRole": {"Service": "lambda.amazonaws.com"},
        "ScheduleRole": {"Service": "scheduler.amazonaws.com"},
        "NotifierRole": {"Service": "lambda.amazonaws.com"},
        "ApiRole": {"Service": "lambda.amazonaws.com"},
        "LiveRole": {"Service": "lambda.amazonaws.com"},
        "RunStateMachineRole": {"Service": "states.amazonaws.com"},
        "JobStateMachineRole": {"Service": "states.amazonaws.com"},
    }


def test_the_canary_reads_its_secret_and_keeps_what_it_could_not_read_and_no_more(resources: Resources) -> None:
    allowed = {sid: statement["Resource"] for sid, statement in by_sid(resources, "CanaryRole").items()}
    assert allowed == {
        "WriteOwnLogs": {"Fn::GetAtt": ["CanaryLogGroup", "Arn"]},
        "ReadDatabaseSecret": {"Ref": "DatabaseSecretArn"},
        "KeepPages": {"Fn::Sub": f"${{EvidenceBucket.Arn}}/{FAILURES_PREFIX}/*"},
        "LeaveWhatFailed": {"Fn::GetAtt": ["CanaryFailureQueue", "Arn"]},
    }


@pytest.mark.parametrize(
    ("policy", "sid", "rule"),
    [
        ("DispatcherFailureQueuePolicy", "ScheduleMayLeaveWhatItCouldNotDeliver", "CrawlSchedule"),
        ("CanaryFailureQueuePolicy", "CanaryScheduleMayLeaveWhatItCouldNotDeliver", "CanarySchedule"),
        ("WatchdogFailureQueuePolicy", "WatchScheduleMayLeaveWhatItCouldNotDeliver", "WatchSchedule"),
    ],
)
def test_only_its_own_rule_may_leave_events_in_a_failure_queue(
    resources: Resources, policy: str, sid: str, rule: str
) -> None:
    statement = by_sid(resources, policy)[sid]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}


def test_the_dispatcher_starts_the_one_state_machine_of_its_stack(resources: Resources) -> None:
    name = resources["RunStateMachine"]["Properties"]["Name"]
    assert name == {"Fn::Sub": "${AWS::StackName}-run"}
    place = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
    machine = {"Fn::Sub": f"{place}:stateMachine:{name['Fn::Sub']}"}
    allowed = by_sid(resources, "DispatcherRole")
    assert allowed["WatchRun"]["Resource"] == machine
    assert allowed["SeeWhetherRunIsWatched"]["Resource"] == {"Fn::Sub": f"{place}:execution:{name['Fn::Sub']}:*"}
    variables = resources["Dispatcher"]["Properties"]["Environment"]["Variables"]
    assert variables["STATE_MACHINE_ARN"] == machine
