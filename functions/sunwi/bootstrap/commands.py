"""What the command line does."""

from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from time import sleep

from sunwi.adapters.aws.dead_letters import open_dead_letter_queue
from sunwi.adapters.browser.process_pace import ProcessSitePace
from sunwi.bootstrap.health import ContainerProbes
from sunwi.bootstrap.pages import PageContainer
from sunwi.bootstrap.schema import SchemaContainer
from sunwi.bootstrap.watch import WatchContainer
from sunwi.domain.dead_letter import QueueName
from sunwi.errors import ConfigurationError
from sunwi.service.dead_letters.handle_dead_letters import HandleDeadLetters
from sunwi.service.health.check_health import CheckHealth
from sunwi.service.ledger.audit_sessions import AuditSessions
from sunwi.service.ledger.recount_sessions import RecountSessions
from sunwi.service.ledger.replay_run import ReplayRun
from sunwi.service.ledger.show_proof import ShowProof
from sunwi.service.pages.follow_link import FollowLink
from sunwi.service.pages.open_page import OpenPage
from sunwi.service.ports.dead_letters import DeadLetterQueue
from sunwi.service.ports.pace import PagePace
from sunwi.service.runs.cancel_run import CancelRun
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.retry_failed import RetryFailed
from sunwi.service.runs.show_run import ShowRun
from sunwi.service.trackings.import_trackings import ImportTrackings
from sunwi.service.trackings.list_trackings import ListTrackings
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.service.trackings.show_tracking import ShowTracking


@dataclass(frozen=True)
class CommandContainer(WatchContainer, PageContainer, SchemaContainer):
    """The functions' use cases, and the command line's own."""

    @cached_property
    def follow_link(self) -> FollowLink:
        """Follows shortened links."""
        return FollowLink(self.loader, self.pace)

    @cached_property
    def pace(self) -> PagePace:
        """Keeps the pause between page loads: with the crawlers of the database, or alone where none is set."""
        if self.settings.names_database:
            return super().pace
        sites = ProcessSitePace()
        return self._keep_pace(lambda: nullcontext(sites))

    @cached_property
    def open_page(self) -> OpenPage:
        """Opens single pages."""
        return OpenPage(loader=self.loader, pace=self.pace)

    @cached_property
    def cancel_run(self) -> CancelRun:
        """Cancels runs; a command's output is no place for metrics, and the state machine publishes them after it."""
        close_run = CloseRun(store=self.store, clock=self.clock)
        return CancelRun(store=self.store, clock=self.clock, close_run=close_run)

    @cached_property
    def retry_failed(self) -> RetryFailed:
        """Queues failed trackings again."""
        return RetryFailed(store=self.store, queue=self.queue, clock=self.clock)

    def dead_letters(self, name: QueueName) -> DeadLetterQueue:
        """Find the dead-letter queue of a queue.

        Raises:
            ConfigurationError: The queue's URL is not set, or it has no dead-letter queue.
            Retryable: SQS cannot be reached.
        """
        source_url = self.settings.require(f"{name}_queue_url")
        return open_dead_letter_queue(self.aws_client("sqs"), name, source_url)

    @cached_property
    def handle_dead_letters(self) -> HandleDeadLetters:
        """Lists dead letters and sends them back."""
        return HandleDeadLetters(store=self.store, clock=self.clock, wait=sleep)

    @cached_property
    def manage_trackings(self) -> ManageTrackings:
        """Adds, pauses and ends trackings."""
        return ManageTrackings(store=self.store, clock=self.clock)

    @cached_property
    def import_trackings(self) -> ImportTrackings:
        """Stores the trackings of a file."""
        return ImportTrackings(store=self.store, clock=self.clock)

    @cached_property
    def list_trackings(self) -> ListTrackings:
        """Lists trackings."""
        return ListTrackings(self.store)

    @cached_property
    def show_proof(self) -> ShowProof:
        """Shows the page behind a day."""
        return ShowProof(store=self.store, evidence=self.evidence)

    @cached_property
    def show_tracking(self) -> ShowTracking:
        """Shows a tracking's history."""
        return ShowTracking(store=self.store, clock=self.clock)

    @cached_property
    def recount_sessions(self) -> RecountSessions:
        """Recounts a tracking's sessions."""
        return RecountSessions(store=self.store, clock=self.clock)

    @cached_property
    def audit_sessions(self) -> AuditSessions:
        """Finds sessions that the rules cannot explain."""
        return AuditSessions(self.store)

    @cached_property
    def check_health(self) -> CheckHealth:
        """Checks everything that a night needs."""
        return CheckHealth(probes=ContainerProbes(self, self._start_browser), clock=self.clock)

    def _start_browser(self) -> str:
        """Return the version of the browser, which is closed again."""
        try:
            return self.loader.start()
        finally:
            self.loader.close()

    @cached_property
    def show_run(self) -> ShowRun:
        """Shows runs."""
        return ShowRun(store=self.store, clock=self.clock)

    @cached_property
    def replay_run(self) -> ReplayRun:
        """Reads a run's kept pages anew.

        Raises:
            ConfigurationError: No bucket is set.
        """
        if self.evidence is None:
            raise ConfigurationError(
                "no pages are kept: set EVIDENCE_BUCKET to the stack's bucket of evidence",
                code="evidence_not_kept",
            )
        return ReplayRun(store=self.store, evidence=self.evidence, clock=self.clock)
