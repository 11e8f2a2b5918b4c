"""Settings, and the only place that reads the environment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sunwi.domain.attempt import LONGEST_POSTPONEMENT_SECONDS, queue_visibility_seconds
from sunwi.domain.canary import HoldRule
from sunwi.domain.capacity import MOST_CRAWLERS
from sunwi.domain.circuit import CircuitRule
from sunwi.domain.pace import MIN_PAGE_TIMEOUT_SECONDS, PAUSE_JITTER
from sunwi.domain.schedule import check_schedule
from sunwi.domain.tracking import Surface
from sunwi.errors import ConfigurationError
from sunwi.setting_problems import describe_setting_problem

#: What the start of function and browser is allowed of the crawler's timeout.
START_SECONDS = 2
#: What is left of a function's time for evidence and ledger once its pages are read.
SAVE_SECONDS = 5

#: Memory in MB where nobody says how much there is, and the share of it at which the browser is launched anew.
DEFAULT_MEMORY_MB = 2048
BROWSER_MEMORY_SHARE = 0.75

#: One address without a name, as the template has it.
_MAIL_ADDRESS = r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"


class Settings(BaseSettings):
    """What can be set, under the environment variable of each name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    #: `sqlite:///FILE` or `postgresql://…`; goes before `database_secret_arn`.
    database_url: str | None = None
    #: Secrets Manager secret with host, port, username, password and dbname.
    database_secret_arn: str | None = None
    #: Host of PostgreSQL, when the secret does not name it, as the one that RDS manages does not.
    database_host: str | None = None
    #: Database on it; goes before the secret's `dbname`.
    database_name: str | None = None
    #: `RESOURCE/USER` to log in as by IAM, with a signed token in place of a password.
    database_iam_login: str | None = None
    #: File of the certificate authorities that PostgreSQL's certificate is verified with; empty: the system's.
    database_ca_bundle: str | None = None
    #: Whether PostgreSQL is spoken to by TLS; empty: always with a secret, else unless it is on this machine.
    database_tls: Literal["on", "off"] | None = None
    #: What PostgreSQL gives one statement, in seconds.
    database_statement_timeout_seconds: int = Field(default=20, ge=1, le=3600)

    crawl_queue_url: str | None = None
    express_queue_url: str | None = None
    state_machine_arn: str | None = None
    #: State machine that runs attempts of jobs, the function that admits them, and the queue of what schedules submit.
    job_state_machine_arn: str | None = None
    tender_function: str | None = None
    schedules_queue_url: str | None = None
    #: Group of the deployment's schedules, and what new ones need: queue, role, and where goes what is not delivered.
    schedule_group: str | None = None
    schedule_role_arn: str | None = None
    schedules_queue_arn: str | None = None
    schedules_dead_letter_queue_arn: str | None = None
    #: Queue between the outbox of notices and the notifier; empty sends none.
    notices_queue_url: str | None = None
    #: Queues that should be empty; the watchdog asks those that are set.
    crawl_dead_letter_queue_url: str | None = None
    express_dead_letter_queue_url: str | None = None
    dispatcher_failure_queue_url: str | None = None
    watchdog_failure_queue_url: str | None = None
    #: SNS topic of the alarms; empty raises none.
    alarm_topic_arn: str | None = None
    #: KST hour from which the watchdog no longer starts a missing run; 0 for never, 24 for as long as the day allows.
    watchdog_cutoff_hour: int = Field(default=18, ge=0, le=24)

    #: KST hour of the daily run, 0–23.
    crawl_schedule_hour: int = 1
    #: Minute of the daily run, 0–59.
    crawl_schedule_minute: int = 0
    #: Pause between page loads, in seconds.
    crawl_delay_seconds: float = Field(default=2, ge=0, allow_inf_nan=False)
    #: How long a run may take, in seconds.
    crawl_batch_timeout: int = Field(default=3600, gt=0)
    #: Pause before the first retry, in seconds; the second waits twice as long.
    crawl_retry_base_seconds: float = Field(default=60, ge=0, le=21_600, allow_inf_nan=False)
    #: Pause after which a message is shown again when the database is away or its surface refuses, in seconds.
    crawl_postpone_seconds: int = Field(default=300, ge=1, le=LONGEST_POSTPONEMENT_SECONDS)
    #: Different pages refused in a row after which a surface is left alone.
    circuit_blocks: int = Field(default=3, ge=2, le=20)
    #: Pause before a surface that refuses is asked again, in seconds; doubled after each probe that is refused.
    circuit_pause_seconds: int = Field(default=300, ge=1, le=3600)
    #: Longest of those pauses, in seconds.
    circuit_max_pause_seconds: int = Field(default=900, ge=1, le=3600)
    #: Crawlers that the deployment runs at a time.
    crawler_concurrency: int = Field(default=1, ge=1, le=MOST_CRAWLERS)
    #: The crawler function's timeout, in seconds.
    crawler_timeout_seconds: int = Field(default=60, ge=15, le=900)
    #: Take scheduled events of any age; for tests.
    crawl_allow_stale_events: bool = False

    #: Keywords with known answers, apart by semicolons; empty means the usual ones.
    canary_keywords: str = ""
    #: Share of the canary's pages, 0 to 1, under which the daily run is held; 0 never holds it.
    canary_threshold: float = Field(default=0.5, ge=0, le=1, allow_inf_nan=False)
    #: Pause until the canary of a held run is read again, in seconds.
    canary_hold_seconds: int = Field(default=600, ge=1, le=3600)
    #: How long a run is held at most, in seconds; half of its time is always left.
    canary_max_hold: int = Field(default=1800, ge=0, le=7200)

    #: Organic rows that are read of a place list.
    crawl_list_depth: int = Field(default=300, ge=1, le=1000)
    #: Organic rows that are read of the blog and cafe tabs.
    crawl_tab_depth: int = Field(default=100, ge=1, le=1000)
    #: S3 bucket that every page is kept in; empty keeps none.
    evidence_bucket: str | None = None
    #: Days that a kept page that was read can be neither deleted nor replaced; 0 locks none.
    evidence_lock_days: int = Field(default=0, ge=0, le=3650)
    #: Draw every page that a run reads, and keep the picture beside it; `off` draws those that cannot be read only.
    crawl_pictures: Literal["on", "off"] = "on"

    #: S3 bucket of what jobs leave for people: results, reports, exports.
    files_bucket: str | None = None
    #: Jobs of one person, or of one agency, that may wait to be admitted.
    jobs_max_pending: int = Field(default=10_000, ge=1, le=100_000)
    #: Days that jobs which have ended stay in the database, with their attempts.
    job_history_days: int = Field(default=90, ge=1, le=3650)
    #: Days that their results and files are kept.
    job_result_days: int = Field(default=30, ge=1, le=3650)
    #: Days after which rows that neither the ledger nor a correction points to leave the database for files.
    archive_after_days: int = Field(default=90, ge=30, le=3650)

    #: Address that mails come from; empty sends none.
    mail_sender: str | None = Field(default=None, pattern=_MAIL_ADDRESS)
    #: Address that answers to them go to; empty for `mail_sender`.
    mail_reply_to: str | None = Field(default=None, pattern=_MAIL_ADDRESS)
    #: SES configuration set that mails are sent with: it is how bounces and complaints come back.
    mail_configuration_set: str | None = None
    #: `number:port` of a stand-in that answers for every hook of a channel; for the local stack only.
    hooks_standin: str | None = None

    #: Where browsers reach the API: scheme, host and port; empty for the API's own address.
    public_address: str | None = Field(default=None, pattern=r"^https?://[^/\s?#]+$")
    #: User pool of everybody who signs in, its client for browsers, and where its sign-in pages are.
    cognito_user_pool_id: str | None = None
    cognito_client_id: str | None = None
    cognito_address: str | None = Field(default=None, pattern=r"^https?://[^/\s?#]+$")
    #: Where the pool's keys are when it is not AWS; for the local stack only.
    cognito_standin: str | None = None
    #: Which of Cognito's pages people sign in at; only the managed ones can be asked for in Korean.
    sign_in_pages: Literal["managed", "classic"] = "managed"
    #: Of the first administrator; empty makes none.
    admin_email: str | None = Field(default=None, pattern=_MAIL_ADDRESS)
    #: Where connections of open pages are told something; empty tells none.
    live_endpoint: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    #: Requests of people and programs, and messages of open pages, that the deployment takes at a time.
    api_concurrency: int = Field(default=20, ge=1, le=200)
    live_concurrency: int = Field(default=5, ge=1, le=50)

    #: Browser to launch; empty means the first of the known ones.
    browser_executable: str | None = None
    #: Browser profiles of each device to choose from, by page.
    browser_profile_pool: int = Field(default=1, ge=1, le=3)
    #: Pages after which the browser is launched anew.
    browser_max_pages: int = Field(default=200, gt=0)
    #: Resident memory of function and browser at which the browser is launched anew, in MB; empty: most of Lambda's.
    browser_max_memory_mb: int | None = Field(default=None, gt=0)
    #: The function's memory in MB, and the log stream of its environment, as Lambda says them.
    aws_lambda_function_memory_size: int | None = None
    aws_lambda_log_stream_name: str | None = None
    #: Which of the two worker functions this is.
    worker_place: Literal["browser", "core"] = "browser"
    #: Nothing else runs in this container, so stray processes and temporary files are the browser's.
    owns_sandbox: bool = False
    #: `host:port` of a stand-in that answers for every Naver host; for the local stack only.
    standin_address: str | None = None

    #: What this deployment is called; it stands in alarms.
    environment_name: str = "prod"
    log_level: str = "INFO"
    #: CloudWatch namespace of the figures that alarms watch.
    metrics_namespace: str | None = None

    @model_validator(mode="after")
    def _check_schedule(self) -> Self:
        check_schedule(
            hour=self.crawl_schedule_hour,
            minute=self.crawl_schedule_minute,
            batch_timeout_seconds=self.crawl_batch_timeout,
        )
        return self

    @model_validator(mode="after")
    def _check_page_timeout(self) -> Self:
        if self.page_timeout_seconds < MIN_PAGE_TIMEOUT_SECONDS:
            raise ConfigurationError(
                f"CRAWLER_TIMEOUT_SECONDS={self.crawler_timeout_seconds} leaves {self.page_timeout_seconds:.1f} s for "
                f"a page besides two pauses of CRAWL_DELAY_SECONDS={self.crawl_delay_seconds:g}, the start and a save: "
                "raise the first or lower the second",
                code="page_timeout_too_short",
                crawler_timeout_seconds=self.crawler_timeout_seconds,
                crawl_delay_seconds=self.crawl_delay_seconds,
                page_timeout_seconds=self.page_timeout_seconds,
            )
        return self

    @property
    def speaks_database_tls(self) -> bool | None:
        """Whether PostgreSQL is spoken to by TLS; None leaves it to DATABASE_URL."""
        if self.database_tls is None:
            return None if self.database_url else True
        return self.database_tls == "on"

    @property
    def names_database(self) -> bool:
        """Whether there is a database."""
        return bool(self.database_url or self.database_secret_arn)

    @property
    def batch_timeout(self) -> timedelta:
        """How long a run may take."""
        return timedelta(seconds=self.crawl_batch_timeout)

    @property
    def visibility_seconds(self) -> int:
        """How long the queues hide a message that is received."""
        return queue_visibility_seconds(self.crawler_timeout_seconds)

    @property
    def surface_depths(self) -> dict[Surface, int]:
        """Organic rows that are read of each surface that goes on over several pages."""
        tabs = dict.fromkeys((Surface.BLOG_TAB, Surface.CAFE_TAB), self.crawl_tab_depth)
        return {Surface.PLACE_LIST: self.crawl_list_depth, **tabs}

    @property
    def postponement(self) -> timedelta:
        """How long a message is hidden at least when it cannot be looked at."""
        return timedelta(seconds=self.crawl_postpone_seconds)

    @property
    def circuit_rule(self) -> CircuitRule:
        """When a surface that refuses is left alone, and for how long."""
        return CircuitRule(
            blocks=self.circuit_blocks,
            pause=timedelta(seconds=self.circuit_pause_seconds),
            max_pause=timedelta(seconds=self.circuit_max_pause_seconds),
        )

    @property
    def hold_rule(self) -> HoldRule:
        """When the canary holds the daily run, and for how long."""
        return HoldRule(
            threshold=self.canary_threshold,
            pause=timedelta(seconds=self.canary_hold_seconds),
            max_hold=timedelta(seconds=self.canary_max_hold),
        )

    @property
    def page_timeout_seconds(self) -> float:
        """How long one navigation may take at most: two with their pauses fit into the crawler's timeout.

        A reading of more pages has a time limit as well, and each of them what that leaves.
        """
        pauses = 2 * self.crawl_delay_seconds * (1 + PAUSE_JITTER)
        return (self.reading_seconds - pauses) / 2

    @property
    def reading_seconds(self) -> int:
        """What the pages of one reading have together, of the crawler's timeout."""
        return self.crawler_timeout_seconds - START_SECONDS - SAVE_SECONDS

    @property
    def browser_max_memory_bytes(self) -> int:
        """Resident memory at which the browser is launched anew."""
        megabytes = self.browser_max_memory_mb
        if megabytes is None:
            megabytes = int((self.aws_lambda_function_memory_size or DEFAULT_MEMORY_MB) * BROWSER_MEMORY_SHARE)
        return megabytes << 20

    def require(self, name: str) -> str:
        """Return a setting that this job cannot do without.

        Raises:
            ConfigurationError: It is not set.
        """
        value = getattr(self, name)
        if not value:
            raise ConfigurationError(
                f"{name.upper()} is not set: set it in the function's environment or the shell",
                code="setting_missing",
                setting=name.upper(),
            )
        return str(value)


