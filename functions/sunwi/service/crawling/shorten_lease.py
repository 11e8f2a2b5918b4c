"""Hide a message whose attempt has started for as long as the invocation can take, so that a crash is retried soon."""

from dataclasses import dataclass

import structlog

from sunwi.domain.attempt import lease_seconds
from sunwi.domain.task import Receipt
from sunwi.errors import SunwiError
from sunwi.service.ports.outside import CrawlQueue

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenLease:
    """Shorten what hides a message once its attempt has really started.

    Attributes:
        visibility_seconds: How long the queue hides a message that is received, room for throttled receives included.
    """

    queue: CrawlQueue
    visibility_seconds: int

    def __call__(self, receipt: Receipt, *, remaining_seconds: float | None) -> None:
        """Hide a message until just after its invocation has ended at the latest; a failure costs only time.

        Args:
            receipt: Of this receive.
            remaining_seconds: What the invocation has left; None when nobody knows, so that nothing is changed.
        """
        if remaining_seconds is None:
            return
        seconds = lease_seconds(remaining_seconds, visibility_seconds=self.visibility_seconds)
        if seconds is None:
            return
        try:
            self.queue.postpone(receipt, seconds)
        except SunwiError as error:
            log.warning("lease_not_shortened", delay_seconds=seconds, error=str(error))
