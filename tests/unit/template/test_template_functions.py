import re
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack.localise import ROOT
from sunwi.adapters.aws.queue import BATCH_SIZE, RESEND_SECONDS, SEND_THREADS
from sunwi.adapters.sql.connection.postgres_connection import IDLE_IN_TRANSACTION_SECONDS
from sunwi.bootstrap.adapters import SEND_CONNECT_SECONDS, SEND_READ_SECONDS, SEND_TRIES
from sunwi.service.runs.send_tasks import CHUNK_TIME, SEND_CHUNK
from sunwi.service.watchdog.repair_run import SEND_TIME
from sunwi.settings import Settings

Template = dict[str, Any]
Resources = dict[str, dict[str, Any]]

EVERYWHERE = {
    "DATABASE_URL",
    "DATABASE_SECRET_ARN",
    "DATABASE_HOST",
    "DATABASE_NAME",
    "DATABASE_IAM_LOGIN",
    "DATABASE_CA_BUNDLE",
    "DATABASE_TLS",
    "DATABASE_STATEMENT_TIMEOUT_SECONDS",
    "CRAWL_BATCH_TIMEOUT",
    "LOG_LEVEL",
}
#: How deep a surface is read, which is how long a run takes.
DEPTHS = {"CRAWL_LIST_DEPTH", "CRAWL_TAB_DEPTH"}
BROWSER = {"BROWSER_PROFILE_POOL", "BROWSER_MAX_PAGES", "BROWSER_MAX_MEMORY_MB"}
VARIABLES = {
    "Dispatcher": {
        *EVERYWHERE,
        "CRAWL_QUEUE_URL",
        "EXPRESS_QUEUE_URL",
        "STATE_MACHINE_ARN",
        "CRAWL_SCHEDULE_HOUR",
        "CRAWL_SCHEDULE_MINUTE",
        "CRAWL_DELAY_SECONDS",
        "CRAWLER_CONCURRENCY",
        "CANARY_THRESHOLD",
        "CANARY_MAX_HOLD",
        *DEPTHS,
    },
    "Crawler": {
        *EVERYWHERE,
        "CRAWL_QUEUE_URL",
        "EXPRESS_QUEUE_URL",
        "CRAWL_DELAY_SECONDS",
        "CRAWL_RETRY_BASE_SECONDS",
        "CRAWL_PICTURES",
        *DEPTHS,
        *BROWSER,
        "EVIDENCE_LOCK_DAYS",
        "CRAWL_POSTPONE_SECONDS",
        "CIRCUIT_BLOCKS",
        "CIRCUIT_PAUSE_SECONDS",
        "CIRCUIT_MAX_PAUSE_SECONDS",
        "CRAWLER_TIMEOUT_SECONDS",
        "EVIDENCE_BUCKET",
        "METRICS_NAMESPACE",
        "STANDIN_ADDRESS",
    },
    "Canary": {
        *EVERYWHERE,
        "CANARY_KEYWORDS",
        *BROWSER,
        "CRAWL_DELAY_SECONDS",
        "CIRCUIT_BLOCKS",
        "CIRCUIT_PAUSE_SECONDS",
        "CIRCUIT_MAX_PAUSE_SECONDS",
        "CRAWLER_TIMEOUT_SECONDS",
        "EVIDENCE_BUCKET",
        "METRICS_NAMESPACE",
        "STANDIN_ADDRESS",
    },
    "RunMonitor": {*EVERYWHERE, "METRICS_NAMESPACE", "CANARY_HOLD_SECONDS"},
    "Watchdog": {
        *EVERYWHERE,
        "CRAWL_QUEUE_URL",
        "EXPRESS_QUEUE_URL",
        "CRAWL_DEAD_LETTER_QUEUE_URL",
        "EXPRESS_DEAD_LETTER_QUEUE_URL",
        "DISPATCHER_FAILURE_QUEUE_URL",
        "WATCHDOG_FAILURE_QUEUE_URL",
        "SCHEDULE_GROUP",
        "STATE_MACHINE_ARN",
        "ALARM_TOPIC_ARN",
        "CRAWL_SCHEDULE_HOUR",
        "CRAWL_SCHEDULE_MINUTE",
        "CRAWL_DELAY_SECONDS",
        "CRAWLER_CONCURRENCY",
        "WATCHDOG_CUTOFF_HOUR",
        *DEPTHS,
        "ENVIRONMENT_NAME",
        "METRICS_NAMESPACE",
    },
    "Migrator": {
        *EVERYWHERE,
        "SCHEDULE_GROUP",
        "SCHEDULE_ROLE_ARN",
        "SCHEDULES_QUEUE_ARN",
        "SCHEDULES_DEAD_LETTER_QUEUE_ARN",
        "ADMIN_EMAIL",
        "COGNITO_USER_POOL_ID",
    },
    "Worker": {
        *EVERYWHERE,
        "CRAWL_DELAY_SECONDS",
        "CIRCUIT_BLOCKS",
        "CIRCUIT_PAUSE_SECONDS",
        "CIRCUIT_MAX_PAUSE_SECONDS",
        "CRAWLER_TIMEOUT_SECONDS",
        *DEPTHS,
        *BROWSER,
        "EVIDENCE_BUCKET",
        "FILES_BUCKET",
        "WORKER_PLACE",
        "LIVE_ENDPOINT",
        "METRICS_NAMESPACE",
        "STANDIN_ADDRESS",
    },
    "WorkerCore": {
        *EVERYWHERE,
        "CRAWL_QUEUE_URL",
        "EXPRESS_QUEUE_URL",
        "STATE_MACHINE_ARN",
        "TENDER_FUNCTION",
        "CRAWL_DELAY_SECONDS",
        "CRAWLER_CONCURRENCY",
        *DEPTHS,
        "FILES_BUCKET",
        "WORKER_PLACE",
        "LIVE_ENDPOINT",
        "ENVIRONMENT_NAME",
        "JOBS_MAX_PENDING",
        "JOB_HISTORY_DAYS",
        "JOB_RESULT_DAYS",
        "ARCHIVE_AFTER_DAYS",
        "METRICS_NAMESPACE",
    },
    "Tender": {
        *EVERYWHERE,
        "JOB_STATE_MACHINE_ARN",
        "CRAWL_DELAY_SECONDS",
        "ENVIRONMENT_NAME",
        "JOBS_MAX_PENDING",
        "NOTICES_QUEUE_URL",
        "ALARM_TOPIC_ARN",
        "LIVE_ENDPOINT",
        "METRICS_NAMESPACE",
    },
    "Notifier": {
        *EVERYWHERE,
        "ENVIRONMENT_NAME",
        "MAIL_SENDER",
        "MAIL_REPLY_TO",
        "MAIL_CONFIGURATION_SET",
        "PUBLIC_ADDRESS",
    },
    "Api": {
        *EVERYWHERE,
        "PUBLIC_ADDRESS",
        "COGNITO_USER_POOL_ID",
        "COGNITO_CLIENT_ID",
        "COGNITO_ADDRESS",
        "SIGN_IN_PAGES",
        "LIVE_ENDPOINT",
        "CRAWL_QUEUE_URL",
        "EXPRESS_QUEUE_URL",
        "CRAWL_DEAD_LETTER_QUEUE_URL",
        "EXPRESS_DEAD_LETTER_QUEUE_URL",
        "STATE_MACHINE_ARN",
        "TENDER_FUNCTION",
        "SCHEDULE_GROUP",
        "SCHEDULE_ROLE_ARN",
        "SCHEDULES_QUEUE_ARN",
        "SCHEDULES_DEAD_LETTER_QUEUE_ARN",
        "CRAWL_SCHEDULE_HOUR",
        "CRAWL_SCHEDULE_MINUTE",
        "CRAWL_DELAY_SECONDS",
        "CRAWLER_CONCURRENCY",
        *DEPTHS,
        "EVIDENCE_BUCKET",
        "FILES_BUCKET",
        "JOBS_MAX_PENDING",
        "ENVIRONMENT_NAME",
        "METRICS_NAMESPACE",
    },
    "Live": {*EVERYWHERE, "PUBLIC_ADDRESS", "LIVE_ENDPOINT"},
}


