"""What reads pages with known answers; for images with Playwright only."""

from dataclasses import replace
from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.domain.tracking import Surface
from sunwi.service.canary.check_canary import CheckCanary
from sunwi.service.canary.open_canary_page import OpenCanaryPage
from sunwi.service.canary.parse_canary_keywords import parse_canary_keywords
from sunwi.settings import SAVE_SECONDS


class CanaryContainer(Capability):
    """The canary."""

    @cached_property
    def check_canary(self) -> CheckCanary:
        """Reads pages with known answers; the first page of a list or tab is enough.

        Raises:
            ConfigurationError: CANARY_KEYWORDS cannot be used.
        """
        adapters, pages = self.adapters, self.adapters.compose(PageContainer)
        return CheckCanary(
            store=adapters.store,
            open_page=OpenCanaryPage(
                store=adapters.store,
                guard=adapters.compose(CrawlContainer).circuit_breaker,
                read_surface=replace(pages.read_surface, depths=dict.fromkeys(Surface, 1)),
                evidence=pages.evidence_in_time,
            ),
            metrics=adapters.metrics,
            clock=adapters.clock,
            keywords=parse_canary_keywords(adapters.settings.canary_keywords),
            allow_stale_events=adapters.settings.crawl_allow_stale_events,
            save_seconds=SAVE_SECONDS,
        )
