"""Where a channel of each kind may lead.

Source: docs/channels.md, docs/mail.md.
"""

import re

from sunwi.domain.channel import ChannelKind
from sunwi.domain.typed_text import quote
from sunwi.domain.web_address import check_host_name, parse_web_address
from sunwi.errors import InvalidInput

#: The one host of Slack's incoming webhooks, and how their paths begin.
SLACK_HOST = "hooks.slack.com"
SLACK_PATH = "/services/"

#: What may stand before the @ of an e-mail address. Source: RFC 5321, section 4.1.2, without quoted ones.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
#: Longest address, and longest part before its @, in characters.
MAX_LENGTH = 254
_MAX_LOCAL_LENGTH = 64


def check_channel_address(kind: ChannelKind, typed: str) -> str:
    """Require an address that a channel of this kind can have, and return its canonical form.

    Raises:
        InvalidInput: It is another one; of an address that is a secret the error repeats the host at most.
    """
    return {
        ChannelKind.SLACK: check_slack_hook,
        ChannelKind.EMAIL: check_mail_address,
        ChannelKind.WEBHOOK: check_webhook_address,
    }[kind](typed)


def check_slack_hook(typed: str) -> str:
    """Require the address of an incoming webhook of Slack.

    Raises:
        InvalidInput: It is none; the error does not repeat it.
    """
    try:
        address = parse_web_address(typed)
    except InvalidInput:
        address = None
    if address is None or address.host != SLACK_HOST or not address.target.startswith(SLACK_PATH):
        raise InvalidInput(
            f"a Slack channel needs the address of an incoming webhook: https://{SLACK_HOST}{SLACK_PATH}…",
            code="slack_hook_unusable",
            host=SLACK_HOST,
            path=SLACK_PATH,
        ) from None
    return address.url


def check_webhook_address(typed: str) -> str:
    """Require an address of the public network, by https; its host is resolved and checked again at each message.

    Raises:
        InvalidInput: It is none; the error repeats its host at most, since the rest may be a secret.
    """
    try:
        return parse_web_address(typed).url
    except InvalidInput as refusal:
        raise InvalidInput(
            f"a webhook needs an address that begins with https:// and leads to a public server ({refusal.code})",
            code="webhook_address_unusable",
            reason=refusal.code,
        ) from None


def check_mail_address(typed: str) -> str:
    """Require one e-mail address without a name, and return it with its domain in ASCII and lower case.

    Raises:
        InvalidInput: It is none, or several, or has a character that no header may have.
    """
    text = typed.strip()
    local, at, domain = text.rpartition("@")
    try:
        host = check_host_name(domain) if at else ""
    except InvalidInput:
        host = ""
    address = f"{local}@{host}"
    if not host or len(local) > _MAX_LOCAL_LENGTH or len(address) > MAX_LENGTH or not _LOCAL_PART.fullmatch(local):
        raise InvalidInput(
            f"{quote(text)} is no e-mail address: write one like name@company.co.kr",
            code="mail_address_unusable",
            typed=text,
        )
    return address
