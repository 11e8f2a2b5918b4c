"""Queue of notices → Slack, e-mail, webhook; the mail service's topic → addresses that take no more."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from sunwi.bootstrap.notices import NoticeContainer
from sunwi.observability import bind_invocation, configure_logging, message_lines
from sunwi.service.notices.parse_notifier_event import mail_reports_of
from sunwi.settings import load_settings

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Deliver what a batch of messages names, and return the ids of those that must come again.

    Raises:
        SunwiError: A report of the mail service was not stored; its topic delivers it again.
    """
    configure_logging(load_settings().log_level)
    bind_invocation(function="notifier", request_id=getattr(context, "aws_request_id", None))
    reports = mail_reports_of(event)
    if reports is not None:
        for report in reports:
            NoticeContainer.bootstrap().record_mail_report(report)
        return {"batchItemFailures": []}
    return dict(process_partial_response(event, record_handler=handle_record, processor=_processor, context=context))


def handle_record(record: SQSRecord) -> None:
    """Deliver one message's notice; to raise is to have it delivered again."""
    with message_lines(record.message_id):
        NoticeContainer.bootstrap().deliver_notice.handle(record.body)
