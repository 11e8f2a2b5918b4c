"""What looks ranks up for jobs; for images with Playwright only."""

from dataclasses import replace
from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.crawling import CrawlContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.service.lookups.run_lookup import RunLookup
from sunwi.service.pages.follow_link import FollowLink
from sunwi.wording.reading_documents import rank_document


class LookupContainer(Capability):
    """Real-time ranks."""

    @cached_property
    def run_lookup(self) -> RunLookup:
        """Does the work of a lookup."""
        adapters, pages = self.adapters, self.adapters.compose(PageContainer)
        return RunLookup(
            store=adapters.store,
            guard=adapters.compose(CrawlContainer).circuit_breaker,
            read_surface=replace(pages.read_surface, pace=pages.job_pace),
            follow_link=FollowLink(pages.loader, pages.job_pace),
            write=rank_document,
        )
