"""A notice as a mail.

Source: docs/mail.md, What a mail looks like; RFC 5322, RFC 2047, RFC 2369, RFC 8058, RFC 3834.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from urllib.parse import quote

from typing_extensions import override

from sunwi.adapters.channels.mail.mail_parts import Unsubscribing, html_part, shorten, text_part
from sunwi.domain.channel import OutgoingNotice

#: Who writes, as a mailbox lists it.
SENDER_NAME = "Sunwi 순위"


class _WholeAddresses(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # typeshed declares a field twice
    """A header of URLs, each on a line of its own: the library would write a long one as an encoded word."""

    @override
    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self.replace(', ', f',{policy.linesep} ')}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _WholeAddresses)
_POLICY = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What mails of a deployment have in common.

    Attributes:
        sender: Address that they come from.
        reply_to: Address that answers go to; empty for `sender`.
        configuration_set: Of SES; empty for none.
        sender_name: Stands before the address.
    """

    sender: str
    reply_to: str = ""
    configuration_set: str = ""
    sender_name: str = SENDER_NAME


def mail_message(notice: OutgoingNotice, *, to: str, settings: MailSettings, at: datetime) -> bytes:
    """Return a whole message: headers in ASCII, two parts in base64, so that no line is longer than 78 characters.

    Args:
        notice: What it says.
        to: One address, checked (`sunwi.domain.channel_address`).
        settings: Of this deployment.
        at: When it is sent; aware.

    Raises:
        ValueError: An address would begin a header of its own.
    """
    text = shorten(notice.text)
    unsubscribing = Unsubscribing(url=notice.unsubscribe_url or "", mail=settings.reply_to or settings.sender)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender_of(settings)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = text.title
    message["Date"] = format_datetime(at)
    # SES puts its own in place of it; where a copy goes another way, two tries are one message.
    message["Message-ID"] = f"<{notice.id}@{settings.sender.rpartition('@')[2]}>"
    if settings.reply_to:
        message["Reply-To"] = Address(addr_spec=settings.reply_to)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in _unsubscribe_headers(notice, unsubscribing).items():
        message[name] = value
    message.set_content(text_part(text, notice, unsubscribing), cte="base64")
    message.add_alternative(html_part(text, notice, unsubscribing), subtype="html", cte="base64")
    # The same at every try; no line of base64 begins with it.
    message.set_boundary(f"=_{notice.id}")
    return message.as_bytes()


def sender_of(settings: MailSettings) -> Address:
    """Return who writes, with a name."""
    return Address(display_name=settings.sender_name, addr_spec=settings.sender)


def _unsubscribe_headers(notice: OutgoingNotice, unsubscribing: Unsubscribing) -> dict[str, str]:
    """One click where a page takes it, which clients show as a button; else a mail to whoever reads the answers."""
    ways = [f"<{unsubscribing.url}>"] if unsubscribing.url else []
    if unsubscribing.mail:
        ways.append(f"<mailto:{unsubscribing.mail}?subject={quote(f'unsubscribe {notice.id}')}>")
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if unsubscribing.url else {}
    return {**({"List-Unsubscribe": ", ".join(ways)} if ways else {}), **one_click}
