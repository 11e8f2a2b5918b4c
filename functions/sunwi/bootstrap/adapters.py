"""Adapters that functions and commands share, and what keeps them while an environment lives."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, Self, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from sqlalchemy import Engine
from typing_extensions import override

from sunwi.adapters.aws.archive.archive_files import S3ArchiveFiles
from sunwi.adapters.aws.database_login import iam_token, iam_user
from sunwi.adapters.aws.emf_metrics import EmfMetrics, NoMetrics
from sunwi.adapters.aws.evidence import S3EvidenceStore
from sunwi.adapters.aws.job_executions import StepFunctionsJobExecutions
from sunwi.adapters.aws.job_files import S3JobFiles
from sunwi.adapters.aws.queue import SEND_THREADS, SqsCrawlQueue
from sunwi.adapters.aws.secrets import database_url_from_secret
from sunwi.adapters.aws.state_machine import StepFunctionsStateMachine
from sunwi.adapters.aws.tender import LambdaTender, NoTender
from sunwi.adapters.files.spreadsheet import OpenpyxlReader
from sunwi.adapters.sql.connection.database_access import DatabaseAccess
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.container import Container
from sunwi.errors import ConfigurationError
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.job_engine import WorkerProcess
from sunwi.settings import Settings, load_settings

CapabilityType = TypeVar("CapabilityType", bound="Capability")

#: Short enough to fail within a function's timeout, long enough for a slow answer.
_AWS_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=SEND_THREADS,
)


#: Limits of a call that sends: given up soon, since whoever is ended in the middle of it does not know what was taken.
SEND_TRIES, SEND_CONNECT_SECONDS, SEND_READ_SECONDS = 3, 3, 10

_SEND_CONFIG = _AWS_CONFIG.merge(
    Config(
        retries={"mode": "standard", "total_max_attempts": SEND_TRIES},
        connect_timeout=SEND_CONNECT_SECONDS,
        read_timeout=SEND_READ_SECONDS,
    )
)

#: Limits of a call that keeps a page or its picture: given up while the observation that it proves can still be saved.
KEEP_CONFIG = _AWS_CONFIG.merge(
    Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=4)
)


#: Limits of a nudge: whoever submits does not wait for it, since the next minute makes it up.
_NUDGE_CONFIG = _AWS_CONFIG.merge(
    Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=3)
)


class SystemClock(Clock):
    """The machine's clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)

    @override
    def monotonic(self) -> float:
        return time.monotonic()