@cache
def load_settings() -> Settings:
    """Read the settings once per process.

    Raises:
        ConfigurationError: A variable has a value that cannot be used; names it.
    """
    return settings_of({})


def settings_of(values: Mapping[str, str]) -> Settings:
    """Read settings of the environment, and in place of its variables the given ones.

    Args:
        values: By the variable's name; an empty one is left to the environment.

    Raises:
        ConfigurationError: A variable has a value that cannot be used; names it.
    """
    try:
        given: dict[str, Any] = {name.lower(): value for name, value in values.items() if value}
        return Settings(**given)
    except ValidationError as error:
        raise describe_setting_problem(error) from error


def apply_environment_file(path: Path) -> None:
    """Set the variables of a file of `NAME=value` lines; those that are set already stay.

    Sunwi's own settings and AWS's (region, credentials, endpoint) may stand in it. Call it before
    `load_settings`.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise ConfigurationError(
            f"there is no environment file {path}",
            code="environment_file_missing",
            path=str(path),
        )

    class Variables(BaseSettings):
        model_config = SettingsConfigDict(env_file=path, extra="allow", case_sensitive=True)

    try:
        variables = Variables().model_extra or {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the environment file {path} cannot be read: {error}",
            code="environment_file_unreadable",
            path=str(path),
        ) from error
    for name, value in variables.items():
        os.environ.setdefault(name, str(value))


def names_database() -> bool:
    """Return whether the environment itself names a database."""
    return any(os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_SECRET_ARN"))


@contextmanager
def clean_environment(*, temporary_folder: Path | None = None) -> Iterator[dict[str, str]]:
    """Hide credentials and settings from child processes started inside the block.

    Args:
        temporary_folder: Named as TMPDIR inside the block.

    Yields:
        The environment that remains: search path, home, temporary folder, locale and time zone.
    """
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    if temporary_folder is not None:
        kept["TMPDIR"] = str(temporary_folder)
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    try:
        yield kept
    finally:
        os.environ.clear()
        os.environ.update(before)
