"""Record mails that came back or were complained of: their address gets none any more.

Source: docs/mail.md, Bounces and complaints; docs/aws.md, SES.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, NamedTuple

import structlog

from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Why an address gets no mail; the codes are stored with its channels.
BOUNCED, COMPLAINED = "bounced", "complained"


class Unreachable(NamedTuple):
    """An address that is to get no mail, and why."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBounces:
    """Suppresses addresses that SES reports."""

    store: Store
    clock: Clock

    def record(self, report: str) -> int:
        """Suppress every address that a report names; the same report twice is the same as once.

        Args:
            report: A message of SES's event publishing, as the topic delivers it: JSON.

        Returns:
            The number of channels that were suppressed by it.

        Raises:
            StoreUnavailable: The database cannot be reached; Lambda delivers the event again.
        """
        unreachable = list(dict.fromkeys(unreachable_of(report)))
        if not unreachable:
            return 0
        with self.store.begin() as tx:
            counts = [tx.notices.suppress(address, reason, at=self.clock.now()) for address, reason in unreachable]
        for (_, reason), channels in zip(unreachable, counts, strict=True):
            log.info("address_suppressed", reason=reason, channels=channels)
        return sum(counts)


def unreachable_of(report: str) -> Iterator[Unreachable]:
    """Return the addresses of a report that no mail reaches, or whose owners want none.

    A mailbox that is full, or a server that is away, is neither: SES goes on trying by itself. A message that is no
    report is passed over, as is the one by which SES tries the topic.
    """
    told = _parse(report)
    bounce, complaint = _part(told, "bounce"), _part(told, "complaint")
    match told.get("eventType") or told.get("notificationType"):
        case "Bounce" if bounce.get("bounceType") == "Permanent":
            yield from _named(bounce.get("bouncedRecipients"), BOUNCED)
        case "Complaint" if complaint.get("complaintFeedbackType") != "not-spam":
            yield from _named(complaint.get("complainedRecipients"), COMPLAINED)
        case kind:
            log.info("mail_report_passed_over", kind=str(kind))


def _parse(report: str) -> Mapping[str, Any]:
    try:
        told = json.loads(report)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _named(recipients: object, reason: str) -> Iterator[Unreachable]:
    for recipient in recipients if isinstance(recipients, list) else ():
        _, address = parseaddr(str(recipient.get("emailAddress", "")) if isinstance(recipient, dict) else "")
        if "@" in address:
            yield Unreachable(address, reason)
