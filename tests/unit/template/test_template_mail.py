"""What sends mails, who may, and how bounces come back."""

import re
from typing import Any

import pytest

from infra.local.stack.localise import Place, localise
from sunwi.settings import Settings
from tests.unit.template.test_template_permissions import by_sid

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

MAIL = {
    "MailConfigurationSet",
    "MailReportPermission",
    "MailReportSubscription",
    "MailReportTopic",
    "MailReportTopicPolicy",
    "MailReports",
    "MailSending",
}
ACCOUNT = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
DOMAIN = {"Fn::Select": [1, {"Fn::Split": ["@", {"Fn::Sub": "${MailSender}@"}]}]}


def test_nothing_of_mail_is_made_without_a_sender(template: Template, resources: Resources) -> None:
    assert {name for name, item in resources.items() if item.get("Condition") == "SendsMail"} == MAIL
    assert resources["MailDomain"]["Condition"] == "MakesMailIdentity"
    assert template["Conditions"]["SendsMail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailSender"}, ""]}]}
    assert template["Conditions"]["MakesMailIdentity"] == {
        "Fn::And": [{"Condition": "SendsMail"}, {"Fn::Equals": [{"Ref": "MailIdentity"}, "create"]}]
    }
    assert template["Parameters"]["MailSender"]["Default"] == ""


def test_the_identity_is_the_senders_domain_and_signs_with_a_long_key(resources: Resources) -> None:
    properties = resources["MailDomain"]["Properties"]
    assert properties["EmailIdentity"] == DOMAIN
    assert properties["DkimAttributes"] == {"SigningEnabled": True}
    assert properties["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}


def test_the_records_of_the_domain_are_outputs(template: Template) -> None:
    for number in (1, 2, 3):
        output = template["Outputs"][f"MailDkimRecord{number}"]
        name, value = (f"${{MailDomain.DkimDNSToken{part}{number}}}" for part in ("Name", "Value"))
        assert output["Value"] == {"Fn::Sub": f"{name} CNAME {value}"}
        assert output["Condition"] == "MakesMailIdentity"


def test_mails_go_from_the_one_address_with_the_one_configuration_set(resources: Resources) -> None:
    statement = by_sid(resources, "MailSending")["SendMails"]
    assert statement["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert statement["Resource"] == [
        {"Fn::Sub": f"{ACCOUNT}:identity/${{MailSender}}"},
        {"Fn::Sub": [f"{ACCOUNT}:identity/${{Domain}}", {"Domain": DOMAIN}]},
        {"Fn::Sub": f"{ACCOUNT}:configuration-set/${{MailConfigurationSet}}"},
    ]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}}


def test_the_notifier_alone_sends_mails_and_gets_their_reports(resources: Resources) -> None:
    attached = {
        name: item["Properties"].get("ManagedPolicyArns", [])
        for name, item in resources.items()
        if item["Type"] == "AWS::IAM::Role"
    }
    sends = {"Fn::If": ["SendsMail", {"Ref": "MailSending"}, {"Ref": "AWS::NoValue"}]}
    assert {name for name, policies in attached.items() if sends in policies} == {"NotifierRole"}
    subscription = resources["MailReportSubscription"]["Properties"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("lambda", {"Fn::GetAtt": ["Notifier", "Arn"]})
    permission = resources["MailReportPermission"]["Properties"]
    assert (permission["Principal"], permission["SourceArn"]) == ("sns.amazonaws.com", {"Ref": "MailReportTopic"})
    variables = resources["Notifier"]["Properties"]["Environment"]["Variables"]
    assert variables["MAIL_SENDER"] == {"Ref": "MailSender"}
    assert variables["MAIL_CONFIGURATION_SET"] == {
        "Fn::If": ["SendsMail", {"Ref": "MailConfigurationSet"}, ""],
    }


def test_bounces_and_complaints_come_by_the_topic_and_nobody_counts_readers(resources: Resources) -> None:
    destination = resources["MailReports"]["Properties"]["EventDestination"]
    assert destination["MatchingEventTypes"] == ["bounce", "complaint"]
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "MailReportTopic"}}
    assert "TrackingOptions" not in resources["MailConfigurationSet"]["Properties"]


def test_only_the_configuration_set_may_report_to_the_topic(resources: Resources) -> None:
    assert resources["MailReportTopicPolicy"]["Properties"]["Topics"] == [{"Ref": "MailReportTopic"}]
    statement = by_sid(resources, "MailReportTopicPolicy")["SesMayReportMails"]
    assert (statement["Principal"], statement["Action"]) == ({"Service": "ses.amazonaws.com"}, "sns:Publish")
    assert statement["Condition"]["ArnEquals"] == {
        "aws:SourceArn": {"Fn::Sub": f"{ACCOUNT}:configuration-set/${{MailConfigurationSet}}"}
    }
    assert resources["MailReports"]["DependsOn"] == "MailReportTopicPolicy"


@pytest.mark.parametrize(
    ("typed", "allowed"),
    [
        ("", True),
        ("notice@agency.co.kr", True),
        ("a.b+c@mail.agency.co.kr", True),
        ("agency.co.kr", False),
        ("notice@agency", False),
        ("Sunwi <notice@agency.co.kr>", False),
        ("a@b.kr, c@d.kr", False),
        ("a@b@c.kr", False),
        ("no tice@agency.co.kr", False),
    ],
)
@pytest.mark.parametrize("parameter", ["MailSender", "MailReplyTo"])
def test_template_and_settings_take_the_same_addresses(
    *, template: Template, parameter: str, typed: str, allowed: bool
) -> None:
    pattern = template["Parameters"][parameter]["AllowedPattern"]
    assert (re.fullmatch(pattern, typed) is not None) is allowed
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).lower()
    if typed:
        is_taken = True
        try:
            Settings.model_validate({name: typed})
        except ValueError:
            is_taken = False
        assert is_taken is allowed


def test_locally_whoever_may_send_is_asked_for_no_resource_which_ministack_does_not_know(template: Template) -> None:
    local = localise(template, Place(region="ap-northeast-2", code=None, environment={}))
    (statement,) = local["Resources"]["MailSending"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Resource"], "Condition" in statement) == ("*", False)
    assert statement["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert set(template["Outputs"]) - set(local["Outputs"]) == {f"MailDkimRecord{number}" for number in (1, 2, 3)}
    others = [
        name for name in ("VpcAccess", "DatabaseLogin") if local["Resources"][name] != template["Resources"][name]
    ]
    assert others == []
