"""Mails as boto3 hands them to SES, and on to a mailbox."""

import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from infra.local.sinks import MailSink
from infra.local.stack.session import ROOT_KEY
from sunwi.adapters.channels.mail.mail_message import MailSettings
from sunwi.adapters.channels.mail.send_mail import MailSender
from sunwi.adapters.channels.mail.ses_errors import SHORT_PAUSE
from sunwi.errors import NotTaken, Permanent
from sunwi.testing import ManualClock
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, MAIL, hostile_text, huge_text, notice
from tests.examples import NIGHT
from tests.integration.channels.ses_server import Refusal, SesServer, ses_server
from tests.unit.adapters.channels.mail.reading_mail import Elements, part, read

PAGE = "https://sunwi.agency.co.kr/unsubscribe/" + "a1B2" * 20
UNVERIFIED = (
    "Email address is not verified. The following identities failed the check in region AP-NORTHEAST-2: boss@shop.co.kr"
)
SETTINGS = MailSettings(sender="notice@agency.co.kr", reply_to="help@agency.co.kr", configuration_set="sunwi-notices")


@pytest.fixture
def ses() -> Iterator[SesServer]:
    with ses_server() as running:
        yield running


def client(ses: SesServer) -> Any:
    return boto3.client(
        "sesv2",
        endpoint_url=ses.url,
        region_name="ap-northeast-2",
        aws_access_key_id=ROOT_KEY,
        aws_secret_access_key=ROOT_KEY,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=0.5, proxies={}),
    )


@pytest.fixture
def sender(ses: SesServer) -> Iterator[MailSender]:
    own = client(ses)
    yield MailSender(client=own, settings=SETTINGS, clock=ManualClock(NIGHT))
    own.close()


def test_a_mail_read_back_from_the_mailbox_is_as_it_was_written(
    ses: SesServer, sender: MailSender, tmp_path: Path
) -> None:
    sender.send(MAIL, notice(copy_text=copy_text_of(DIGEST), unsubscribe_url=PAGE))
    (message,) = ses.messages
    with MailSink(tmp_path / "mail") as mailbox:
        host, _, port = mailbox.address.partition(":")
        with smtplib.SMTP(host, int(port), timeout=10) as connection:
            connection.sendmail("notice@agency.co.kr", ["boss@shop.co.kr"], message)
        (mail,) = mailbox.wait_for_mails(1)
    assert mail["Subject"] == "11월 30일(월) 순위 변화: 이탈 2건"
    assert "강남역 김밥: 3위 → 미노출" in part(mail, "plain")
    assert copy_text_of(DIGEST) in part(mail, "plain").replace("\r\n", "\n")
    page = Elements(part(mail, "html"))
    assert "강남역 김밥: 3위 → 미노출" in " ".join(page.words)
    assert mail["List-Unsubscribe"].startswith(f"<{PAGE}>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert page.links == [PAGE], "nothing of it is loaded or counted by anybody"


def test_the_call_names_sender_receiver_configuration_set_and_notice(ses: SesServer, sender: MailSender) -> None:
    sender.send(MAIL, notice())
    (call,) = ses.taken
    assert call["Destination"] == {"ToAddresses": ["boss@shop.co.kr"]}
    assert call["ConfigurationSetName"] == "sunwi-notices"
    assert {"Name": "notice", "Value": notice().id} in call["EmailTags"]
    assert call["FromEmailAddress"].isascii()


def test_hostile_and_huge_notices_are_whole_mails_with_short_lines(ses: SesServer, sender: MailSender) -> None:
    for made in (notice(hostile_text()), notice(huge_text())):
        sender.send(MAIL, made)
    for message in ses.messages:
        assert max(map(len, message.split(b"\r\n"))) <= 998
        assert part(read(message), "plain")


def test_a_throttle_and_a_refusal_are_told_apart_over_the_wire(ses: SesServer, sender: MailSender) -> None:
    ses.refusals = [
        Refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
        Refusal(400, "MessageRejected", UNVERIFIED),
        Refusal(500, "InternalFailure", "oops"),
    ]
    with pytest.raises(NotTaken) as throttled:
        sender.send(MAIL, notice())
    assert (throttled.value.code, throttled.value.retry_after) == ("mail_throttled", SHORT_PAUSE)
    with pytest.raises(Permanent) as refused:
        sender.send(MAIL, notice())
    assert refused.value.code == "mail_unverified"
    with pytest.raises(NotTaken) as broken:
        sender.send(MAIL, notice())
    assert broken.value.code == "mail_unreachable"
    sender.send(MAIL, notice())
    assert (ses.asked, len(ses.taken)) == (4, 1)


@pytest.mark.parametrize("status", [0, -1])
def test_a_service_that_hangs_or_breaks_off_is_worth_another_try(
    ses: SesServer, sender: MailSender, status: int
) -> None:
    ses.refusals = [Refusal(status)]
    with pytest.raises(NotTaken) as caught:
        sender.send(MAIL, notice())
    assert caught.value.code == "mail_unreachable"
    sender.send(MAIL, notice())
    assert len(ses.taken) == 1
