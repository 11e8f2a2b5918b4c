"""Send notices to Slack.

Source: docs/channels.md, Slack; its answers as Slack documents them for incoming webhooks.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus

from typing_extensions import override

from sunwi.adapters.channels.post_hook import HookClient, asked_pause, first_words, post_to_hook
from sunwi.adapters.channels.slack.slack_message import slack_message
from sunwi.adapters.http.guarded_client import Answer
from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.domain.channel_address import check_address
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput, NotTaken, Permanent
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import ChannelSender

#: The hook, its channel or its team is gone or closed.
_GONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
#: The same said with another status.
_GONE_WORDS = frozenset(
    {
        "action_prohibited",
        "channel_is_archived",
        "channel_not_found",
        "invalid_token",
        "no_active_hooks",
        "no_service",
        "no_service_id",
        "no_team",
        "posting_to_general_channel_denied",
        "team_disabled",
        "user_not_found",
    }
)


@dataclass(frozen=True, slots=True)
class SlackSender(ChannelSender):
    """Posts to incoming webhooks, and to no host but Slack's."""

    client: HookClient
    clock: Clock

    @override
    def send(self, channel: Channel, notice: OutgoingNotice) -> None:
        try:
            check_address(ChannelKind.SLACK, channel.address)
        except InvalidInput as refusal:
            raise Permanent(
                f"the address of channel {quote(channel.name)} is refused ({refusal.code})",
                code="channel_address_refused",
                channel=channel.name,
                reason=refusal.code,
            ) from None
        body = json.dumps(slack_message(notice), ensure_ascii=False).encode()
        self._check(channel, post_to_hook(self.client, channel, body=body, headers={}))

    def _check(self, channel: Channel, answer: Answer) -> None:
        """Return when Slack has taken the message.

        Raises:
            NotTaken: Not now.
            Permanent: Never.
        """
        if answer.status == HTTPStatus.OK:
            return
        said = first_words(answer)
        if answer.status in _GONE or said in _GONE_WORDS:
            raise Permanent(
                f"Slack no longer takes messages for channel {quote(channel.name)}: {answer.status} {quote(said)}",
                code="slack_hook_gone",
                channel=channel.name,
                answer=said,
            )
        is_own_fault = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        if is_own_fault and answer.status not in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}:
            raise Permanent(
                f"Slack refused a message for channel {quote(channel.name)}: {answer.status} {quote(said)}",
                code="slack_message_refused",
                channel=channel.name,
                status=answer.status,
                answer=said,
            )
        raise NotTaken(
            f"Slack does not take messages for channel {quote(channel.name)} now: {answer.status}",
            retry_after=asked_pause(answer, self.clock.now()),
            code="slack_busy",
            channel=channel.name,
            status=answer.status,
        )
