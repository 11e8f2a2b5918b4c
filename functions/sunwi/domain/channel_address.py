"""Which addresses a channel may have, and how they are shown: of a hook, the last four characters alone."""

import re

from sunwi.domain.channel import Channel, ChannelKind
from sunwi.domain.typed_text import find_invisible_character
from sunwi.domain.web_address import check_host_name, parse_web_address
from sunwi.errors import InvalidInput

#: The only host of Slack's incoming webhooks.
SLACK_HOST = "hooks.slack.com"
#: Characters of a hook's address that are shown.
_SHOWN = 4
#: Longest e-mail address, and longest part of it before the @. Source: RFC 5321, 4.5.3.1.
_LONGEST_EMAIL, _LONGEST_LOCAL_PART = 254, 64
#: What SES takes before the @ without quotes. Source: RFC 5322, 3.2.3 (dot-atom).
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
#: An incoming webhook has a path with its key.
_SLACK_PATH = re.compile(r"/[A-Za-z]+/[A-Za-z0-9/_-]{8,}")


def check_address(kind: ChannelKind, typed: str) -> str:
    """Check an address that a person entered, and return it in the form that is stored.

    No error repeats the address of a hook: whoever has it can write to it.

    Raises:
        InvalidInput: It cannot be one of that kind.
    """
    match kind:
        case ChannelKind.SLACK:
            return _check_slack(typed.strip())
        case ChannelKind.EMAIL:
            return _check_email(typed.strip())
        case ChannelKind.WEBHOOK:
            return _check_webhook(typed.strip())


def show_address(channel: Channel) -> str:
    """Return what may be shown of a channel's address: all of an e-mail's, four characters of a hook's."""
    if channel.kind is ChannelKind.EMAIL:
        return channel.address
    return f"…{channel.address[-_SHOWN:]}"


def _check_slack(typed: str) -> str:
    try:
        address = parse_web_address(typed)
    except InvalidInput:
        address = None
    if address is None or address.host != SLACK_HOST or not _SLACK_PATH.fullmatch(address.target):
        raise InvalidInput(
            f"the address is no incoming webhook of Slack: it begins with https://{SLACK_HOST}/services/",
            code="slack_address_unusable",
            host=SLACK_HOST,
        )
    return address.url


def _check_webhook(typed: str) -> str:
    try:
        return parse_web_address(typed).url
    except InvalidInput:
        # Without the cause, too: it repeats what was typed.
        raise InvalidInput(
            "the webhook's address cannot be used: it is https:// with the name of a public server, "
            "without a user, a password or a port",
            code="webhook_address_unusable",
        ) from None


def _check_email(typed: str) -> str:
    local, _, domain = typed.rpartition("@")
    is_usable = (
        len(typed) <= _LONGEST_EMAIL
        and 0 < len(local) <= _LONGEST_LOCAL_PART
        and _LOCAL_PART.fullmatch(local) is not None
        and find_invisible_character(typed) is None
    )
    try:
        host = check_host_name(domain) if is_usable else ""
    except InvalidInput:
        host = ""
    if not host:
        raise InvalidInput(
            f"{typed[:_LONGEST_EMAIL]!r} is no e-mail address: write one like name@example.co.kr",
            code="email_address_unusable",
            typed=typed[:_LONGEST_EMAIL],
        )
    return f"{local}@{host}"
