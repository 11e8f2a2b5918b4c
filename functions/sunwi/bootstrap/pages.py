"""What opens pages; for images with Playwright only."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import cached_property
from random import SystemRandom

from typing_extensions import override

from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.adapters.browser.chromium import ChromiumPageLoader
from sunwi.adapters.browser.process_pace import ProcessSitePace
from sunwi.adapters.browser.warm_browser import WarmBrowser
from sunwi.adapters.sql.store import stored_pace
from sunwi.bootstrap.adapters import KEEP_CONFIG, Capability
from sunwi.domain.pace import PaceRule
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.pages.keep_job_pace import KeepJobPace
from sunwi.service.pages.keep_pace import KeepPace, Unpaced
from sunwi.service.pages.open_page import OpenPage
from sunwi.service.pages.read_surface import ReadSurface
from sunwi.service.ports.pace import PagePace, SitePace


class PageContainer(Capability):
    """Pages, for trackings, for the canary and for whoever asks by hand."""

    def close(self) -> None:
        """Close the browser."""
        if "loader" in self.__dict__:
            self.loader.close()

    @override
    def pages_opened(self) -> int:
        return self.loader.pages_opened if "loader" in self.__dict__ else 0

    @cached_property
    def loader(self) -> ChromiumPageLoader:
        """Opens pages."""
        settings = self.adapters.settings
        browser = WarmBrowser(
            executable=settings.browser_executable,
            max_pages=settings.browser_max_pages,
            max_memory_bytes=settings.browser_max_memory_bytes,
            standin_address=settings.standin_address,
            is_alone=settings.owns_sandbox,
        )
        return ChromiumPageLoader(
            clock=self.adapters.clock,
            browser=browser,
            page_timeout_seconds=settings.page_timeout_seconds,
            profile_pool=settings.browser_profile_pool,
        )

    @cached_property
    def pace(self) -> PagePace:
        """Keeps the pause between page loads: with everybody who uses the database, or alone where none is set."""
        if self.adapters.settings.names_database:
            return self._keep_pace(KeepPace, lambda: stored_pace(self.adapters.store))
        sites = ProcessSitePace()
        return self._keep_pace(KeepPace, lambda: nullcontext(sites))

    @cached_property
    def job_pace(self) -> PagePace:
        """Keeps the pause between page loads of jobs, behind the daily run."""
        return self._keep_pace(KeepJobPace, lambda: stored_pace(self.adapters.store))

    def _keep_pace(self, keep: type[KeepPace], open_sites: Callable[[], AbstractContextManager[SitePace]]) -> PagePace:
        """Keep CRAWL_DELAY_SECONDS by what knows the sites' pace; a delay of 0 asks nobody."""
        adapters = self.adapters
        delay = timedelta(seconds=adapters.settings.crawl_delay_seconds)
        if not delay:
            return Unpaced()
        return keep(
            open_sites=open_sites,
            clock=adapters.clock,
            rule=PaceRule(delay),
            random=SystemRandom(),
            sleep=adapters.sleep,
        )

    @cached_property
    def open_page(self) -> OpenPage:
        """Opens single pages."""
        return OpenPage(loader=self.loader, pace=self.pace)

    @cached_property
    def follow_link(self) -> FollowLink:
        """Follows shortened links."""
        return FollowLink(self.loader, self.pace)

    @cached_property
    def read_surface(self) -> ReadSurface:
        """Reads surfaces, page after page."""
        adapters = self.adapters
        depths = adapters.settings.surface_depths
        return ReadSurface(loader=self.loader, depths=depths, pace=self.pace, metrics=adapters.metrics)

    @cached_property
    def evidence_in_time(self) -> S3EvidenceStore | None:
        """Keeps pages, or gives up in time to save what they said; None when no bucket is set."""
        return self.adapters.evidence_store(KEEP_CONFIG)
