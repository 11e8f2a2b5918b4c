"""What answers crawl messages; for images with Playwright only."""

from datetime import timedelta
from functools import cached_property
from random import SystemRandom

from sunwi.adapters.browser.environment_usage import EnvironmentUsage
from sunwi.bootstrap.adapters import Adapters, Capability
from sunwi.bootstrap.pages import PageContainer
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.crawling.crawl_tracking import CrawlTracking
from sunwi.service.crawling.shorten_lease import ShortenLease
from sunwi.service.crawling.start_attempt import StartAttempt
from sunwi.settings import SAVE_SECONDS


class CrawlContainer(Capability):
    """Crawl messages."""

    @cached_property
    def environment_usage(self) -> EnvironmentUsage:
        """Measures what the crawler's environment has used up."""
        return EnvironmentUsage(self.adapters.compose(PageContainer).loader)

    @cached_property
    def circuit_breaker(self) -> CircuitBreaker:
        """Keeps page loads away from surfaces that refuse."""
        adapters, settings = self.adapters, self.adapters.settings
        return CircuitBreaker(
            store=adapters.store,
            clock=adapters.clock,
            metrics=adapters.metrics,
            rule=settings.circuit_rule,
            probe_time=timedelta(seconds=settings.crawler_timeout_seconds),
            random=SystemRandom(),
        )

    @cached_property
    def start_attempt(self) -> StartAttempt:
        """Decides what crawl messages are good for."""
        adapters, settings = self.adapters, self.adapters.settings
        return StartAttempt(
            store=adapters.store,
            queue=adapters.queue,
            guard=self.circuit_breaker,
            pace=adapters.compose(PageContainer).pace,
            clock=adapters.clock,
            batch_timeout=settings.batch_timeout,
            retry_base_seconds=settings.crawl_retry_base_seconds,
            postpone_seconds=settings.crawl_postpone_seconds,
        )

    @cached_property
    def crawl_tracking(self) -> CrawlTracking:
        """Answers crawl messages."""
        adapters, pages = self.adapters, self.adapters.compose(PageContainer)
        settings = adapters.settings
        return CrawlTracking(
            store=adapters.store,
            queue=adapters.queue,
            start_attempt=self.start_attempt,
            read_surface=pages.read_surface,
            evidence=pages.evidence_in_time,
            guard=self.circuit_breaker,
            shorten_lease=ShortenLease(queue=adapters.queue, visibility_seconds=settings.visibility_seconds),
            clock=adapters.clock,
            retry_base_seconds=settings.crawl_retry_base_seconds,
            postpone_seconds=settings.crawl_postpone_seconds,
            pictures=settings.crawl_pictures == "on",
            random=SystemRandom(),
            save_seconds=SAVE_SECONDS,
        )


def publish_environment_usage(*, import_started: float, import_ended: float) -> None:
    """Write what the crawler's environment has used up; nothing when no container could be built.

    Args:
        import_started: `time.monotonic()` when the handler's imports began.
        import_ended: The same, when they were done.
    """
    for adapters in Adapters.known():
        if container := adapters.composed(CrawlContainer):
            figures = container.environment_usage.measure(import_started=import_started, import_ended=import_ended)
            adapters.metrics.put(figures, function="crawler")
