"""Take note of mails that came back or were complained of: their address gets none any more.

Source: docs/mail.md, Bounces and complaints; docs/aws.md, SES.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any, NamedTuple

import structlog

from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction

log = structlog.get_logger()

#: Why an address gets no mail; the codes are stored.
BOUNCED, COMPLAINED = "bounced", "complained"

#: Suppresses an address for a reason, from a time on, and returns how many channels that were.
Suppress = Callable[[Transaction, str, str, datetime], int]


class Unreachable(NamedTuple):
    """An address that is to get no mail, and why."""

    address: str
    reason: str


def suppress_address(tx: Transaction, address: str, reason: str, at: datetime) -> int:
    """Suppress an address."""
    return tx.notices.suppress(address, reason, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBounces:
    """Suppresses addresses that SES reports.

    Attributes:
        suppress: Another one in tests.
    """

    store: Store
    clock: Clock
    suppress: Suppress = suppress_address

    def record(self, event: Mapping[str, Any]) -> int:
        """Suppress every address that an event of SNS names; the same event twice is the same as once.

        Args:
            event: As SNS invokes a function: messages of SES's event publishing.

        Returns:
            The number of channels that were suppressed by it.

        Raises:
            StoreUnavailable: The database cannot be reached; Lambda delivers the event again.
        """
        unreachable = list(dict.fromkeys(unreachable_of(event)))
        if not unreachable:
            return 0
        with self.store.begin() as tx:
            counts = [self.suppress(tx, address, reason, self.clock.now()) for address, reason in unreachable]
        for (_, reason), channels in zip(unreachable, counts, strict=True):
            log.info("address_suppressed", reason=reason, channels=channels)
        return sum(counts)


def unreachable_of(event: Mapping[str, Any]) -> Iterator[Unreachable]:
    """Return the addresses of an event that no mail reaches, or whose owners want none.

    A mailbox that is full, or a server that is away, is neither: SES goes on trying by itself. A message that is no
    report is passed over, as is the one by which SES tries the topic.
    """
    for record in event.get("Records", ()):
        report = _report(record)
        match report.get("eventType") or report.get("notificationType"):
            case "Bounce" if report.get("bounce", {}).get("bounceType") == "Permanent":
                yield from _named(report["bounce"].get("bouncedRecipients"), BOUNCED)
            case "Complaint" if report.get("complaint", {}).get("complaintFeedbackType") != "not-spam":
                yield from _named(report.get("complaint", {}).get("complainedRecipients"), COMPLAINED)
            case _:
                log.info("mail_report_passed_over", kind=str(report.get("eventType", "")))


def _report(record: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        report = json.loads(record["Sns"]["Message"])
    except (KeyError, TypeError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def _named(recipients: object, reason: str) -> Iterator[Unreachable]:
    for recipient in recipients if isinstance(recipients, list) else ():
        _, address = parseaddr(str(recipient.get("emailAddress", "")) if isinstance(recipient, dict) else "")
        if "@" in address:
            yield Unreachable(address, reason)
