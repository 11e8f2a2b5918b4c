"""What browsers and programs reach Sunwi by, and what stands behind it."""

import json
import re
from typing import Any

import pytest

from sunwi.domain.connection_sum import TENDERS
from sunwi.settings import Settings
from tests.unit.template.cloudformation_rules import refusals
from tests.unit.template.test_template_permissions import as_list, by_sid

Resources = dict[str, dict[str, Any]]
Template = dict[str, Any]

#: What each of both roles may do, and with what.
ALLOWED = {
    "ApiRole": {
        "WriteOwnLogs": "ApiLogGroup",
        "ReadDatabaseSecret": "DatabaseSecretArn",
        "ReadFiles": "FilesBucket EvidenceBucket",
        "TakeUploads": "FilesBucket",
        "NudgeTender": "Tender",
        "SendTrackings": "CrawlQueue ExpressQueue",
        "WatchRun": "RunStateMachine",
        "SeeWhetherRunIsWatched": "RunStateMachine",
        "SeeQueues": "CrawlQueue ExpressQueue",
        "RedriveDeadLetters": "CrawlDeadLetterQueue ExpressDeadLetterQueue",
        "ChangeSchedules": "ScheduleGroup",
        "LetSchedulesSend": "ScheduleRole",
        "InvitePeople": "UserPool",
        "TellWatchers": "LiveDoor",
    },
    "LiveRole": {"WriteOwnLogs": "LiveLogGroup", "ReadDatabaseSecret": "DatabaseSecretArn", "TellWatchers": "LiveDoor"},
}
ADDRESS = {
    "Fn::If": [
        "HasPublicAddress",
        {"Ref": "PublicAddress"},
        {
            "Fn::If": [
                "HasDomain",
                {"Fn::Sub": "https://${DomainName}"},
                {"Fn::Sub": "https://${FrontDoor}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
            ]
        },
    ]
}


def names_in(node: object) -> set[str]:
    """Return the resources and parameters that a part of the template refers to."""
    text = json.dumps(node)
    found = re.findall(r'"(?:Ref|DependsOn)": "([^"]+)"|"Fn::GetAtt": \["([^"]+)"|\$\{([A-Za-z]+)[.}]', text)
    return {name for each in found for name in each if name}


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_each_role_reaches_what_its_function_needs_and_no_more(resources: Resources, role: str) -> None:
    allowed = {sid: statement["Resource"] for sid, statement in by_sid(resources, role).items()}
    assert set(allowed) == set(ALLOWED[role])
    for sid, names in ALLOWED[role].items():
        assert names_in(as_list(allowed[sid])) == set(names.split()), sid


def test_nothing_refers_in_a_circle(resources: Resources) -> None:
    refers = {name: names_in(item) & set(resources) - {name} for name, item in resources.items()}
    while leaves := {name for name, others in refers.items() if not others}:
        refers = {name: others - leaves for name, others in refers.items() if name not in leaves}
    assert refers == {}


def test_each_function_has_as_many_environments_as_its_parameter_says(functions: Resources) -> None:
    reserved = {
        name: item["Properties"]["ReservedConcurrentExecutions"]
        for name, item in functions.items()
        if "ReservedConcurrentExecutions" in item["Properties"]
    }
    assert reserved == {
        "Api": {"Ref": "ApiConcurrency"},
        "Live": {"Ref": "LiveConcurrency"},
        "Crawler": {"Ref": "CrawlerConcurrency"},
        "Tender": TENDERS,
    }


def test_people_come_back_from_cognito_to_where_they_have_left(resources: Resources) -> None:
    client = resources["SignInClient"]["Properties"]
    for function in ("Api", "Live", "Notifier"):
        assert resources[function]["Properties"]["Environment"]["Variables"]["PUBLIC_ADDRESS"] == ADDRESS
    for urls, path in (("CallbackURLs", "/signed-in"), ("LogoutURLs", "/signed-out")):
        (url,) = client[urls]
        texts = re.findall(r'"Fn::Sub": "([^"]+)"', json.dumps(url))
        assert texts == [
            f"${{PublicAddress}}{path}",
            f"https://${{DomainName}}{path}",
            f"https://${{FrontDoor}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}{path}",
        ]


def test_the_client_has_no_secret_and_knows_the_code_flow_alone(resources: Resources) -> None:
    client = resources["SignInClient"]["Properties"]
    assert client["GenerateSecret"] is False
    assert (client["AllowedOAuthFlows"], client["AllowedOAuthScopes"]) == (["code"], ["openid", "email"])
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_nobody_registers_by_themselves(resources: Resources) -> None:
    pool = resources["UserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["UsernameAttributes"], pool["MfaConfiguration"]) == (["email"], "OPTIONAL")
    assert resources["UserPool"]["DeletionPolicy"] == "Retain"


def test_the_korean_pages_are_made_only_where_there_are_managed_ones(template: Template, resources: Resources) -> None:
    assert resources["SignInBranding"]["Condition"] == "HasManagedSignIn"
    assert resources["SignInDomain"]["Properties"]["ManagedLoginVersion"] == {"Fn::If": ["HasManagedSignIn", 2, 1]}
    assert template["Parameters"]["SignInPages"]["Default"] == Settings().sign_in_pages == "managed"


def test_a_line_of_the_access_log_has_neither_address_nor_query_nor_sender(resources: Resources) -> None:
    line = json.loads(resources["FrontDoorStage"]["Properties"]["AccessLogSettings"]["Format"])
    assert set(line) == {"request_id", "time", "method", "status", "bytes", "ms", "error"}
    told = " ".join(line.values())
    assert not re.search(r"path|uri|query|ip|header|authorizer", told, re.IGNORECASE)


def test_both_doors_are_throttled_and_invoke_their_own_function_alone(resources: Resources) -> None:
    for stage, most in (("FrontDoorStage", 50), ("LiveStage", 20)):
        assert resources[stage]["Properties"]["DefaultRouteSettings"]["ThrottlingRateLimit"] == most
    for permission, function, door in (
        ("FrontDoorPermission", "Api", "FrontDoor"),
        ("LivePermission", "Live", "LiveDoor"),
    ):
        properties = resources[permission]["Properties"]
        assert (properties["FunctionName"], properties["Principal"]) == ({"Ref": function}, "apigateway.amazonaws.com")
        assert f":${{{door}}}/" in properties["SourceArn"]["Fn::Sub"]


def test_a_request_ends_before_the_gateway_gives_it_up(resources: Resources) -> None:
    gateway = resources["FrontDoorIntegration"]["Properties"]["TimeoutInMillis"]
    assert resources["Api"]["Properties"]["Timeout"] * 1000 < gateway <= 30_000


def test_a_domain_of_ones_own_needs_its_certificate(template: Template) -> None:
    given = {"VpcSubnetIds": "", "DomainName": "sunwi.example.com"}
    assert len(refusals(template, given)) == 1
    certificate = "arn:aws:acm:ap-northeast-2:123456789012:certificate/a"
    assert refusals(template, {**given, "CertificateArn": certificate}) == []


@pytest.mark.parametrize(
    ("name", "metric", "of", "threshold"),
    [
        ("ApiErrorAlarm", "5xx", "FrontDoor", 5),
        ("ApiThrottleAlarm", "Throttles", "Api", 0),
        ("LiveErrorAlarm", "Errors", "Live", 0),
        ("LiveThrottleAlarm", "Throttles", "Live", 0),
    ],
)
def test_failures_and_throttles_raise_alarms(
    *, resources: Resources, name: str, metric: str, of: str, threshold: int
) -> None:
    alarm = resources[name]["Properties"]
    (dimension,) = alarm["Dimensions"]
    assert (alarm["MetricName"], dimension["Value"], alarm["Threshold"]) == (metric, {"Ref": of}, threshold)