class Adapters(Container):
    """What reaches outside, by the settings; each part is built once, when first asked for.

    Args:
        settings: Of this environment, or of a test.
        given: Parts to use instead of those that would be built, by their names: `Adapters(settings, clock=stopped)`.

    Raises:
        TypeError: Something is given that is no part.
    """

    def __init__(self, settings: Settings, **given: object) -> None:
        super().__init__(**given)
        self.settings = settings
        self._composed: dict[type[Capability], Capability] = {}

    @classmethod
    def bootstrap(cls) -> "Adapters":
        """Return the adapters of the environment's settings, the same ones for a warm function's next invocation.

        Those of settings that no longer hold are closed.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        settings = load_settings()
        for other in [other for other in _known if other != settings]:
            _known.pop(other).close()
        return _known.get(settings) or cls(settings).remember()

    @staticmethod
    def known() -> "list[Adapters]":
        """Return the adapters that are kept for the next invocation."""
        return list(_known.values())

    def remember(self) -> Self:
        """Make these what `bootstrap` finds for their settings."""
        _known[self.settings] = self
        return self

    def compose(self, kind: type[CapabilityType], **given: object) -> CapabilityType:
        """Return the use cases of a capability over these adapters, built once per class.

        Args:
            kind: The capability's class.
            given: Parts to use instead of those that would be built; only before it is composed.

        Raises:
            TypeError: Something is given that is no part.
            ValueError: Parts are given, and the capability was composed before.
        """
        found = self._composed.get(kind)
        if isinstance(found, kind):
            if given:
                raise ValueError(f"{kind.__name__} is composed already: give {', '.join(given)} before it is asked for")
            return found
        built = self._composed[kind] = kind(self, **given)
        return built

    def composed(self, kind: type[CapabilityType]) -> CapabilityType | None:
        """Return the use cases of a capability if they were composed."""
        found = self._composed.get(kind)
        return found if isinstance(found, kind) else None

    def pages_opened(self) -> int:
        """Count the pages that this environment's browser has opened; none where nobody asked for one."""
        return sum(each.pages_opened() for each in self._composed.values())

    def close(self) -> None:
        """Close the connections of what was built, and the browser."""
        for each in self._composed.values():
            each.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    @cached_property
    def clock(self) -> SystemClock:
        """The time."""
        return SystemClock()

    @cached_property
    def sleep(self) -> Callable[[float], None]:
        """Wait some seconds."""
        return time.sleep

    @cached_property
    def database_access(self) -> DatabaseAccess:
        """How the database is reached.

        Raises:
            ConfigurationError: Neither DATABASE_URL nor DATABASE_SECRET_ARN is set, or is no use.
        """
        settings = self.settings
        options = PostgresOptions(
            tls=settings.speaks_database_tls,
            ca_bundle=settings.database_ca_bundle,
            statement_timeout_seconds=settings.database_statement_timeout_seconds,
        )
        token = partial(iam_token, self.aws_client("rds")) if settings.database_iam_login else None
        if url := settings.database_url:
            return DatabaseAccess(read_url=lambda: url, options=options, login_token=token)
        if not settings.database_secret_arn:
            raise ConfigurationError(
                "no database is set: set DATABASE_URL (for example sqlite:///sunwi.db) or DATABASE_SECRET_ARN",
                code="database_not_set",
            )
        given = {"host": settings.database_host, "dbname": settings.database_name}
        if settings.database_iam_login:
            given |= {"username": iam_user(settings.database_iam_login), "password": ""}
        read_url = partial(
            database_url_from_secret,
            self.aws_client("secretsmanager"),
            settings.database_secret_arn,
            {name: value for name, value in given.items() if value is not None},
        )
        return DatabaseAccess(read_url=read_url, options=options, login_token=token, can_change=True)

    @cached_property
    def engine(self) -> Engine:
        """The database's engine.

        Raises:
            ConfigurationError: Neither DATABASE_URL nor DATABASE_SECRET_ARN is set, or is no use.
            StoreUnavailable: The secret cannot be read just now.
        """
        return self.database_access.create_engine()

    @cached_property
    def store(self) -> SqlStore:
        """The database."""
        return SqlStore(self.engine)

    @cached_property
    def spreadsheets(self) -> OpenpyxlReader:
        """Reads workbooks."""
        return OpenpyxlReader()

    @cached_property
    def queue(self) -> SqsCrawlQueue:
        """The crawl queue and its express lane."""
        return SqsCrawlQueue(
            client=self.aws_client("sqs", _SEND_CONFIG),
            crawl_queue_url=self.settings.crawl_queue_url,
            express_queue_url=self.settings.express_queue_url,
        )

    @cached_property
    def state_machine(self) -> StepFunctionsStateMachine:
        """Watches runs until they close."""
        arn = self.settings.require("state_machine_arn")
        return StepFunctionsStateMachine(self.aws_client("stepfunctions"), arn)

    @cached_property
    def job_executions(self) -> StepFunctionsJobExecutions:
        """Runs the attempts of jobs."""
        arn = self.settings.require("job_state_machine_arn")
        return StepFunctionsJobExecutions(self.aws_client("stepfunctions", _NUDGE_CONFIG), arn)

    @cached_property
    def tender(self) -> LambdaTender | NoTender:
        """Admits jobs; nobody is asked to where no function is set."""
        function_name = self.settings.tender_function
        return LambdaTender(self.aws_client("lambda", _NUDGE_CONFIG), function_name) if function_name else NoTender()

    @cached_property
    def job_files(self) -> S3JobFiles:
        """Keeps the files of jobs."""
        return S3JobFiles(self.aws_client("s3"), self.settings.require("files_bucket"))

    @cached_property
    def archive_files(self) -> S3ArchiveFiles:
        """Keeps the archive."""
        return S3ArchiveFiles(self.aws_client("s3"), self.settings.require("files_bucket"))

    @cached_property
    def worker_process(self) -> WorkerProcess:
        """The process that attempts run in."""
        from sunwi.adapters.process.worker_process import OwnProcess  # noqa: PLC0415 - workers alone pay for psutil

        return OwnProcess()

    @cached_property
    def evidence(self) -> S3EvidenceStore | None:
        """Finds kept pages; None when no bucket is set."""
        return self.evidence_store(_AWS_CONFIG)

    def evidence_store(self, config: Config) -> S3EvidenceStore | None:
        """Open the bucket of kept pages; None when no bucket is set."""
        bucket = self.settings.evidence_bucket
        if not bucket:
            return None
        return S3EvidenceStore(self.aws_client("s3", config), bucket, lock_days=self.settings.evidence_lock_days)

    @cached_property
    def metrics(self) -> EmfMetrics | NoMetrics:
        """Writes figures to the function's log; none without a namespace."""
        namespace = self.settings.metrics_namespace
        return EmfMetrics(namespace) if namespace else NoMetrics()

    def aws_client(self, service: str, config: Config = _AWS_CONFIG) -> Any:  # noqa: ANN401 - each service has a client type of its own
        """Build a client of one AWS service.

        Raises:
            ConfigurationError: No region is set, or the AWS settings cannot be used.
        """
        try:
            return boto3.client(service, config=config)  # type: ignore[call-overload]  # the name is not a literal
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(
                f"AWS cannot be used ({error}): set AWS_DEFAULT_REGION=ap-northeast-2, and a profile or access key",
                code="aws_unusable",
                cause=str(error),
            ) from error


class Capability(Container):
    """The use cases of one capability, composed over the adapters.

    Args:
        adapters: What they reach outside by.
        given: Parts to use instead of those that would be built.

    Raises:
        TypeError: Something is given that is no part.
    """

    def __init__(self, adapters: Adapters, **given: object) -> None:
        super().__init__(**given)
        self.adapters = adapters

    def pages_opened(self) -> int:
        """Count the pages that its browser has opened; none of one without a browser."""
        return 0

    @classmethod
    def bootstrap(cls) -> Self:
        """Return the use cases over the environment's adapters, the same ones for the next invocation.

        Raises:
            ConfigurationError: A setting cannot be used.
        """
        return Adapters.bootstrap().compose(cls)


_known: dict[Settings, Adapters] = {}
