"""Everything that commands use, a capability at a time: what a command does not touch is never imported."""

from functools import cached_property
from typing import TYPE_CHECKING

from sunwi.bootstrap.adapters import Capability

if TYPE_CHECKING:
    from sunwi.bootstrap.accounts import AccountContainer
    from sunwi.bootstrap.archive import ArchiveContainer
    from sunwi.bootstrap.backup import BackupContainer
    from sunwi.bootstrap.bulk_actions import BulkActionContainer
    from sunwi.bootstrap.canary import CanaryContainer
    from sunwi.bootstrap.crawling import CrawlContainer
    from sunwi.bootstrap.dead_letters import DeadLetterContainer
    from sunwi.bootstrap.evaluation import EvaluationContainer
    from sunwi.bootstrap.health import HealthContainer
    from sunwi.bootstrap.jobs import JobContainer
    from sunwi.bootstrap.ledger import LedgerContainer
    from sunwi.bootstrap.live import LiveContainer
    from sunwi.bootstrap.monitor import MonitorContainer
    from sunwi.bootstrap.notices import NoticeContainer
    from sunwi.bootstrap.owners import OwnerContainer
    from sunwi.bootstrap.pages import PageContainer
    from sunwi.bootstrap.privacy import PrivacyContainer
    from sunwi.bootstrap.requests import RequestContainer
    from sunwi.bootstrap.runs import RunContainer
    from sunwi.bootstrap.schedules import ScheduleContainer
    from sunwi.bootstrap.sign_in import SignInContainer
    from sunwi.bootstrap.trackings import TrackingContainer
    from sunwi.bootstrap.upkeep import UpkeepContainer
    from sunwi.bootstrap.watchdog import WatchdogContainer


class CommandContainer(Capability):
    """The capabilities by their names."""

    @cached_property
    def trackings(self) -> "TrackingContainer":
        """Trackings."""
        from sunwi.bootstrap.trackings import TrackingContainer

        return self.adapters.compose(TrackingContainer)

    @cached_property
    def owners(self) -> "OwnerContainer":
        """Agencies and clients."""
        from sunwi.bootstrap.owners import OwnerContainer

        return self.adapters.compose(OwnerContainer)

    @cached_property
    def runs(self) -> "RunContainer":
        """Runs."""
        from sunwi.bootstrap.runs import RunContainer

        return self.adapters.compose(RunContainer)

    @cached_property
    def jobs(self) -> "JobContainer":
        """Jobs and the pool of their workers."""
        from sunwi.bootstrap.jobs import JobContainer

        return self.adapters.compose(JobContainer)

    @cached_property
    def bulk_actions(self) -> "BulkActionContainer":
        """Actions on everything that matches a filter."""
        from sunwi.bootstrap.bulk_actions import BulkActionContainer

        return self.adapters.compose(BulkActionContainer)

    @cached_property
    def schedules(self) -> "ScheduleContainer":
        """What is submitted again and again."""
        from sunwi.bootstrap.schedules import ScheduleContainer

        return self.adapters.compose(ScheduleContainer)

    @cached_property
    def evaluation(self) -> "EvaluationContainer":
        """What changed for trackings."""
        from sunwi.bootstrap.evaluation import EvaluationContainer

        return self.adapters.compose(EvaluationContainer)

    @cached_property
    def ledger(self) -> "LedgerContainer":
        """The history that is billed."""
        from sunwi.bootstrap.ledger import LedgerContainer

        return self.adapters.compose(LedgerContainer)

    @cached_property
    def pages(self) -> "PageContainer":
        """Pages; it brings Playwright along."""
        from sunwi.bootstrap.pages import PageContainer

        return self.adapters.compose(PageContainer)

    @cached_property
    def crawling(self) -> "CrawlContainer":
        """Crawl messages; it brings Playwright along."""
        from sunwi.bootstrap.crawling import CrawlContainer

        return self.adapters.compose(CrawlContainer)

    @cached_property
    def canary(self) -> "CanaryContainer":
        """The canary; it brings Playwright along."""
        from sunwi.bootstrap.canary import CanaryContainer

        return self.adapters.compose(CanaryContainer)

    @cached_property
    def dead_letters(self) -> "DeadLetterContainer":
        """Messages that SQS moved aside."""
        from sunwi.bootstrap.dead_letters import DeadLetterContainer

        return self.adapters.compose(DeadLetterContainer)

    @cached_property
    def watchdog(self) -> "WatchdogContainer":
        """The watch over days."""
        from sunwi.bootstrap.watchdog import WatchdogContainer

        return self.adapters.compose(WatchdogContainer)

    @cached_property
    def monitor(self) -> "MonitorContainer":
        """The watch over jobs."""
        from sunwi.bootstrap.monitor import MonitorContainer

        return self.adapters.compose(MonitorContainer)

    @cached_property
    def notices(self) -> "NoticeContainer":
        """Notices and their channels."""
        from sunwi.bootstrap.notices import NoticeContainer

        return self.adapters.compose(NoticeContainer)

    @cached_property
    def health(self) -> "HealthContainer":
        """Health checks."""
        from sunwi.bootstrap.health import HealthContainer

        return self.adapters.compose(HealthContainer)

    @cached_property
    def upkeep(self) -> "UpkeepContainer":
        """Care for the database."""
        from sunwi.bootstrap.upkeep import UpkeepContainer

        return self.adapters.compose(UpkeepContainer)

    @cached_property
    def backup(self) -> "BackupContainer":
        """Backups."""
        from sunwi.bootstrap.backup import BackupContainer

        return self.adapters.compose(BackupContainer)

    @cached_property
    def archive(self) -> "ArchiveContainer":
        """Rows that have left the database."""
        from sunwi.bootstrap.archive import ArchiveContainer

        return self.adapters.compose(ArchiveContainer)

    @cached_property
    def requests(self) -> "RequestContainer":
        """What surrounds a request over HTTP."""
        from sunwi.bootstrap.requests import RequestContainer

        return self.adapters.compose(RequestContainer)

    @cached_property
    def live(self) -> "LiveContainer":
        """Open pages."""
        from sunwi.bootstrap.live import LiveContainer

        return self.adapters.compose(LiveContainer)

    @cached_property
    def sign_in(self) -> "SignInContainer":
        """Signing in and out."""
        from sunwi.bootstrap.sign_in import SignInContainer

        return self.adapters.compose(SignInContainer)

    @cached_property
    def privacy(self) -> "PrivacyContainer":
        """What is held about people."""
        from sunwi.bootstrap.privacy import PrivacyContainer

        return self.adapters.compose(PrivacyContainer)

    @cached_property
    def accounts(self) -> "AccountContainer":
        """Who signs in."""
        from sunwi.bootstrap.accounts import AccountContainer

        return self.adapters.compose(AccountContainer)
