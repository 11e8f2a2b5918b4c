"""SQS → Chromium → ledger."""

import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from crawler import IMPORT_STARTED
from sunwi.adapters.aws.records import receipt_of_record, remaining_seconds
from sunwi.bootstrap.crawling import CrawlContainer, publish_environment_usage
from sunwi.observability import bind_invocation, configure_logging, message_lines
from sunwi.settings import load_settings

_import_ended = time.monotonic()
_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Measure what a batch of messages asks for, and return the ids of those that must come again."""
    configure_logging(load_settings().log_level)
    bind_invocation(function="crawler", request_id=getattr(context, "aws_request_id", None))
    answer = process_partial_response(event, record_handler=handle_record, processor=_processor, context=context)
    publish_environment_usage(import_started=IMPORT_STARTED, import_ended=_import_ended)
    return dict(answer)


def handle_record(record: SQSRecord, lambda_context: Any = None) -> None:  # noqa: ANN401 - Lambda's own context object
    """Measure one message's tracking; to raise is to have it delivered again."""
    with message_lines(record.message_id):
        crawl_tracking, remaining = CrawlContainer.bootstrap().crawl_tracking, remaining_seconds(lambda_context)
        crawl_tracking.handle(record.body, receipt_of_record(record), remaining_seconds=remaining)
