"""What the health checks ask of the world, as a Protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sunwi.domain.backup import BackupFacts
from sunwi.domain.circuit import Circuit
from sunwi.domain.connection_sum import ConnectionSum
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.job_health import JobHealth, QueueFigures
from sunwi.domain.job_schedule import ScheduleFault
from sunwi.domain.schema_version import SchemaVersion
from sunwi.domain.session_fault import SessionFault


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSettings:
    """What is set for the night.

    Attributes:
        hour, minute: KST, of the daily run.
        batch_timeout_seconds: How long it may take.
        delay_seconds: Pause between page loads.
        receives: Receives that a healthy message may need before it is measured.
        standin_address: Of what answers instead of Naver; None for Naver itself.
    """

    hour: int
    minute: int
    batch_timeout_seconds: int
    delay_seconds: float
    receives: int
    standin_address: str | None = None


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """A database: `sqlite` or `postgresql`, and its schema."""

    backend: str
    version: SchemaVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What may run at a time.

    Attributes:
        functions: That the deployment runs.
        max_connections: Of the database; None of SQLite.
        account_limit: Functions that the AWS account runs at a time; None where there is no account.
    """

    functions: ConnectionSum
    max_connections: int | None
    account_limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    """A queue and its DLQ.

    Attributes:
        url: Of the queue.
        waiting: Messages that can be received, about.
        max_receive_count: Receives before a message goes to the DLQ; None without a redrive policy.
        dead: Messages in the DLQ, about; None without one.
        answered_at: The service's own time; None when it did not say.
        in_flight: Messages that were received, and neither deleted nor shown again, about.
    """

    url: str
    waiting: int
    max_receive_count: int | None
    dead: int | None
    answered_at: datetime | None
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class StateMachineHealth:
    """A state machine, and its status: `ACTIVE` as a rule."""

    arn: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """How the account's sending is.

    Attributes:
        is_sandbox: Mails reach verified addresses only.
        can_send: Nobody has paused it.
        is_verified: The address that mails come from, or its domain.
        is_signed: Mails carry a signature of that domain (DKIM).
        sent, quota: Mails of the last 24 hours, and how many there may be; -1 for any number.
    """

    is_sandbox: bool
    can_send: bool
    is_verified: bool
    is_signed: bool
    sent: float
    quota: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHealth:
    """Whether notices can go out as mails.

    Attributes:
        channels: How many there are of e-mail.
        sender: Address that mails come from; empty where none is set.
        account: None without a sender.
    """

    channels: int
    sender: str = ""
    account: MailAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupHealth:
    """Whether the database can be backed up, and when it was.

    Attributes:
        server_major: Major version of the server; None of SQLite.
        client_major: Of the programs that will dump it.
        last: Of the last good backup; None when there is none.
    """

    server_major: int | None
    client_major: int
    last: BackupFacts | None


class QueueDepths(Protocol):
    """How full the queues are."""

    def figures(self) -> Sequence[QueueFigures]:
        """Ask every queue; one that cannot be asked has no numbers. How long messages wait is not known here."""
        ...


class HealthProbes(Protocol):
    """Facts about what a night needs.

    Each is asked for when its check is made, so that what is missing or away fails that check alone.
    """

    def settings(self) -> NightSettings:
        """Return what is set."""
        ...

    def schema(self) -> DatabaseSchema:
        """Read which database there is, and where its schema stands.

        Raises:
            ConfigurationError: None is set.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def capacity(self) -> Capacity:
        """Return what may run at a time.

        Raises:
            ConfigurationError: No database is set, or no region of AWS.
            StoreUnavailable: The database cannot be reached.
        """
        ...

    def session_faults(self) -> Sequence[SessionFault]:
        """Find sessions that the rules cannot explain.

        Raises:
            ConfigurationError: No database is set.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def open_circuits(self) -> Sequence[Circuit]:
        """Return the circuits of the surfaces that refuse.

        Raises:
            ConfigurationError: No database is set.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def browser_version(self) -> str:
        """Start the browser, close it again, and return its version.

        Raises:
            ConfigurationError: There is none.
            PageUnreachable: It does not start.
        """
        ...

    def region(self) -> str:
        """Return the region of AWS whose services are used.

        Raises:
            ConfigurationError: None is set.
        """
        ...

    def queue(self, name: QueueName) -> QueueHealth:
        """Ask a queue how it is.

        Raises:
            ConfigurationError: It is not set.
            Retryable: It cannot be asked.
        """
        ...

    def job_health(self) -> JobHealth:
        """Return how jobs are done, as far as the database knows.

        Raises:
            ConfigurationError: No database is set.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def schedule_faults(self) -> Sequence[ScheduleFault] | None:
        """Find Sunwi's own schedules that submit nothing; None where no group of schedules is set.

        Raises:
            Retryable: They cannot be asked for.
        """
        ...

    def mail(self) -> MailHealth:
        """Return how mail is set up, and ask the service that sends it where it is.

        Raises:
            ConfigurationError: No database is set.
            StoreUnavailable: It cannot be reached.
            Retryable: The service cannot be asked.
        """
        ...

    def backup(self) -> BackupHealth:
        """Look at the server's version, and at the last backup.

        Raises:
            ConfigurationError: No database is set.
            StoreUnavailable: It cannot be reached.
        """
        ...

    def state_machine(self) -> StateMachineHealth:
        """Ask the state machine how it is.

        Raises:
            ConfigurationError: It is not set.
            Retryable: It cannot be asked.
        """
        ...
