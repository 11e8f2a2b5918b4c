"""Send notices by SES.

Source: docs/mail.md; docs/aws.md, SES.
"""

import re
from dataclasses import dataclass
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.adapters.channels.mail.mail_message import MailSettings, mail_message, sender_of
from sunwi.adapters.channels.mail.ses_errors import mail_error
from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.domain.channel_address import check_address
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput, Permanent
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import ChannelSender

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

#: What a tag's value may not have.
_NO_TAG = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSender(ChannelSender):
    """Hands whole messages to SES."""

    client: "SESV2Client"
    settings: MailSettings
    clock: Clock

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        try:
            to = check_address(ChannelKind.EMAIL, channel.address)
        except InvalidInput as refusal:
            raise Permanent(
                f"the address of channel {quote(channel.name)} is refused ({refusal.code})",
                code="channel_address_refused",
                channel=channel.name,
                reason=refusal.code,
            ) from refusal
        message = mail_message(notice, to=to, settings=self.settings, at=self.clock.now())
        named: dict[str, Any] = {}
        if self.settings.configuration_set:
            named["ConfigurationSetName"] = self.settings.configuration_set
        try:
            self.client.send_email(
                FromEmailAddress=_encoded(self.settings),
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": message}},
                EmailTags=[
                    {"Name": "notice", "Value": _NO_TAG.sub("_", notice.id)},
                    {"Name": "kind", "Value": _NO_TAG.sub("_", notice.kind)},
                ],
                **named,
            )
        except (BotoCoreError, ClientError) as error:
            raise mail_error(error, channel.name) from error


@dataclass(frozen=True, slots=True)
class NoMailSender(ChannelSender):
    """Where no address is set that mails come from."""

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        raise Permanent(
            f"no mail is sent for channel {quote(channel.name)}: MAIL_SENDER is not set; set the parameter MailSender",
            code="mail_sender_not_set",
            channel=channel.name,
        )


def _encoded(settings: MailSettings) -> str:
    """Write who sends in ASCII, as SES takes it: a name in Korean as an encoded word."""
    folded = SMTP.header_factory("From", sender_of(settings)).fold(policy=SMTP)
    return " ".join(folded.removeprefix("From:").split())
