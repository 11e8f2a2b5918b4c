"""What looks at pages; for images with Playwright only."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from random import SystemRandom
from time import sleep

from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.environment_usage import EnvironmentUsage
from sunwi.adapters.browser.warm_browser import WarmBrowser
from sunwi.adapters.sql.store import stored_pace
from sunwi.bootstrap.adapters import KEEP_CONFIG, Adapters
from sunwi.domain.pace import PaceRule
from sunwi.domain.tracking import Surface
from sunwi.service.canary.check_canary import CheckCanary
from sunwi.service.canary.open_canary_page import OpenCanaryPage
from sunwi.service.canary.parse_canary_keywords import parse_canary_keywords
from sunwi.service.crawling.circuit_breaker import CircuitBreaker
from sunwi.service.crawling.crawl_tracking import CrawlTracking
from sunwi.service.crawling.shorten_lease import ShortenLease
from sunwi.service.crawling.start_attempt import StartAttempt
from sunwi.service.pages.keep_pace import KeepPace, Unpaced
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.pace import PagePace, SitePace
from sunwi.settings import SAVE_SECONDS


@dataclass(frozen=True)
class PageContainer(Adapters):
    """Pages, for trackings and for the canary."""

    def close(self) -> None:
        """Close the browser, too."""
        if "loader" in self.__dict__:
            self.loader.close()
        super().close()

    @cached_property
    def loader(self) -> ChromiumPageLoader:
        """Opens pages."""
        settings = self.settings
        browser = WarmBrowser(
            executable=settings.browser_executable,
            max_pages=settings.browser_max_pages,
            max_memory_bytes=settings.browser_max_memory_bytes,
            standin_address=settings.standin_address,
            is_alone=settings.owns_sandbox,
        )
        return ChromiumPageLoader(
            clock=self.clock,
            browser=browser,
            page_timeout_seconds=settings.page_timeout_seconds,
            profile_pool=settings.browser_profile_pool,
        )

    @cached_property
    def pace(self) -> PagePace:
        """Keeps the pause between page loads, with everybody who uses the same database."""
        return self._keep_pace(lambda: stored_pace(self.store))

    def _keep_pace(self, open_sites: Callable[[], AbstractContextManager[SitePace]]) -> PagePace:
        """Keep CRAWL_DELAY_SECONDS by what knows the sites' pace; a delay of 0 asks nobody."""
        delay = timedelta(seconds=self.settings.crawl_delay_seconds)
        if not delay:
            return Unpaced()
        return KeepPace(
            open_sites=open_sites, clock=self.clock, rule=PaceRule(delay), random=SystemRandom(), sleep=sleep
        )

    @cached_property
    def environment_usage(self) -> EnvironmentUsage:
        """Measures what the crawler's environment has used up."""
        return EnvironmentUsage(self.loader)

    @cached_property
    def read_surface(self) -> ReadSurface:
        """Looks at surfaces."""
        return ReadSurface(
            loader=self.loader, depths=self.settings.surface_depths, pace=self.pace, metrics=self.metrics
        )

    @cached_property
    def evidence_in_time(self) -> S3EvidenceStore | None:
        """Keeps pages, or gives up in time to save what they said; None when no bucket is set."""
        return self.evidence_store(KEEP_CONFIG)

    @cached_property
    def circuit_breaker(self) -> CircuitBreaker:
        """Keeps page loads away from surfaces that refuse."""
        settings = self.settings
        return CircuitBreaker(
            store=self.store,
            clock=self.clock,
            metrics=self.metrics,
            rule=settings.circuit_rule,
            probe_time=timedelta(seconds=settings.crawler_timeout_seconds),
            random=SystemRandom(),
        )

    @cached_property
    def start_attempt(self) -> StartAttempt:
        """Decides what crawl messages are good for."""
        return StartAttempt(
            store=self.store,
            queue=self.queue,
            guard=self.circuit_breaker,
            pace=self.pace,
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            retry_base_seconds=self.settings.crawl_retry_base_seconds,
            postpone_seconds=self.settings.crawl_postpone_seconds,
        )

    @cached_property
    def crawl_tracking(self) -> CrawlTracking:
        """Answers crawl messages."""
        return CrawlTracking(
            store=self.store,
            queue=self.queue,
            start_attempt=self.start_attempt,
            read_surface=self.read_surface,
            evidence=self.evidence_in_time,
            guard=self.circuit_breaker,
            shorten_lease=ShortenLease(queue=self.queue, visibility_seconds=self.settings.visibility_seconds),
            clock=self.clock,
            retry_base_seconds=self.settings.crawl_retry_base_seconds,
            postpone_seconds=self.settings.crawl_postpone_seconds,
            pictures=self.settings.crawl_pictures == "on",
            random=SystemRandom(),
            save_seconds=SAVE_SECONDS,
        )

    @cached_property
    def check_canary(self) -> CheckCanary:
        """Reads pages with known answers; the first page of a list or tab is enough.

        Raises:
            ConfigurationError: CANARY_KEYWORDS cannot be used.
        """
        read_surface = replace(self.read_surface, depths=dict.fromkeys(Surface, 1))
        return CheckCanary(
            store=self.store,
            open_page=OpenCanaryPage(
                store=self.store, guard=self.circuit_breaker, read_surface=read_surface, evidence=self.evidence_in_time
            ),
            metrics=self.metrics,
            clock=self.clock,
            keywords=parse_canary_keywords(self.settings.canary_keywords),
            allow_stale_events=self.settings.crawl_allow_stale_events,
            save_seconds=SAVE_SECONDS,
        )


def publish_environment_usage(*, import_started: float, import_ended: float) -> None:
    """Write what the crawler's environment has used up; nothing when no container could be built.

    Args:
        import_started: `time.monotonic()` when the handler's imports began.
        import_ended: The same, when they were done.
    """
    for container in PageContainer.built():
        figures = container.environment_usage.measure(import_started=import_started, import_ended=import_ended)
        container.metrics.put(figures, function="crawler")
