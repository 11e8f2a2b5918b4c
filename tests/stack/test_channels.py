"""Channels of the deployed stack: a mailbox behind SES with the template's own identity and policy, and hooks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.sinks import HookSink, MailSink
from infra.local.stack import LocalStack, wait_for
from infra.local.stack.session import REGION
from sunwi.adapters.channels.mail.mail_account import probe_mail_account
from sunwi.adapters.channels.mail.mail_message import MailSettings
from sunwi.adapters.channels.mail.send_mail import MailSender
from sunwi.adapters.channels.webhook.signature import sign
from sunwi.errors import Permanent
from sunwi.testing import ManualClock
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, MAIL, SLACK_URL, WEBHOOK_URL, notice
from tests.examples import NIGHT
from tests.stack.daily_run import DailyRun, deployed
from tests.stack.outside import misconfigured
from tests.unit.adapters.channels.mail.reading_mail import Elements, part

pytestmark = pytest.mark.timeout(240)

SENDER, READER = "notice@agency.co.kr", "help@agency.co.kr"
PAGE = "https://sunwi.agency.co.kr/unsubscribe/" + "a1B2" * 20


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    with MailSink(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture(scope="module")
def daily(mailbox: MailSink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DailyRun]:
    with LocalStack(mail_address=mailbox.address) as stack:
        folder = tmp_path_factory.mktemp("database")
        with deployed(stack, "mailing", folder, MailSender=SENDER, MailReplyTo=READER) as running:
            yield running


@pytest.fixture(scope="module")
def ses(daily: DailyRun) -> Iterator[Any]:
    """A client of somebody who has the policy of whoever sends mails, and nothing else."""
    iam = daily.stack.client("iam")
    (arn,) = [
        policy["Arn"]
        for policy in iam.list_policies(Scope="Local")["Policies"]
        if "MailSending" in policy["PolicyName"]
    ]
    iam.create_user(UserName="sender")
    iam.attach_user_policy(UserName="sender", PolicyArn=arn)
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    client = boto3.client(
        "sesv2",
        endpoint_url=daily.stack.endpoint_url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    yield client
    client.close()


def sender(daily: DailyRun, ses: Any) -> MailSender:
    settings = MailSettings(sender=SENDER, reply_to=READER, configuration_set=daily.outputs.mail_configuration_set_name)
    return MailSender(client=ses, settings=settings, clock=ManualClock(NIGHT))


@contextmanager
def sandbox(daily: DailyRun) -> Iterator[None]:
    """Put the account into SES's sandbox for the block."""
    ses = daily.stack.client("sesv2")
    details: dict[str, Any] = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://agency.co.kr"}
    ses.put_account_details(**details, ProductionAccessEnabled=False)
    try:
        yield
    finally:
        ses.put_account_details(**details, ProductionAccessEnabled=True)


