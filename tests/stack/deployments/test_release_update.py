"""This release deployed over the one before it, while that has a night under way."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.stack import wait_for
from infra.local.stack.schedule import scheduled_event
from infra.local.standin import StandinSite
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date
from tests.release_before import NAME, frozen, unpack
from tests.stack.deployments.account import STACK, Account, Deployed, running_account

pytestmark = pytest.mark.timeout(400)

KEYWORDS = ("성수동 김밥", "강남역 필라테스", "홍대 떡볶이")
#: A tracking as the release before stores it.
OF_A_BLOG = """
INSERT INTO tracking (
    kind, keyword, target_id, target_url, surface, device, location, client, agency, status, current_session,
    created_at, active_since, areas, counts_bundled
) VALUES (
    'blog', :keyword, 'blog:nobody/123456789', 'https://blog.naver.com/nobody/123456789', 'integrated', 'pc', '', '',
    '', 'ACTIVE', 1, :at, :at, '', false
)
"""
#: What must be the same thing after a deployment as before it.
KEPT = {
    "AWS::SQS::Queue",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
    "AWS::Events::Rule",
    "AWS::SNS::Topic",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
}


@dataclass(frozen=True)
class Night:
    """A night of the release before, in the middle of which this one comes."""

    account: Account
    run_id: str
    execution: str
    resources: dict[str, str]
    waiting: int
    code: str
    updated: Deployed

    def crawler_name(self) -> str:
        return self.account.outputs().crawler_function_name

    def logs(self) -> list[str]:
        outputs, stack = self.account.outputs(), self.account.stack
        names = (outputs.dispatcher_function_name, outputs.crawler_function_name, outputs.run_monitor_function_name)
        return [line for name in names for line in stack.lines_of(name)]


def rows(account: Account, sql: str) -> list[Any]:
    with account.engine.connect() as connection:
        return list(connection.execute(text(sql)))


def resources(account: Account) -> dict[str, str]:
    found = account.stack.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in found if item["ResourceType"] in KEPT}


def waiting(account: Account) -> int:
    answer = account.stack.client("sqs").get_queue_attributes(
        QueueUrl=account.outputs().crawl_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def receive(account: Account, *, enabled: bool) -> None:
    """Let the crawler take messages, or leave them in the queue."""
    functions = account.stack.client("lambda")
    name = account.outputs().crawler_function_name
    for mapping in functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)


def dispatch(account: Account) -> str:
    """Fire the rule of the release before, and return the execution that watches the run."""
    outputs, at = account.outputs(), datetime.now(UTC)
    account.stack.client("lambda").invoke(
        FunctionName=outputs.dispatcher_function_name,
        InvocationType="Event",
        Payload=json.dumps(scheduled_event(outputs.schedule_rule_arn, at)),
    )
    states = account.stack.client("stepfunctions")

    def running() -> list[str]:
        answer = states.list_executions(stateMachineArn=outputs.state_machine_arn, statusFilter="RUNNING")
        return [execution["executionArn"] for execution in answer["executions"]]

    (execution,) = wait_for("execution", running)
    wait_for("messages", lambda: waiting(account) == len(KEYWORDS))
    return execution


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("update")
    before = unpack(folder / "before")
    with running_account(folder, wait_scale=0.2) as account, StandinSite(seed=7, state_dir=folder / "standin") as site:
        surroundings: Any = {"STANDIN_ADDRESS": site.address, "CRAWL_ALLOW_STALE_EVENTS": "true"}
        parameters = (*account.parameters, "CrawlDelaySeconds=0", "CrawlRetryBaseSeconds=1")
        first = account.deploy(*parameters, built=account.build("then", root=before, **surroundings))
        assert first.status == 0, first.said
        receive(account, enabled=False)
        with account.engine.begin() as connection:
            at = datetime.now(UTC) - timedelta(days=2)
            connection.execute(text(OF_A_BLOG), [{"keyword": keyword, "at": at} for keyword in KEYWORDS])
        day = business_date(datetime.now(UTC))
        execution = dispatch(account)
        kept, left = resources(account), waiting(account)
        code = account.code_of(account.outputs().crawler_function_name)
        assert rows(account, "SELECT version_num FROM alembic_version")[0][0] == frozen()["schema"]

        updated = account.deploy(built=account.build("now", **surroundings))
        receive(account, enabled=True)
        yield Night(account, scheduled_run_id(day), execution, kept, left, code, updated)


def test_it_is_deployed_over_the_release_before(night: Night) -> None:
    assert night.updated.status == 0, night.updated.said
    assert night.account.description()["StackStatus"] == "UPDATE_COMPLETE"
    assert night.account.code_of(night.crawler_name()) != night.code, f"still the code of {NAME}"


def test_what_was_there_is_the_same_thing_under_the_same_name(night: Night) -> None:
    after = resources(night.account)
    assert {name: after.get(name) for name in night.resources} == night.resources
    assert {"CrawlQueue", "ExpressQueue", "CrawlDeadLetterQueue", "EvidenceBucket"} <= set(night.resources)


def test_its_messages_are_measured_by_this_release(night: Night) -> None:
    assert night.waiting == len(KEYWORDS)
    closed = "SELECT 1 FROM run WHERE closed_at IS NOT NULL"
    try:
        wait_for("end of the run", lambda: rows(night.account, closed), timeout_seconds=90)
    except TimeoutError as error:
        raise AssertionError("\n".join(night.logs())) from error
    assert [tuple(row) for row in rows(night.account, "SELECT DISTINCT run_id, state FROM task")] == [
        (night.run_id, "SUCCEEDED")
    ]
    assert len(rows(night.account, "SELECT 1 FROM rank_history")) == len(KEYWORDS)
    assert waiting(night.account) == 0


def test_its_execution_ends_by_itself_and_no_other_was_needed(night: Night) -> None:
    states = night.account.stack.client("stepfunctions")
    wait_for(
        "end of the execution",
        lambda: states.describe_execution(executionArn=night.execution)["status"] != "RUNNING",
    )
    assert states.describe_execution(executionArn=night.execution)["status"] == "SUCCEEDED"
    machine = night.account.outputs().state_machine_arn
    assert len(states.list_executions(stateMachineArn=machine)["executions"]) == 1
    assert rows(night.account, "SELECT generation, status FROM run") == [(0, "CLOSED")]


def test_no_tracking_is_lost(night: Night) -> None:
    with SqlStore(night.account.engine).read() as tx:
        assert {tracking.keyword for tracking in tx.trackings.list()} == set(KEYWORDS)
