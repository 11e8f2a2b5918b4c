"""What looks ranks up for jobs; for images with Playwright only."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from random import SystemRandom

from sunwi.adapters.sql.pace import SqlSitePace
from sunwi.adapters.sql.store import stored_pace
from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.domain.pace import PaceRule
from sunwi.service.lookups.run_lookup import RunLookup
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.pages.keep_job_pace import KeepJobPace
from sunwi.service.pages.keep_pace import Unpaced
from sunwi.service.ports.pace import PagePace
from sunwi.wording.reading_documents import rank_document


class LookupContainer(Capability):
    """Real-time ranks."""

    @cached_property
    def job_pace(self) -> PagePace:
        """Keeps the pause between page loads, behind the daily run."""
        adapters = self.adapters
        delay = timedelta(seconds=adapters.settings.crawl_delay_seconds)
        if not delay:
            return Unpaced()

        def open_sites() -> AbstractContextManager[SqlSitePace]:
            return stored_pace(adapters.store)

        return KeepJobPace(
            open_sites=open_sites,
            clock=adapters.clock,
            rule=PaceRule(delay),
            random=SystemRandom(),
            sleep=adapters.sleep,
        )

    @cached_property
    def run_lookup(self) -> RunLookup:
        """Does the work of a lookup."""
        adapters, pages = self.adapters, self.adapters.compose(PageContainer)
        return RunLookup(
            store=adapters.store,
            guard=adapters.compose(CrawlContainer).circuit_breaker,
            read_surface=replace(pages.read_surface, pace=self.job_pace),
            follow_link=FollowLink(pages.loader, self.job_pace),
            write=rank_document,
        )
