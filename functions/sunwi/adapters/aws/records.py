"""SQS event records as Sunwi's own receipts, and the time there is for them."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from sunwi.domain.task import Receipt


def receipt_of_record(record: SQSRecord) -> Receipt:
    """Build the receipt of one record."""
    attributes = record.attributes
    return Receipt(
        message_id=record.message_id,
        receipt_handle=record.receipt_handle,
        queue_arn=record.event_source_arn,
        sent_at=datetime.fromtimestamp(int(attributes.sent_timestamp) / 1000, UTC),
        receive_count=int(attributes.approximate_receive_count),
    )


def remaining_seconds(context: Any) -> float | None:  # noqa: ANN401 - Lambda's own context object
    """Return how long an invocation may still run, in seconds; None where there is no context."""
    return None if context is None else float(context.get_remaining_time_in_millis()) / 1000