#: Functions whose image has a browser.
OPENS_PAGES = {"Crawler", "Canary", "Worker"}


def test_each_function_gets_the_variables_it_uses_and_no_other(template: Template, functions: Resources) -> None:
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    given = {
        name: {*shared, *function["Properties"].get("Environment", {}).get("Variables", {})}
        for name, function in functions.items()
    }
    assert given == VARIABLES


def test_what_only_a_local_call_sets_is_empty_in_the_cloud_and_counts_as_not_set(
    template: Template, functions: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_url = template["Globals"]["Function"]["Environment"]["Variables"]["DATABASE_URL"]
    standin_address = functions["Crawler"]["Properties"]["Environment"]["Variables"]["STANDIN_ADDRESS"]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STANDIN_ADDRESS", standin_address)
    settings = Settings()
    assert (settings.database_url, settings.standin_address) == (None, None)


def test_every_variable_is_a_setting() -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert set().union(*VARIABLES.values()) <= settings


@pytest.mark.parametrize(
    ("parameter", "setting"),
    [
        ("CrawlBatchTimeout", "crawl_batch_timeout"),
        ("CrawlerTimeoutSeconds", "crawler_timeout_seconds"),
        ("CrawlPostponeSeconds", "crawl_postpone_seconds"),
        ("CrawlPictures", "crawl_pictures"),
        ("CrawlScheduleHour", "crawl_schedule_hour"),
        ("CrawlScheduleMinute", "crawl_schedule_minute"),
    ],
)
def test_the_functions_accept_every_value_that_the_template_allows(
    template: Template, parameter: str, setting: str
) -> None:
    base = {"crawl_delay_seconds": 0, "crawl_schedule_hour": 0, "crawl_schedule_minute": 0, "crawl_batch_timeout": 20}
    for value in template["Parameters"][parameter]["AllowedValues"]:
        assert getattr(Settings(**{**base, setting: value}), setting) == value


def test_the_defaults_of_template_and_settings_agree(template: Template) -> None:
    # An empty variable is one that is not set.
    shared = {
        name.upper(): "" if field.default is None else field.default for name, field in Settings.model_fields.items()
    }
    for parameter, declared in template["Parameters"].items():
        variable = re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).upper()
        if variable in shared and "Default" in declared:
            assert declared["Default"] == shared[variable], parameter


