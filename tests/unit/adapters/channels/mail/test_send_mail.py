from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from sunwi.adapters.channels.mail.mail_message import MailSettings, mail_message
from sunwi.adapters.channels.mail.send_mail import MailSender, NoMailSender
from sunwi.adapters.channels.mail.ses_errors import LONG_PAUSE, SHORT_PAUSE
from sunwi.errors import NotTaken, Permanent
from sunwi.testing import ManualClock
from sunwi.wording.error_words import error_words
from tests.channels.example_notices import MAIL, notice
from tests.examples import NIGHT

SETTINGS = MailSettings(sender="notice@agency.co.kr", reply_to="help@agency.co.kr", configuration_set="sunwi-notices")
UNVERIFIED = (
    "Email address is not verified. The following identities failed the check in region AP-NORTHEAST-2: boss@shop.co.kr"
)


@dataclass
class FakeSes:
    """Takes mails, or fails."""

    error: Exception | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **call: Any) -> dict[str, str]:
        if self.error:
            raise self.error
        self.sent.append(call)
        return {"MessageId": "1"}


def refusal(code: str, message: str = "no", status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # the rest of an answer is of no use here
        "SendEmail",
    )


def send(client: FakeSes, settings: MailSettings = SETTINGS, **channel: Any) -> None:
    sender = MailSender(client=cast("Any", client), settings=settings, clock=ManualClock(NIGHT))
    sender.send(replace(MAIL, **channel), notice())


def test_a_whole_message_is_handed_over_under_the_notices_own_name() -> None:
    client = FakeSes()
    send(client)
    assert client.sent == [
        {
            "FromEmailAddress": "Sunwi =?utf-8?b?7Iic7JyE?= <notice@agency.co.kr>",
            "Destination": {"ToAddresses": ["boss@shop.co.kr"]},
            "Content": {
                "Raw": {"Data": mail_message(notice(), to="boss@shop.co.kr", settings=SETTINGS, at=NIGHT)},
            },
            "EmailTags": [{"Name": "notice", "Value": "n-0123456789abcdef"}, {"Name": "kind", "Value": "digest"}],
            "ConfigurationSetName": "sunwi-notices",
        }
    ]


def test_no_configuration_set_is_named_where_none_is_set() -> None:
    client = FakeSes()
    send(client, replace(SETTINGS, configuration_set=""))
    assert "ConfigurationSetName" not in client.sent[0]


@pytest.mark.parametrize("address", ["boss@shop.co.kr\r\nBcc: victim@shop.co.kr", "boss", "a@b.co.kr,c@d.co.kr"])
def test_what_is_no_single_address_gets_nothing(address: str) -> None:
    client = FakeSes()
    with pytest.raises(Permanent) as caught:
        send(client, address=address)
    assert (caught.value.code, client.sent) == ("channel_address_refused", [])


@pytest.mark.parametrize(
    ("error", "code", "pause"),
    [
        (refusal("TooManyRequestsException", "Maximum sending rate exceeded.", 429), "mail_throttled", SHORT_PAUSE),
        (refusal("ThrottlingException", "Rate exceeded"), "mail_throttled", SHORT_PAUSE),
        (refusal("TooManyRequestsException", "Daily message quota exceeded."), "mail_quota_used", LONG_PAUSE),
        (refusal("LimitExceededException", "Daily message quota exceeded."), "mail_quota_used", LONG_PAUSE),
        (refusal("SendingPausedException", "paused"), "mail_paused", LONG_PAUSE),
        (refusal("InternalFailure", "oops", 500), "mail_unreachable", None),
        (refusal("ServiceUnavailable", "oops", 503), "mail_unreachable", None),
        (EndpointConnectionError(endpoint_url="https://email"), "mail_unreachable", None),
        (ConnectTimeoutError(endpoint_url="https://email"), "mail_unreachable", None),
        (ReadTimeoutError(endpoint_url="https://email"), "mail_unreachable", None),
    ],
)
def test_what_ses_does_not_take_now_is_worth_another_try(error: Exception, code: str, pause: object) -> None:
    with pytest.raises(NotTaken) as caught:
        send(FakeSes(error))
    assert (caught.value.code, caught.value.retry_after) == (code, pause)
    assert caught.value.__cause__ is error
    assert error_words(caught.value)


@pytest.mark.parametrize(
    ("error", "code", "said", "remedy"),
    [
        (refusal("MessageRejected", UNVERIFIED), "mail_unverified", "boss@shop.co.kr", "샌드박스"),
        (refusal("MailFromDomainNotVerifiedException", "mail.agency.kr"), "mail_unverified", "mail.agency.kr", "DNS"),
        (refusal("MessageRejected", "Virus detected"), "mail_refused", "Virus detected", "거절"),
        (refusal("BadRequestException", "Local address"), "mail_refused", "Local address", "거절"),
        (refusal("AccountSuspendedException", "gone"), "mail_account_suspended", "suspended", "이의를 신청"),
        (refusal("AccessDeniedException", "not authorized", 403), "mail_not_allowed", "not authorized", "권한"),
        (refusal("NotFoundException", "set <x> does not exist.", 404), "mail_settings_missing", "<x>", "템플릿"),
        (refusal("SomethingNew", ""), "mail_refused", "SomethingNew", "거절"),
    ],
)
def test_what_ses_never_takes_is_told_with_what_to_do(error: ClientError, code: str, said: str, remedy: str) -> None:
    with pytest.raises(Permanent) as caught:
        send(FakeSes(error))
    assert caught.value.code == code
    assert said in str(caught.value)
    assert remedy in error_words(caught.value)


def test_where_no_sender_is_set_it_is_said_which_parameter_is_missing() -> None:
    with pytest.raises(Permanent) as caught:
        NoMailSender().send(MAIL, notice())
    assert caught.value.code == "mail_sender_not_set"
    assert "MailSender" in error_words(caught.value)
