"""The crawl queue and its express lane on SQS."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.domain.task import Receipt, message_body
from sunwi.errors import ConfigurationError, Retryable
from sunwi.service.ports.outside import CrawlQueue

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

log = structlog.get_logger()

#: Messages per SendMessageBatch. Source: docs/aws.md, SQS.
BATCH_SIZE = 10

#: Calls under way at once.
SEND_THREADS = 8

#: Times that refused entries of one batch are sent again at once, and for how long at most.
_RESENDS = 3
RESEND_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SqsCrawlQueue(CrawlQueue):
    """Sends tracking ids and hides received messages.

    Attributes:
        express_queue_url: Lane of runs that somebody waits for.
    """

    client: "SQSClient"
    crawl_queue_url: str | None
    express_queue_url: str | None

    @override
    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        # Ten a call, several calls at once; a call that fails leaves its own messages untaken, never those of another.
        url = self._url(express=express)
        batches = [tracking_ids[start : start + BATCH_SIZE] for start in range(0, len(tracking_ids), BATCH_SIZE)]
        with ThreadPoolExecutor(max_workers=SEND_THREADS) as pool:
            answers = list(pool.map(lambda batch: self._send_batch(url, run_id, batch), batches))
        taken = {tracking_id for batch, _ in answers for tracking_id in batch}
        error = next((error for _, error in answers if error is not None), None)
        if error is not None:
            log.warning("send_failed", run_id=run_id, queue_url=url, taken=len(taken), error=str(error))
            if not taken:
                raise Retryable(
                    f"messages of run {run_id} could not be sent to {url}: {error}",
                    code="messages_not_sent",
                    run_id=run_id,
                    url=url,
                    cause=str(error),
                ) from error
        return taken

    def _send_batch(self, url: str, run_id: str, tracking_ids: Sequence[int]) -> tuple[set[int], Exception | None]:
        """Send up to ten; entries that SQS refuses one by one are sent again. Give the taken, and what went wrong."""
        left = list(tracking_ids)
        give_up_at = time.monotonic() + RESEND_SECONDS
        for _ in range(_RESENDS + 1):
            entries = [{"Id": str(i), "MessageBody": message_body(run_id, i)} for i in left]
            try:
                answer = self.client.send_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[arg-type]  # plain dicts of the entry's shape
            except (BotoCoreError, ClientError) as error:
                return set(tracking_ids) - set(left), error
            refused = {int(failed["Id"]) for failed in answer.get("Failed", [])}
            left = [tracking_id for tracking_id in left if tracking_id in refused]
            if not left or time.monotonic() > give_up_at:
                break
        return set(tracking_ids) - set(left), None

    @override
    def postpone(self, receipt: Receipt, seconds: int) -> None:
        name = receipt.queue_arn.rsplit(":", 1)[-1]
        urls = (self.crawl_queue_url, self.express_queue_url)
        url = next((url for url in urls if url and url.rsplit("/", 1)[-1] == name), None)
        if url is None:
            raise ConfigurationError(
                f"a message came from queue {name}, which is neither CRAWL_QUEUE_URL nor EXPRESS_QUEUE_URL: set them",
                code="queue_of_message_unknown",
                queue=name,
            )
        try:
            self.client.change_message_visibility(
                QueueUrl=url, ReceiptHandle=receipt.receipt_handle, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"message {receipt.message_id} could not be postponed: {error}",
                code="message_not_postponed",
                message_id=receipt.message_id,
                cause=str(error),
            ) from error

    def _url(self, *, express: bool) -> str:
        url, name = (
            (self.express_queue_url, "EXPRESS_QUEUE_URL") if express else (self.crawl_queue_url, "CRAWL_QUEUE_URL")
        )
        if not url:
            raise ConfigurationError(
                f"{name} is not set: set it to the queue's URL (an output of the stack)",
                code="queue_not_set",
                setting=name,
            )
        return url
