"""The database as the use cases see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from typing_extensions import override

from sunwi.adapters.sql.accounts.accounts import SqlAccounts
from sunwi.adapters.sql.accounts.api_keys import SqlApiKeys
from sunwi.adapters.sql.accounts.web_sessions import SqlWebSessions
from sunwi.adapters.sql.archive.archive import SqlArchive
from sunwi.adapters.sql.archive.archive_index import SqlArchiveIndex
from sunwi.adapters.sql.audit import SqlAudit
from sunwi.adapters.sql.backup.backups import SqlBackups
from sunwi.adapters.sql.canaries import SqlCanaries
from sunwi.adapters.sql.circuits import SqlCircuits
from sunwi.adapters.sql.connection.engine import store_errors
from sunwi.adapters.sql.connection.read_only import READ_ONLY
from sunwi.adapters.sql.corrections import SqlCorrections
from sunwi.adapters.sql.evaluation.digests import SqlDigests
from sunwi.adapters.sql.evaluation.events import SqlEvaluation
from sunwi.adapters.sql.evaluation.thresholds import SqlClientThresholds
from sunwi.adapters.sql.failures import SqlFailures
from sunwi.adapters.sql.jobs.job_attempts import SqlJobAttempts
from sunwi.adapters.sql.jobs.job_history import SqlJobHistory
from sunwi.adapters.sql.jobs.job_queue import SqlJobQueue
from sunwi.adapters.sql.jobs.jobs import SqlJobs
from sunwi.adapters.sql.jobs.workers import SqlWorkers
from sunwi.adapters.sql.ledger import SqlLedger
from sunwi.adapters.sql.live.live_pages import SqlLivePages
from sunwi.adapters.sql.live.run_progresses import SqlRunProgresses
from sunwi.adapters.sql.notices.channels import SqlChannels
from sunwi.adapters.sql.notices.notices import SqlNotices
from sunwi.adapters.sql.owner_lists import SqlOwnerLists
from sunwi.adapters.sql.owners import SqlOwners
from sunwi.adapters.sql.pace import SqlSitePace
from sunwi.adapters.sql.personal.personal_data import SqlPersonalData
from sunwi.adapters.sql.readings.readings import SqlAttempts, SqlReadings
from sunwi.adapters.sql.recognition import SqlRecognition
from sunwi.adapters.sql.requests.access_failures import SqlAccessFailures
from sunwi.adapters.sql.requests.file_links import SqlFileLinks
from sunwi.adapters.sql.requests.requests import SqlRequests
from sunwi.adapters.sql.runs import SqlRuns
from sunwi.adapters.sql.state.lists import SqlTrackingLists
from sunwi.adapters.sql.state.states import SqlStates
from sunwi.adapters.sql.tasks import SqlTasks
from sunwi.adapters.sql.trackings import SqlTrackings
from sunwi.adapters.sql.watch import SqlWatch
from sunwi.service.ports.outside import Store, Transaction


@dataclass(frozen=True, slots=True)
class SqlTransaction(Transaction):
    """One unit of work on one connection."""

    connection: Connection

    @override
    @property
    def trackings(self) -> SqlTrackings:
        return SqlTrackings(self.connection)

    @override
    @property
    def owners(self) -> SqlOwners:
        return SqlOwners(self.connection)

    @override
    @property
    def owner_lists(self) -> SqlOwnerLists:
        return SqlOwnerLists(self.connection)

    @override
    @property
    def runs(self) -> SqlRuns:
        return SqlRuns(self.connection)

    @override
    @property
    def tasks(self) -> SqlTasks:
        return SqlTasks(self.connection)

    @override
    @property
    def attempts(self) -> SqlAttempts:
        return SqlAttempts(self.connection)

    @override
    @property
    def readings(self) -> SqlReadings:
        return SqlReadings(self.connection)

    @override
    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.connection)

    @override
    @property
    def states(self) -> SqlStates:
        return SqlStates(self.connection)

    @override
    @property
    def lists(self) -> SqlTrackingLists:
        return SqlTrackingLists(self.connection)

    @override
    @property
    def corrections(self) -> SqlCorrections:
        return SqlCorrections(self.connection)

    @override
    @property
    def evaluation(self) -> SqlEvaluation:
        return SqlEvaluation(self.connection)

    @override
    @property
    def digests(self) -> SqlDigests:
        return SqlDigests(self.connection)

    @override
    @property
    def client_thresholds(self) -> SqlClientThresholds:
        return SqlClientThresholds(self.connection)

    @override
    @property
    def failures(self) -> SqlFailures:
        return SqlFailures(self.connection)

    @override
    @property
    def canaries(self) -> SqlCanaries:
        return SqlCanaries(self.connection)

    @override
    @property
    def recognition(self) -> SqlRecognition:
        return SqlRecognition(self.connection)

    @override
    @property
    def watch(self) -> SqlWatch:
        return SqlWatch(self.connection)

    @override
    @property
    def circuits(self) -> SqlCircuits:
        return SqlCircuits(self.connection)

    @override
    @property
    def pace(self) -> SqlSitePace:
        return SqlSitePace(self.connection)

    @override
    @property
    def jobs(self) -> SqlJobs:
        return SqlJobs(self.connection)

    @override
    @property
    def job_attempts(self) -> SqlJobAttempts:
        return SqlJobAttempts(self.connection)

    @override
    @property
    def job_queue(self) -> SqlJobQueue:
        return SqlJobQueue(self.connection)

    @override
    @property
    def workers(self) -> SqlWorkers:
        return SqlWorkers(self.connection)

    @override
    @property
    def job_history(self) -> SqlJobHistory:
        return SqlJobHistory(self.connection)

    @override
    @property
    def notices(self) -> SqlNotices:
        return SqlNotices(self.connection)

    @override
    @property
    def channels(self) -> SqlChannels:
        return SqlChannels(self.connection)

    @override
    @property
    def backups(self) -> SqlBackups:
        return SqlBackups(self.connection)

    @override
    @property
    def archive(self) -> SqlArchive:
        return SqlArchive(self.connection)

    @override
    @property
    def archive_index(self) -> SqlArchiveIndex:
        return SqlArchiveIndex(self.connection)

    @override
    @property
    def audit(self) -> SqlAudit:
        return SqlAudit(self.connection)

    @override
    @property
    def requests(self) -> SqlRequests:
        return SqlRequests(self.connection)

    @override
    @property
    def file_links(self) -> SqlFileLinks:
        return SqlFileLinks(self.connection)

    @override
    @property
    def access_failures(self) -> SqlAccessFailures:
        return SqlAccessFailures(self.connection)

    @override
    @property
    def personal_data(self) -> SqlPersonalData:
        return SqlPersonalData(self.connection)

    @override
    @property
    def live_pages(self) -> SqlLivePages:
        return SqlLivePages(self.connection)

    @override
    @property
    def run_progresses(self) -> SqlRunProgresses:
        return SqlRunProgresses(self.connection)

    @override
    @property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self.connection)

    @override
    @property
    def web_sessions(self) -> SqlWebSessions:
        return SqlWebSessions(self.connection)

    @override
    @property
    def api_keys(self) -> SqlApiKeys:
        return SqlApiKeys(self.connection)


@dataclass(frozen=True, slots=True)
class SqlStore(Store):
    """PostgreSQL or SQLite, by the engine."""

    engine: Engine

    @override
    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        with store_errors(), self.engine.begin() as connection:
            yield SqlTransaction(connection)

    @override
    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        with store_errors(only_reads=True), self.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            yield SqlTransaction(connection)


@contextmanager
def stored_pace(store: SqlStore) -> Iterator[SqlSitePace]:
    """Open the sites' pace alone, in a short transaction of its own.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    with store.begin() as tx:
        yield tx.pace
