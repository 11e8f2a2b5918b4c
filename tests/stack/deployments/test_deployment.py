"""The life of a deployment, in the order of the tests: first, unfit, next, failed, removed, and there again."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.adapters.sql.store import SqlStore
from tests.examples import place_tracking
from tests.stack.deployments.account import STACK, Account, Deployed, running_account

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{name}", "{before}", None, None


def upgrade() -> None:
    op.add_column("tracking", sa.Column("note_{name}", sa.Text(), nullable=True))
    op.execute({statement!r})
"""
#: Nobody receives a message before that.
HIDDEN_SECONDS = 900


@dataclass(frozen=True)
class Left:
    """What people would miss: messages, pages, rows."""

    delayed: int
    dead_letters: list[str]
    page: bytes
    trackings: int


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running_account(tmp_path_factory.mktemp("account")) as account:
        yield account


@pytest.fixture(scope="module")
def first(account: Account) -> Deployed:
    return account.deploy(*account.parameters, built=account.build("first"))


@pytest.fixture(scope="module")
def before(account: Account, first: Deployed) -> Left:
    """What there was before anything was deployed again."""
    assert first.status == 0
    outputs, sqs = account.outputs(), account.stack.client("sqs")
    sqs.send_message(QueueUrl=outputs.crawl_queue_url, MessageBody="{}", DelaySeconds=HIDDEN_SECONDS)
    sqs.send_message(QueueUrl=outputs.crawl_dead_letter_queue_url, MessageBody="{}")
    account.stack.client("s3").put_object(Bucket=outputs.evidence_bucket_name, Key="readings/1", Body=b"page")
    with SqlStore(account.engine).begin() as tx:
        tx.trackings.add([place_tracking()], at=datetime.now(UTC))
    return look(account)


@pytest.fixture(scope="module")
def unfit(account: Account, first: Deployed, before: Left) -> Deployed:
    assert (first.status, before.trackings) == (0, 1)
    built = account.folder / "first" / "template.json"
    return account.deploy("CrawlScheduleHour=23", "CrawlScheduleMinute=58", "CrawlerTimeoutSeconds=30", built=built)


@pytest.fixture(scope="module")
def updated(account: Account, unfit: Deployed, before: Left) -> Deployed:
    assert (unfit.status, before.trackings) == (1, 1)
    built = account.build("next")
    add_migration(built, "next", statement="UPDATE tracking SET note_next = 'kept'")
    return account.deploy("CrawlerTimeoutSeconds=90", built=built)


@pytest.fixture(scope="module")
def failed(account: Account, updated: Deployed) -> Deployed:
    assert updated.status == 0
    built = account.build("broken")
    add_migration(built, "next", statement="SELECT 1")
    add_migration(built, "broken", statement="INSERT INTO nowhere VALUES (1)", before="next")
    return account.deploy("CrawlerTimeoutSeconds=120", built=built)


@pytest.fixture(scope="module")
def removed(account: Account, failed: Deployed) -> Deployed:
    assert failed.status == 1
    return account.deploy("--remove", "--yes")


@pytest.fixture(scope="module")
def again(account: Account, removed: Deployed) -> Deployed:
    assert removed.status == 0
    return account.deploy(*account.parameters, built=account.folder / "next" / "template.json")


def add_migration(built: Path, name: str, *, statement: str, before: str | None = None) -> None:
    """Put one more migration into a built release, and have its template ask for it."""
    template = json.loads(built.read_text())
    properties = template["Resources"]["Schema"]["Properties"]
    versions = built.parent / "code" / "infra" / "migrations" / "versions"
    migration = MIGRATION.format(name=name, before=before or properties["Revision"], statement=statement)
    (versions / f"{name}.py").write_text(migration)
    properties["Revision"] = name
    built.write_text(json.dumps(template))


def look(account: Account) -> Left:
    outputs, sqs = account.outputs(), account.stack.client("sqs")
    attributes = sqs.get_queue_attributes(
        QueueUrl=outputs.crawl_queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]
    dead = sqs.receive_message(QueueUrl=outputs.crawl_dead_letter_queue_url, VisibilityTimeout=0)
    page = account.stack.client("s3").get_object(Bucket=outputs.evidence_bucket_name, Key="readings/1")
    with SqlStore(account.engine).read() as tx:
        trackings = len(tx.trackings.list())
    return Left(
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
        dead_letters=[message["MessageId"] for message in dead.get("Messages", [])],
        page=page["Body"].read(),
        trackings=trackings,
    )


def attribute(account: Account, name: Any) -> str:
    attributes = account.stack.client("sqs").get_queue_attributes(
        QueueUrl=account.outputs().crawl_queue_url, AttributeNames=[name]
    )
    return str(attributes["Attributes"][name])


def test_a_first_deployment_without_a_database_is_refused_with_what_to_say(account: Account) -> None:
    refused = account.deploy("--stack", "another", built=Path("unused"))
    assert refused.status == 1
    assert (
        "the first deployment of another needs the database: make deploy PARAMETERS=DatabaseSecretArn=" in refused.said
    )


def test_a_first_deployment_makes_the_repository_the_tables_and_everything_else(
    account: Account, first: Deployed
) -> None:
    assert first.status == 0, first.said
    (repository,) = account.stack.client("ecr").describe_repositories()["repositories"]
    assert (repository["repositoryName"], repository["imageScanningConfiguration"]) == (
        "sunwi-images",
        {"scanOnPush": True},
    )
    assert account.description()["StackStatus"] == "CREATE_COMPLETE"


