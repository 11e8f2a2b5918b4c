"""The event that EventBridge sends for a rule with a schedule."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4


def scheduled_event(rule_arn: str, time: datetime) -> dict[str, Any]:
    """Return a scheduled event.

    Args:
        rule_arn: The rule that fires; its account and region are the event's.
        time: Aware; EventBridge gives it to the second, in UTC.
    """
    region, account = rule_arn.split(":")[3:5]
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }
