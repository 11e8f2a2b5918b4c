"""Record mails that came back or were complained of: their address gets none any more.

Source: docs/mail.md, Bounces and complaints; docs/aws.md, SES.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, NamedTuple

import structlog

from sunwi.domain.notice import NewNotice
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.watch_notice import notice_of_problem
from sunwi.service.notices.post_notices import PostNotices, post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Why an address gets no mail; the codes are stored with its channels.
BOUNCED, COMPLAINED = "bounced", "complained"

_KINDS = {BOUNCED: ProblemKind.MAIL_BOUNCED, COMPLAINED: ProblemKind.MAIL_COMPLAINED}
#: Channels that a notice names before it says that there are more.
_NAMED = 10


class Unreachable(NamedTuple):
    """An address that is to get no mail, and why."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBounces:
    """Suppresses addresses that SES reports, and tells the operators: what came back was marked as told before.

    Attributes:
        post: Puts their notice into the outbox.
    """

    store: Store
    clock: Clock
    post: PostNotices = post_notices

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
        now = self.clock.now()
        with self.store.begin() as tx:
            stopped = [
                (reason, tx.notices.suppress(address, reason, at=now), address) for address, reason in unreachable
            ]
            notices = [_notice_of(reason, names, address, at=now) for reason, names, address in stopped if names]
            self.post(tx, notices, at=now)
        for reason, names, _ in stopped:
            log.info("address_suppressed", reason=reason, channels=len(names))
        return sum(len(names) for _, names, _ in stopped)


def _notice_of(reason: str, names: Sequence[str], address: str, *, at: datetime) -> NewNotice:
    """Name the channels, and not the address, which is a person's."""
    detail = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    problem = Problem(kind=_KINDS[reason], subject="mail", extent=len(names), detail=detail)
    # Added anew, an address that comes back again is told of again.
    key = sha256(f"{address.lower()}:{at.isoformat()}".encode()).hexdigest()
    return notice_of_problem(problem, key=f"mail-stopped:{key}")


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