def test_a_deployment_says_where_the_schema_stands_and_what_sunwi_needs(account: Account, first: Deployed) -> None:
    parameters = json.loads((account.folder / "first" / "template.json").read_text())["Resources"]["Schema"]
    assert f"the database's schema is {parameters['Properties']['Revision']}\n" in first.said
    assert f"CRAWL_QUEUE_URL={account.outputs().crawl_queue_url}\n" in first.said


def test_settings_that_do_not_fit_each_other_are_refused_with_the_sentence_that_says_what_to_do(
    account: Account, unfit: Deployed
) -> None:
    assert unfit.status == 1
    said = re.sub(r"[\s|]+", " ", unfit.said)
    assert "ConfigurationError: a run that starts at 23:58 KST and may take CrawlBatchTimeout=300 s would cross" in said
    assert account.description()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_deployment_whose_settings_are_refused_has_changed_nothing(
    account: Account, before: Left, unfit: Deployed
) -> None:
    assert unfit.status == 1
    chosen = {item["ParameterKey"]: item["ParameterValue"] for item in account.description()["Parameters"]}
    assert (chosen["CrawlScheduleHour"], chosen["CrawlerTimeoutSeconds"]) == ("1", "60")
    assert attribute(account, "VisibilityTimeout") == "360"
    assert look(account) == before
    touched = {name for name, status in account.events() if status.startswith("UPDATE")}
    assert "Settings" in touched
    assert touched & {"Schema", "Dispatcher", "Crawler", "RunMonitor", "Watchdog", "Canary"} == set()


def test_an_update_migrates_first_and_then_updates_the_functions(account: Account, updated: Deployed) -> None:
    assert updated.status == 0, updated.said
    events = account.events()
    schema = events.index(("Schema", "UPDATE_COMPLETE"))
    for function in ("Dispatcher", "Crawler", "RunMonitor"):
        assert schema < events.index((function, "UPDATE_IN_PROGRESS"))
    assert "the database's schema is next (it was " in updated.said


def test_an_update_changes_what_was_asked_for_and_keeps_the_other_parameters(
    account: Account, updated: Deployed
) -> None:
    assert updated.status == 0
    assert attribute(account, "VisibilityTimeout") == str(6 * 90)
    chosen = {item["ParameterKey"]: item["ParameterValue"] for item in account.description()["Parameters"]}
    kept = dict(parameter.split("=", 1) for parameter in account.parameters)
    assert {name: chosen[name] for name in kept} == kept


def test_an_update_loses_no_message_no_page_and_no_row(account: Account, before: Left, updated: Deployed) -> None:
    assert updated.status == 0
    assert len(before.dead_letters) == before.delayed == 1
    assert look(account) == before


def test_a_migration_that_fails_fails_the_deployment_with_its_reason(account: Account, failed: Deployed) -> None:
    assert failed.status == 1
    assert "nowhere" in failed.said
    assert "What CloudFormation had begun it takes back" in failed.said
    assert account.description()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_failed_deployment_has_changed_nothing(account: Account, before: Left, failed: Deployed) -> None:
    assert failed.status == 1
    events = account.events()
    until_failure = events[: events.index(("Schema", "UPDATE_FAILED"))]
    begun = until_failure[len(until_failure) - until_failure[::-1].index((STACK, "UPDATE_COMPLETE")) :]
    assert {"Dispatcher", "Crawler", "RunMonitor"} & {name for name, _ in begun} == set()
    assert ("Migrator", "UPDATE_COMPLETE") in begun
    assert schema_version(account.engine).current == "next"
    assert attribute(account, "VisibilityTimeout") == str(6 * 90)
    assert look(account) == before


def test_no_function_has_the_code_of_a_failed_deployment(account: Account, failed: Deployed) -> None:
    assert failed.status == 1
    outputs = account.outputs()
    names = (outputs.dispatcher_function_name, outputs.crawler_function_name, outputs.migrator_function_name)
    assert len({account.code_of(name) for name in names}) == 1


def test_a_removed_stack_leaves_pages_and_rows_and_says_so(
    account: Account, before: Left, failed: Deployed, removed: Deployed
) -> None:
    assert removed.status == 0, removed.said
    assert failed.status == 1
    buckets = [bucket["Name"] for bucket in account.stack.client("s3").list_buckets()["Buckets"]]
    (bucket,) = [name for name in buckets if "evidence" in name]
    (files,) = [name for name in buckets if "files" in name]
    stays = removed.said.partition("What stays, and goes on costing:\n")[2].splitlines()
    assert set(stays[:2]) == {f"  AWS::S3::Bucket {bucket}", f"  AWS::S3::Bucket {files}"}
    assert stays[2].startswith("  the database")
    page = account.stack.client("s3").get_object(Bucket=bucket, Key="readings/1")["Body"].read()
    assert page == before.page
    assert schema_version(account.engine).current == "next"


def test_a_removed_stack_leaves_nothing_else(account: Account, removed: Deployed) -> None:
    assert removed.status == 0
    client = account.stack.client
    assert client("lambda").list_functions()["Functions"] == []
    assert client("sqs").list_queues().get("QueueUrls", []) == []
    assert client("ecr").describe_repositories()["repositories"] == []
    assert [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]] == []


def test_a_stack_that_was_removed_can_be_deployed_again_on_the_same_database(account: Account, again: Deployed) -> None:
    assert again.status == 0, again.said
    assert "the database's schema is next\n" in again.said
    with SqlStore(account.engine).read() as tx:
        assert len(tx.trackings.list()) == 1


def test_a_stack_that_is_not_there_cannot_be_removed(account: Account) -> None:
    refused = account.deploy("--remove", "--yes", "--stack", "another")
    assert (refused.status, "not removed: there is no stack another" in refused.said) == (1, True)