def test_each_function_runs_a_handler_that_exists(functions: Resources) -> None:
    for name, function in functions.items():
        (command,) = function["Properties"]["ImageConfig"]["Command"]
        module, handler = command.rsplit(".", 1)
        source = Path(ROOT / "functions", *module.split(".")).with_suffix(".py")
        assert f"def {handler}(" in source.read_text(encoding="utf-8"), name


def test_each_function_is_a_target_of_the_one_dockerfile(functions: Resources) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for name, function in functions.items():
        metadata = function["Metadata"]
        assert (metadata["Dockerfile"], metadata["DockerContext"]) == ("Dockerfile", ".")
        assert metadata["DockerBuildTarget"] == ("crawler" if name in OPENS_PAGES else "core")
        assert re.search(rf" AS {metadata['DockerBuildTarget']}$", dockerfile, re.MULTILINE)


def test_each_function_has_its_own_role_and_its_own_log_group_with_a_retention(
    resources: Resources, functions: Resources
) -> None:
    for name, function in functions.items():
        properties = function["Properties"]
        assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        assert resources[f"{name}Role"]["Type"] == "AWS::IAM::Role"
        assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}LogGroup"}}


def test_every_log_group_forgets(resources: Resources) -> None:
    state_machines = [item for item in resources.values() if item["Type"] == "AWS::Serverless::StateMachine"]
    groups = [item for item in resources.values() if item["Type"] == "AWS::Logs::LogGroup"]
    of_the_front_door = 1
    assert len(groups) == len(VARIABLES) + len(state_machines) + of_the_front_door
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_a_chunk_of_the_dispatcher_ends_in_time_at_the_very_worst(functions: Resources) -> None:
    pauses = sum(2**number for number in range(SEND_TRIES - 1))
    call = SEND_TRIES * (SEND_CONNECT_SECONDS + SEND_READ_SECONDS) + pauses
    assert SEND_CHUNK <= SEND_THREADS * BATCH_SIZE, "one round of calls"
    round_of_calls = RESEND_SECONDS + call
    assert round_of_calls < IDLE_IN_TRANSACTION_SECONDS
    lock = Settings.model_fields["database_statement_timeout_seconds"].default
    assert lock + round_of_calls < CHUNK_TIME.total_seconds()
    assert functions["Dispatcher"]["Properties"]["Timeout"] >= 3 * CHUNK_TIME.total_seconds()
    assert functions["Watchdog"]["Properties"]["Timeout"] >= 2 * (SEND_TIME + CHUNK_TIME).total_seconds()


def test_the_crawler_may_take_as_long_as_its_parameter_says(functions: Resources) -> None:
    assert functions["Crawler"]["Properties"]["Timeout"] == {"Ref": "CrawlerTimeoutSeconds"}
