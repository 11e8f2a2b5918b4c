"""The one place that puts adapters and use cases together."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from random import SystemRandom
from time import sleep
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from sqlalchemy import Engine

from sunwi.adapters.aws_alarms import SnsAlarmChannel
from sunwi.adapters.aws_database_login import iam_token, iam_user
from sunwi.adapters.aws_dead_letters import open_dead_letter_queue
from sunwi.adapters.aws_evidence import S3EvidenceStore
from sunwi.adapters.aws_health import SqsMessageCounts
from sunwi.adapters.aws_queue import SEND_THREADS, SqsCrawlQueue
from sunwi.adapters.aws_secrets import database_url_from_secret
from sunwi.adapters.aws_state_machine import StepFunctionsStateMachine
from sunwi.adapters.emf_metrics import EmfMetrics, NoMetrics
from sunwi.adapters.postgres_socket import PostgresOptions
from sunwi.adapters.sql_engine import create_store_engine
from sunwi.adapters.sql_store import SqlStore
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.tracking import Surface
from sunwi.errors import ConfigurationError
from sunwi.service.cancel_run import CancelRun
from sunwi.service.check_canary import CheckCanary
from sunwi.service.check_capacity import CheckCapacity
from sunwi.service.close_run import CloseRun
from sunwi.service.crawl_tracking import CrawlTracking
from sunwi.service.dead_letter_ports import DeadLetterQueue
from sunwi.service.dispatch_run import DispatchRun
from sunwi.service.follow_link import FollowLink
from sunwi.service.gather_facts import CRAWL_DEAD_LETTERS, DISPATCHER_FAILURES, EXPRESS_DEAD_LETTERS, GatherFacts
from sunwi.service.guard_surface import GuardSurface
from sunwi.service.handle_dead_letters import HandleDeadLetters
from sunwi.service.import_trackings import ImportTrackings
from sunwi.service.list_trackings import ListTrackings
from sunwi.service.manage_trackings import ManageTrackings
from sunwi.service.parse_canary_keywords import parse_canary_keywords
from sunwi.service.raise_findings import RaiseFindings
from sunwi.service.read_surface import ReadSurface
from sunwi.service.release_run import ReleaseRun
from sunwi.service.repair_run import RepairRun
from sunwi.service.replay_run import ReplayRun
from sunwi.service.retry_failed import RetryFailed
from sunwi.service.send_tasks import SendTasks
from sunwi.service.shorten_lease import ShortenLease
from sunwi.service.show_proof import ShowProof
from sunwi.service.show_run import ShowRun
from sunwi.service.show_tracking import ShowTracking
from sunwi.service.watch_day import WatchDay
from sunwi.settings import Settings, load_settings

if TYPE_CHECKING:
    from sunwi.adapters.chromium import ChromiumPageLoader
    from sunwi.adapters.warm_life import WarmLife
    from sunwi.service.migrate_database import MigrateDatabase

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


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Container:
    """Builds each adapter and use case once, when first asked for."""

    settings: Settings

    @cached_property
    def clock(self) -> SystemClock:
        """The time."""
        return SystemClock()

    @cached_property
    def engine(self) -> Engine:
        """The database's engine.

        Raises:
            ConfigurationError: Neither DATABASE_URL nor DATABASE_SECRET_ARN is set, or is no use.
            StoreUnavailable: The secret cannot be read just now.
        """
        settings = self.settings
        options = PostgresOptions(
            tls=settings.speaks_database_tls,
            ca_bundle=settings.database_ca_bundle,
            statement_timeout_seconds=settings.database_statement_timeout_seconds,
        )
        token = partial(iam_token, self.aws_client("rds")) if settings.database_iam_login else None
        if settings.database_url:
            return create_store_engine(settings.database_url, options, login_token=token)
        if not settings.database_secret_arn:
            raise ConfigurationError(
                "no database is set: set DATABASE_URL (for example sqlite:///sunwi.db) or DATABASE_SECRET_ARN"
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
        return create_store_engine(read_url(), options, renew_url=read_url, login_token=token)

    @cached_property
    def store(self) -> SqlStore:
        """The database."""
        return SqlStore(self.engine)

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
    def loader(self) -> "ChromiumPageLoader":
        """Opens pages; the light functions' image has no Playwright, so it is imported here."""
        from sunwi.adapters.chromium import ChromiumPageLoader, Pace  # noqa: PLC0415 - see the docstring
        from sunwi.adapters.warm_browser import WarmBrowser  # noqa: PLC0415 - see the docstring

        settings = self.settings
        browser = WarmBrowser(
            executable=settings.browser_executable,
            max_pages=settings.browser_max_pages,
            max_memory_bytes=settings.browser_max_memory_bytes,
            standin_address=settings.standin_address,
            is_alone=settings.owns_sandbox,
        )
        return ChromiumPageLoader(
            clock=self.clock,
            pace=Pace(settings.crawl_delay_seconds, SystemRandom()),
            browser=browser,
            page_timeout_seconds=settings.page_timeout_seconds,
            profile_pool=settings.browser_profile_pool,
        )

    @cached_property
    def follow_link(self) -> FollowLink:
        """Follows shortened links."""
        return FollowLink(self.loader)

    @cached_property
    def read_surface(self) -> ReadSurface:
        """Looks at surfaces."""
        settings = self.settings
        tabs = dict.fromkeys((Surface.BLOG_TAB, Surface.CAFE_TAB), settings.crawl_tab_depth)
        return ReadSurface(loader=self.loader, depths={Surface.PLACE_LIST: settings.crawl_list_depth, **tabs})

    @cached_property
    def evidence(self) -> S3EvidenceStore | None:
        """Keeps pages; None when no bucket is set."""
        bucket = self.settings.evidence_bucket
        return S3EvidenceStore(self.aws_client("s3"), bucket) if bucket else None

    @cached_property
    def metrics(self) -> EmfMetrics | NoMetrics:
        """Writes figures to the function's log; none without a namespace."""
        namespace = self.settings.metrics_namespace
        return EmfMetrics(namespace) if namespace else NoMetrics()

    @cached_property
    def warm_life(self) -> "WarmLife":
        """Measures what the crawler's environment has used up."""
        from sunwi.adapters.warm_life import WarmLife  # noqa: PLC0415 - it knows the browser

        return WarmLife(self.loader)

    @cached_property
    def dispatch_run(self) -> DispatchRun:
        """Starts runs."""
        return DispatchRun(
            store=self.store,
            send_tasks=SendTasks(store=self.store, queue=self.queue, clock=self.clock, pause=sleep),
            state_machine=self.state_machine,
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            check_capacity=self.check_capacity,
            allow_stale_events=self.settings.crawl_allow_stale_events,
            hold=self.settings.hold_rule,
        )

    @cached_property
    def release_run(self) -> ReleaseRun:
        """Lets held runs go."""
        return ReleaseRun(store=self.store, clock=self.clock, dispatch=self.dispatch_run)

    @cached_property
    def check_canary(self) -> CheckCanary:
        """Reads pages with known answers; the first page of a list or tab is enough.

        Raises:
            ConfigurationError: CANARY_KEYWORDS cannot be used.
        """
        return CheckCanary(
            store=self.store,
            read_surface=ReadSurface(loader=self.loader, depths=dict.fromkeys(Surface, 1)),
            evidence=self.evidence,
            metrics=self.metrics,
            clock=self.clock,
            keywords=parse_canary_keywords(self.settings.canary_keywords),
            allow_stale_events=self.settings.crawl_allow_stale_events,
        )

    @cached_property
    def crawl_tracking(self) -> CrawlTracking:
        """Answers crawl messages."""
        return CrawlTracking(
            store=self.store,
            queue=self.queue,
            read_surface=self.read_surface,
            evidence=self.evidence,
            guard=self.guard_surface,
            shorten_lease=ShortenLease(queue=self.queue, visibility_seconds=self.settings.visibility_seconds),
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            retry_base_seconds=self.settings.crawl_retry_base_seconds,
            postpone_seconds=self.settings.crawl_postpone_seconds,
            random=SystemRandom(),
        )

    @cached_property
    def guard_surface(self) -> GuardSurface:
        """Keeps page loads away from surfaces that refuse."""
        settings = self.settings
        return GuardSurface(
            store=self.store,
            clock=self.clock,
            metrics=self.metrics,
            rule=settings.circuit_rule,
            probe_time=timedelta(seconds=settings.crawler_timeout_seconds),
            random=SystemRandom(),
        )

    @cached_property
    def close_run(self) -> CloseRun:
        """Checks and closes runs."""
        return CloseRun(store=self.store, clock=self.clock, metrics=self.metrics, hold=self.settings.hold_rule)

    @cached_property
    def migrate_database(self) -> "MigrateDatabase":
        """Upgrades the schema; Alembic is heavy, so it is imported here."""
        from sunwi.adapters.migrations import SqlSchema  # noqa: PLC0415 - see the docstring
        from sunwi.service.migrate_database import MigrateDatabase  # noqa: PLC0415 - see the docstring

        return MigrateDatabase(schema=SqlSchema(self.engine), clock=self.clock, pause=sleep)

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
    def alarms(self) -> SnsAlarmChannel | None:
        """Where alarms go; None when no topic is set."""
        topic_arn = self.settings.alarm_topic_arn
        return SnsAlarmChannel(self.aws_client("sns"), topic_arn) if topic_arn else None

    @cached_property
    def message_counts(self) -> SqsMessageCounts:
        """Counts the messages of the queues that should be empty, of those that are set."""
        settings = self.settings
        urls = {
            CRAWL_DEAD_LETTERS: settings.crawl_dead_letter_queue_url,
            EXPRESS_DEAD_LETTERS: settings.express_dead_letter_queue_url,
            DISPATCHER_FAILURES: settings.dispatcher_failure_queue_url,
        }
        return SqsMessageCounts(self.aws_client("sqs"), {name: url for name, url in urls.items() if url})

    @cached_property
    def watch_day(self) -> WatchDay:
        """Watches over days; Alembic is heavy, so it is imported here."""
        from sunwi.adapters.migrations import SqlSchema  # noqa: PLC0415 - see the docstring

        settings = self.settings
        return WatchDay(
            store=self.store,
            schema=SqlSchema(self.engine),
            facts=GatherFacts(
                store=self.store,
                state_machine=self.state_machine,
                messages=self.message_counts,
                hour=settings.crawl_schedule_hour,
                minute=settings.crawl_schedule_minute,
            ),
            repair_run=RepairRun(
                dispatch=self.dispatch_run,
                close=self.close_run,
                clock=self.clock,
                batch_timeout=settings.batch_timeout,
                cutoff_hour=settings.watchdog_cutoff_hour,
            ),
            findings=RaiseFindings(store=self.store, alarms=self.alarms, clock=self.clock),
            clock=self.clock,
            pause=sleep,
        )

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
            raise ConfigurationError("no pages are kept: set EVIDENCE_BUCKET to the stack's bucket of evidence")
        return ReplayRun(store=self.store, evidence=self.evidence, clock=self.clock)

    @cached_property
    def check_capacity(self) -> CheckCapacity:
        """Warns when the pages of a run cannot be read in time."""
        return CheckCapacity(
            store=self.store,
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            delay_seconds=self.settings.crawl_delay_seconds,
        )

    def aws_client(self, service: str, config: Config = _AWS_CONFIG) -> Any:  # noqa: ANN401 - each service has a client type of its own
        """Build a client of one AWS service.

        Raises:
            ConfigurationError: No region is set, or the AWS settings cannot be used.
        """
        try:
            return boto3.client(service, config=config)  # type: ignore[call-overload]  # the name is not a literal
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(
                f"AWS cannot be used ({error}): set AWS_DEFAULT_REGION=ap-northeast-2, and a profile or access key"
            ) from error


_containers: dict[Settings, Container] = {}


def bootstrap(settings: Settings | None = None) -> Container:
    """Give the container of these settings, the same one for a warm function's next invocation.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    settings = settings or load_settings()
    return _containers.setdefault(settings, Container(settings))


def report_life(*, import_started: float, import_ended: float) -> None:
    """Write what the crawler's environment has used up; nothing when no container could be built.

    Args:
        import_started: `time.monotonic()` when the handler's imports began.
        import_ended: The same, when they were done.
    """
    for container in _containers.values():
        figures = container.warm_life.measure(import_started=import_started, import_ended=import_ended)
        container.metrics.put(figures, function="crawler")
