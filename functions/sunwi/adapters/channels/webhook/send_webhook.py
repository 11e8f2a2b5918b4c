"""Send notices to webhooks of others.

Source: docs/channels.md, Webhook.
"""

from dataclasses import dataclass
from http import HTTPStatus

from typing_extensions import override

from sunwi.adapters.channels.post_hook import HookClient, asked_pause, post_to_hook
from sunwi.adapters.channels.webhook.signature import sign
from sunwi.adapters.channels.webhook.webhook_message import webhook_body
from sunwi.domain.channel import Channel, OutgoingNotice
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput, NotTaken, Permanent
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import ChannelSender


@dataclass(frozen=True, slots=True)
class WebhookSender(ChannelSender):
    """Posts signed JSON to public servers.

    Attributes:
        client: Follows no redirect: a signed body goes where it was meant to go, or nowhere.
    """

    client: HookClient
    clock: Clock

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        body = webhook_body(notice)
        headers = self._signed(channel, notice, body)
        answer = post_to_hook(self.client, channel, body=body, headers=headers)
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if answer.status == HTTPStatus.GONE:
            raise Permanent(
                f"the webhook of channel {quote(channel.name)} is gone: {answer.status}",
                code="webhook_gone",
                channel=channel.name,
                status=int(answer.status),
            )
        raise NotTaken(
            f"the webhook of channel {quote(channel.name)} did not take a message: {answer.status}",
            retry_after=asked_pause(answer, self.clock.now()),
            code="webhook_not_taken",
            channel=channel.name,
            status=int(answer.status),
        )

    def _signed(self, channel: Channel, notice: OutgoingNotice, body: bytes) -> dict[str, str]:
        try:
            return sign(channel.secret or "", message_id=notice.id, at=self.clock.now(), body=body)
        except InvalidInput as refusal:
            raise Permanent(
                f"channel {quote(channel.name)} has no secret to sign with",
                code="webhook_without_secret",
                channel=channel.name,
            ) from refusal
