import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from sunwi.adapters.channels.mail.send_mail import MailSender, NoMailSender
from sunwi.adapters.channels.slack.send_slack import SlackSender
from sunwi.adapters.channels.webhook.send_webhook import WebhookSender
from sunwi.adapters.http.guarded_client import GuardedClient
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.channels import SLACK_SECONDS, WEBHOOK_SECONDS, BuiltWhenUsed, ChannelContainer
from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.errors import ConfigurationError, Permanent
from sunwi.settings import Settings
from sunwi.testing import ManualClock
from tests.channels.example_notices import MAIL, notice
from tests.examples import NIGHT

#: Imports what sends, and says which packages of mail alone came along.
IMPORTED = """
import sys
import sunwi.bootstrap.channels
print(*sorted({name.split(".")[0] for name in sys.modules} & {"jinja2", "playwright"}))
"""


def container(**settings: Any) -> ChannelContainer:
    adapters = Adapters(Settings(database_url="sqlite://", **settings), clock=ManualClock(NIGHT))
    return adapters.compose(ChannelContainer)


def test_there_is_a_sender_for_every_kind_of_channel() -> None:
    senders = container().senders
    assert set(senders) == set(ChannelKind)
    slack, webhook = senders[ChannelKind.SLACK], senders[ChannelKind.WEBHOOK]
    assert isinstance(slack, SlackSender)
    assert isinstance(webhook, WebhookSender)
    for client, seconds in ((slack.client, SLACK_SECONDS), (webhook.client, WEBHOOK_SECONDS)):
        assert isinstance(client, GuardedClient)
        assert (client.seconds, client.max_redirects, client.allows_http) == (seconds, 0, False)
    assert WEBHOOK_SECONDS == 5


def test_templates_and_the_client_of_ses_are_imported_where_a_mail_is_sent_and_nowhere_else() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stdout.split() == []


def test_where_no_sender_is_set_a_mail_is_refused_with_the_parameter_to_set() -> None:
    with pytest.raises(Permanent) as caught:
        container().senders[ChannelKind.EMAIL].send(MAIL, notice())
    assert caught.value.code == "mail_sender_not_set"


def test_mails_of_a_deployment_that_is_not_the_usual_one_say_which_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Adapters, "aws_client", lambda _self, service, _config: asked.append(service))
    made = container(
        mail_sender="notice@agency.co.kr",
        mail_reply_to="help@agency.co.kr",
        mail_configuration_set="sunwi-notices",
        environment_name="staging",
    )
    built = made._mail()  # noqa: SLF001 - it sends by AWS, which a unit test does not reach
    assert isinstance(built, MailSender)
    assert built.settings == made.mail_settings
    assert made.mail_settings.sender_name == "Sunwi 순위 (staging)"
    assert (made.mail_settings.reply_to, made.mail_settings.configuration_set) == ("help@agency.co.kr", "sunwi-notices")
    assert asked == ["sesv2"]
    assert container(mail_sender="notice@agency.co.kr").mail_settings.sender_name == "Sunwi 순위"
    assert isinstance(container()._mail(), NoMailSender)  # noqa: SLF001 - see above


@dataclass
class CountedSender:
    """Counts what it sends."""

    sent: list[str] = field(default_factory=list)

    def send(self, _channel: Channel, notice: OutgoingNotice) -> None:
        self.sent.append(notice.id)


def test_a_sender_is_put_together_once_when_it_is_first_used() -> None:
    built: list[CountedSender] = []

    def build() -> CountedSender:
        built.append(CountedSender())
        return built[-1]

    sender = BuiltWhenUsed(build)
    assert built == []
    sender.send(MAIL, notice())
    sender.send(MAIL, notice())
    assert [one.sent for one in built] == [[notice().id] * 2]


def test_a_stand_in_for_hooks_is_refused_where_it_could_be_somebody_elses() -> None:
    with pytest.raises(ConfigurationError, match="local stack alone"):
        _ = container(hooks_standin="8.8.8.8:80").senders
    client = container(hooks_standin="127.0.0.1:9").senders[ChannelKind.WEBHOOK]
    assert isinstance(client, WebhookSender)
