"""What the use cases need from the world, as Protocols.

A transaction commits when its `with` block ends, and rolls back when it raises.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.run import Run
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.task import Receipt
from sunwi.service.ports.accounts import Accounts, ApiKeys, WebSessions
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import LivePages
from sunwi.service.ports.doors.run_progress import RunProgresses
from sunwi.service.ports.evaluation import ClientThresholds, Digests, Evaluation
from sunwi.service.ports.jobs import JobAttempts, JobHistory, JobQueue, Jobs, Workers
from sunwi.service.ports.kept.archive import Archive, ArchiveIndex
from sunwi.service.ports.kept.audit import Audit
from sunwi.service.ports.kept.backups import Backups
from sunwi.service.ports.kept.evidence import EvidenceStore
from sunwi.service.ports.kept.personal_data import PersonalData
from sunwi.service.ports.kept.requests import AccessFailures, FileLinks, Requests
from sunwi.service.ports.notices import Channels, Notices
from sunwi.service.ports.owners import OwnerLists, Owners
from sunwi.service.ports.pace import SitePace
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.service.ports.readings import Canaries, Circuits, Corrections, Ledger, Readings, Recognition
from sunwi.service.ports.states import States, TrackingLists
from sunwi.service.ports.store import Attempts, Failures, Runs, Tasks, Trackings
from sunwi.service.ports.watchdog import Watch

__all__ = [
    "Clock",
    "CrawlQueue",
    "EvidenceStore",
    "LinkFollower",
    "Metrics",
    "PageLoader",
    "StateMachine",
    "Store",
    "Transaction",
]


class CrawlQueue(Protocol):
    """The crawl queue and its express lane."""

    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        """Send one message per tracking and return the ids that the queue took.

        Raises:
            Retryable: The queue cannot be reached; none was taken.
            ConfigurationError: The queue's URL is not set.
        """
        ...

    def postpone(self, receipt: Receipt, seconds: int) -> None:
        """Hide a received message; 0 shows it again at once."""
        ...


class StateMachine(Protocol):
    """Watches runs until they close."""

    def start(self, run: Run) -> bool:
        """Start the run's execution of its generation, or find it running.

        Returns:
            False when an execution of that name has already ended, so that the next generation is due.

        Raises:
            Retryable: The state machine cannot be reached.
        """
        ...

    def is_running(self, run: Run) -> bool:
        """Return whether the execution of the run's generation is running; one that was never started is not.

        Raises:
            Retryable: The state machine cannot be reached.
        """
        ...


class PageLoader(Protocol):
    """Opens pages of any site; whoever asks has waited for the page's turn."""

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        """Ready what a page is opened in, so that it is asked for as soon as its turn comes; nothing is sent.

        A page that is open is left. What was not readied, `load` does itself.

        Args:
            site: As of `load`.
            address: As of `load`, which is to be called with the same.
            fresh: As of `load`.
            limit: When the page must be there.

        Raises:
            PageUnreachable: The browser did not start.
            ConfigurationError: No browser is installed.
        """
        ...

    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        """Open one page; it stays open, to be drawn, until `leave` or the next load.

        Args:
            site: Its hosts are all that the page reaches; nothing that pages of other sites left is seen.
            address: Of the page, and which profile opens it: the same one for all pages that continue each other.
            fresh: Open it in a new context, without what earlier pages left, under another profile if there is one.
            limit: When the page must be there; a launch and rows that a script writes count.

        Raises:
            BrowserLost: The browser is dead; the next page gets a fresh one.
            PageUnreachable: Navigation failed or timed out.
            ConfigurationError: No browser is installed.
        """
        ...

    def draw(self, drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        """Draw the page that is open, within the pause before the next one.

        Args:
            drawing: What of it, with which cards.
            limit: Nothing is drawn when too little is left.

        Returns:
            None when it cannot be drawn: that is no failure of the page.
        """
        ...

    def leave(self) -> None:
        """Close the page that is open, if one is."""
        ...


class LinkFollower(Protocol):
    """Follows links."""

    def follow(self, site: Site, url: str) -> str:
        """Return the address at which a link's redirects end.

        Raises:
            PageUnreachable: It leads to a host that the site does not have, in circles, or nowhere.
        """
        ...


class Metrics(Protocol):
    """Figures that alarms watch."""

    def put(self, values: Mapping[str, float], *, surface: str = ...) -> None:
        """Publish one data point of each named figure: for one surface, or for the whole stack."""
        ...


class Transaction(Protocol):
    """One unit of work."""

    @property
    def trackings(self) -> Trackings:
        """Stored trackings."""
        ...

    @property
    def owners(self) -> Owners:
        """Agencies and clients."""
        ...

    @property
    def owner_lists(self) -> OwnerLists:
        """Agencies and clients, page by page."""
        ...

    @property
    def runs(self) -> Runs:
        """Stored runs."""
        ...

    @property
    def tasks(self) -> Tasks:
        """Stored tasks."""
        ...

    @property
    def attempts(self) -> Attempts:
        """Attempts, by message."""
        ...

    @property
    def readings(self) -> Readings:
        """Stored page readings."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Observations and the rank history."""
        ...

    @property
    def states(self) -> States:
        """The latest state of every tracking."""
        ...

    @property
    def lists(self) -> TrackingLists:
        """Lists of trackings by latest state."""
        ...

    @property
    def corrections(self) -> Corrections:
        """Corrections of the ledger."""
        ...

    @property
    def evaluation(self) -> Evaluation:
        """Judged days and events."""
        ...

    @property
    def digests(self) -> Digests:
        """What is to be told of events, and was."""
        ...

    @property
    def client_thresholds(self) -> ClientThresholds:
        """What clients want to be told."""
        ...

    @property
    def failures(self) -> Failures:
        """Tasks that ended unmeasured, and their messages."""
        ...

    @property
    def canaries(self) -> Canaries:
        """Readings of the canary's pages."""
        ...

    @property
    def recognition(self) -> Recognition:
        """What became of pages, whoever wanted them."""
        ...

    @property
    def watch(self) -> Watch:
        """What the watchdog asks and found."""
        ...

    @property
    def circuits(self) -> Circuits:
        """What is known of refusals."""
        ...

    @property
    def pace(self) -> SitePace:
        """When each site may be asked for its next page."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Stored jobs."""
        ...

    @property
    def job_attempts(self) -> JobAttempts:
        """What workers write of their jobs."""
        ...

    @property
    def job_queue(self) -> JobQueue:
        """Jobs that wait, and the pool that they wait for."""
        ...

    @property
    def workers(self) -> Workers:
        """Environments that run jobs."""
        ...

    @property
    def job_history(self) -> JobHistory:
        """What is counted of jobs that have ended."""
        ...

    @property
    def notices(self) -> Notices:
        """The outbox."""
        ...

    @property
    def channels(self) -> Channels:
        """Where notices go."""
        ...

    @property
    def backups(self) -> Backups:
        """What became of backups, verifications and restores."""
        ...

    @property
    def archive(self) -> Archive:
        """Rows on their way out of the database, and back."""
        ...

    @property
    def archive_index(self) -> ArchiveIndex:
        """What the database knows of the archive."""
        ...

    @property
    def audit(self) -> Audit:
        """Who did what."""
        ...

    @property
    def requests(self) -> Requests:
        """Requests over HTTP that may be repeated."""
        ...

    @property
    def file_links(self) -> FileLinks:
        """Links to files."""
        ...

    @property
    def access_failures(self) -> AccessFailures:
        """Counts of those who could not come in."""
        ...

    @property
    def personal_data(self) -> PersonalData:
        """Rows that name people."""
        ...

    @property
    def live_pages(self) -> LivePages:
        """Open pages, and what they watch."""
        ...

    @property
    def run_progresses(self) -> RunProgresses:
        """How far runs are."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Who signs in."""
        ...

    @property
    def web_sessions(self) -> WebSessions:
        """Browsers in which somebody has signed in."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """What programs are let in by."""
        ...


class Store(Protocol):
    """The database."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that may write; it commits when the block ends and rolls back when it raises.

        Raises:
            StoreUnavailable: The database cannot be reached, or asks to try again.
            InvalidInput: The database cannot hold a value.
            ConfigurationError: TLS is refused, or the server's certificate does not verify.
        """
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads; the database refuses a write in it.

        Raises:
            StoreUnavailable: The database cannot be reached.
            ConfigurationError: TLS is refused, or the server's certificate does not verify.
        """
        ...
