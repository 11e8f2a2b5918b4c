"""What sends notices, by the kind of channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.config import Config
from typing_extensions import override

from sunwi.adapters.channels.slack.send_slack import SlackSender
from sunwi.adapters.channels.webhook.send_webhook import WebhookSender
from sunwi.adapters.http.guarded_client import GuardedClient
from sunwi.adapters.http.standin_client import client_of_standin
from sunwi.bootstrap.adapters import Capability
from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.service.ports.notices import ChannelSender

if TYPE_CHECKING:
    from sunwi.adapters.channels.mail.mail_message import MailSettings

#: What Slack, and a server of others, gets for one message.
SLACK_SECONDS, WEBHOOK_SECONDS = 10, 5
#: What is read of an answer: a word of Slack's, and what others say of themselves.
_MAX_BYTES = 4096

#: Limits of a call that sends a mail: given up soon, since the outbox tries again, and a doubtful one sends it twice.
MAIL_TRIES = 2
_MAIL_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": MAIL_TRIES}, connect_timeout=2, read_timeout=6)


@dataclass(slots=True)
class BuiltWhenUsed(ChannelSender):
    """Puts a sender together when the first notice is sent by it: most environments send by one kind alone."""

    build: Callable[[], ChannelSender]
    _built: ChannelSender | None = field(default=None, init=False)

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        self._built = self._built or self.build()
        self._built.send(channel, notice)


class ChannelContainer(Capability):
    """The ways to tell people."""

    @cached_property
    def senders(self) -> Mapping[ChannelKind, ChannelSender]:
        """What sends to each kind of channel.

        Raises:
            ConfigurationError: HOOKS_STANDIN is no address of this machine.
        """
        clock = self.adapters.clock
        return {
            ChannelKind.SLACK: SlackSender(self._hooks(SLACK_SECONDS), clock),
            ChannelKind.EMAIL: BuiltWhenUsed(self._mail),
            ChannelKind.WEBHOOK: WebhookSender(self._hooks(WEBHOOK_SECONDS), clock),
        }

    @cached_property
    def mail_settings(self) -> "MailSettings":
        """What mails have in common.

        Raises:
            ConfigurationError: MAIL_SENDER is not set.
        """
        from sunwi.adapters.channels.mail.mail_message import SENDER_NAME, MailSettings  # noqa: PLC0415 - see `_mail`

        settings = self.adapters.settings
        name = settings.environment_name
        return MailSettings(
            sender=settings.require("mail_sender"),
            reply_to=settings.mail_reply_to or "",
            configuration_set=settings.mail_configuration_set or "",
            sender_name=SENDER_NAME if name == "prod" else f"{SENDER_NAME} ({name})",
        )

    def _hooks(self, seconds: float) -> GuardedClient:
        standin = self.adapters.settings.hooks_standin
        if standin:
            return client_of_standin(standin, seconds=seconds)
        return GuardedClient(seconds=seconds, max_bytes=_MAX_BYTES)

    def _mail(self) -> ChannelSender:
        # Templates and the client of SES are imported where a mail is sent, and nowhere else.
        from sunwi.adapters.channels.mail.send_mail import MailSender, NoMailSender  # noqa: PLC0415 - see above

        if not self.adapters.settings.mail_sender:
            return NoMailSender()
        client = self.adapters.aws_client("sesv2", _MAIL_CONFIG)
        return MailSender(client=client, settings=self.mail_settings, clock=self.adapters.clock)
