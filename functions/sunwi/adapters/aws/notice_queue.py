"""The queue of notices on SQS."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.adapters.aws.queue import BATCH_SIZE, SEND_THREADS
from sunwi.domain.stored_notice import NoticeKey
from sunwi.errors import Retryable
from sunwi.service.ports.notices import NoticeQueue

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SqsNoticeQueue(NoticeQueue):
    """Sends ids and generations; what SQS refuses is left to the next minute."""

    client: "SQSClient"
    queue_url: str

    @override
    def send(self, notices: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        batches = [notices[start : start + BATCH_SIZE] for start in range(0, len(notices), BATCH_SIZE)]
        with ThreadPoolExecutor(max_workers=SEND_THREADS) as pool:
            answers = list(pool.map(self._send_batch, batches))
        taken = [notice for batch, _ in answers for notice in batch]
        error = next((error for _, error in answers if error is not None), None)
        if error is not None:
            log.warning("notices_not_sent", queue_url=self.queue_url, taken=len(taken), error=str(error))
            if not taken:
                raise Retryable(
                    f"notices could not be sent to {self.queue_url}: {error}",
                    code="notices_not_sent",
                    url=self.queue_url,
                    cause=str(error),
                ) from error
        return taken

    def _send_batch(self, notices: Sequence[tuple[str, int]]) -> tuple[list[tuple[str, int]], Exception | None]:
        """Send up to ten; return those that were taken, and what went wrong."""
        bodies = {str(number): NoticeKey(*notice).as_message() for number, notice in enumerate(notices)}
        entries = [{"Id": number, "MessageBody": body} for number, body in bodies.items()]
        try:
            answer = self.client.send_message_batch(QueueUrl=self.queue_url, Entries=entries)  # type: ignore[arg-type]  # plain dicts of the entry's shape
        except (BotoCoreError, ClientError) as error:
            return [], error
        refused = {int(failed["Id"]) for failed in answer.get("Failed", [])}
        return [notice for number, notice in enumerate(notices) if number not in refused], None
