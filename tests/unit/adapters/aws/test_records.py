from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from sunwi.adapters.aws.records import receipt_of_record
from sunwi.domain.task import Receipt

RECORD: dict[str, Any] = {
    "messageId": "m1",
    "receiptHandle": "h1",
    "body": "{}",
    "attributes": {"ApproximateReceiveCount": "4", "SentTimestamp": "1767283200123"},
    "eventSourceARN": "arn:aws:sqs:ap-northeast-2:000000000000:crawl",
}


def test_a_record_gives_its_id_handle_queue_time_and_receives() -> None:
    assert receipt_of_record(SQSRecord(RECORD)) == Receipt(
        message_id="m1",
        receipt_handle="h1",
        queue_arn="arn:aws:sqs:ap-northeast-2:000000000000:crawl",
        sent_at=datetime(2026, 1, 1, 16, 0, 0, 123_000, tzinfo=UTC),
        receive_count=4,
    )
