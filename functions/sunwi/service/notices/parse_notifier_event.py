"""Tell messages of the notices' queue from what the mail service reports."""

from collections.abc import Mapping, Sequence
from typing import Any

_OF_A_TOPIC = "aws:sns"


def mail_reports_of(event: Mapping[str, Any]) -> Sequence[str] | None:
    """Return the bodies of reports of mails that came back; None of messages of the queue.

    Args:
        event: Of SQS, or of the topic that the mail service reports to.
    """
    records = event.get("Records") or []
    if not records or any(record.get("EventSource") != _OF_A_TOPIC for record in records):
        return None
    return [record["Sns"]["Message"] for record in records]