def test_a_mail_arrives_in_korean_with_a_text_part_a_way_out_and_nothing_that_counts_its_readers(
    daily: DailyRun, ses: Any, mailbox: MailSink
) -> None:
    before = len(mailbox.files())
    sender(daily, ses).send(MAIL, notice(copy_text=copy_text_of(DIGEST), unsubscribe_url=PAGE))
    *_, mail = mailbox.wait_for_mails(before + 1)
    assert mail["Subject"] == DIGEST.title
    assert mail["From"] == f"Sunwi 순위 <{SENDER}>"
    assert mail["Reply-To"] == READER
    assert mail["List-Unsubscribe"].startswith(f"<{PAGE}>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "강남역 김밥: 3위 → 미노출" in part(mail, "plain")
    assert "카톡용 문구" in part(mail, "plain")
    page = Elements(part(mail, "html"))
    assert "강남역 김밥: 3위 → 미노출" in " ".join(page.words)
    assert page.links == [PAGE]
    assert "img" not in page.tags


def test_whoever_sends_may_send_and_nothing_else(ses: Any) -> None:
    for call in (
        ses.get_account,
        lambda: ses.delete_email_identity(EmailIdentity="agency.co.kr"),
        lambda: ses.create_email_identity(EmailIdentity="other.co.kr"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


def test_in_the_sandbox_an_unverified_reader_is_refused_with_what_to_do(daily: DailyRun, ses: Any) -> None:
    with sandbox(daily), pytest.raises(Permanent) as caught:
        sender(daily, ses).send(MAIL, notice())
    assert (caught.value.code, caught.value.fields["identities"]) == ("mail_unverified", MAIL.address)


def test_the_doctor_sees_the_account_and_the_identity_of_the_template(daily: DailyRun) -> None:
    client = daily.stack.client("sesv2")
    found = probe_mail_account(client, SENDER)
    assert (found.is_sandbox, found.can_send, found.is_verified) == (False, True, True)
    assert not probe_mail_account(client, "notice@elsewhere.co.kr").is_verified
    with sandbox(daily):
        assert probe_mail_account(client, SENDER).is_sandbox


def test_bounces_and_complaints_are_asked_for_and_no_opens_or_clicks(daily: DailyRun) -> None:
    name = daily.outputs.mail_configuration_set_name
    assert name == "mailing-notices"
    client = daily.stack.client("sesv2")
    (reports,) = client.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
    assert set(reports["MatchingEventTypes"]) == {"BOUNCE", "COMPLAINT"}
    assert reports["SnsDestination"]["TopicArn"] == daily.outputs.mail_report_topic_arn


def tick(daily: DailyRun) -> None:
    """Have the tender send what is due, as its rule does each minute."""
    answer = daily.stack.client("lambda").invoke(
        FunctionName=daily.outputs.tender_function_name, Payload=json.dumps({"action": "tick"})
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def channels(daily: DailyRun) -> dict[str, Any]:
    return {channel["name"]: channel for channel in daily.sunwi("channels", "list")["channels"]}


def test_a_notice_goes_the_whole_way_to_a_mailbox_to_slack_and_to_a_webhook(daily: DailyRun, mailbox: MailSink) -> None:
    daily.sunwi("channels", "add", "대표 메일", "email", "boss@shop.co.kr")
    daily.sunwi("channels", "add", "영업팀 슬랙", "slack", SLACK_URL)
    secret = daily.sunwi("channels", "add", "사내 시스템", "webhook", WEBHOOK_URL)["secret"]
    before = len(mailbox.files())
    notifier = daily.outputs.notifier_function_name
    with HookSink() as sink, misconfigured(daily, notifier, HOOKS_STANDIN=sink.address):
        for name in ("대표 메일", "영업팀 슬랙", "사내 시스템"):
            daily.sunwi("notices", "test", name)
        tick(daily)
        hooks = {hook.host: hook for hook in sink.wait_for_hooks(2)}
        *_, mail = mailbox.wait_for_mails(before + 1)
        wait_for("end of every notice", lambda: not daily.sunwi("notices", "list", "--state", "QUEUED")["notices"])
    told = daily.sunwi("notices", "list")["notices"]
    assert {found["state"] for found in told} == {"TOLD"}

    assert mail["Subject"] == "Sunwi 순위 알림 시험"
    assert "대표 메일" in part(mail, "plain")
    assert hooks["hooks.slack.com"].body["attachments"][0]["title"] == "Sunwi 순위 알림 시험"
    webhook = hooks["hooks.shop.co.kr"]
    at = datetime.fromtimestamp(int(webhook.headers["webhook-timestamp"]), UTC)
    wanted = sign(secret, message_id=webhook.body["id"], at=at, body=webhook.text.encode())
    assert webhook.headers.items() >= wanted.items()
    for line in daily.stack.function_logs("Notifier"):
        assert "SECRETHOOK" not in line


def test_an_address_that_bounces_gets_nothing_more_and_what_it_should_get_says_why(daily: DailyRun) -> None:
    daily.sunwi("channels", "add", "없는 사람", "email", "gone@shop.co.kr")
    report = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "Gone@shop.co.kr"}]},
    }
    topic = daily.outputs.mail_report_topic_arn
    daily.stack.client("sns").publish(TopicArn=topic, Message=json.dumps(report))
    wait_for("suppression", lambda: channels(daily)["없는 사람"]["suppressed"] == "bounced")
    dead = daily.sunwi("notices", "test", "없는 사람", status=1)
    assert dead["state"] == "DEAD"


def test_without_a_sender_nothing_of_mail_is_made(daily: DailyRun, tmp_path: Path) -> None:
    with deployed(daily.stack, "silent", tmp_path) as silent:
        assert silent.outputs.mail_configuration_set_name == ""
        assert silent.outputs.mail_report_topic_arn == ""
