"""The database's stack on the local one, which knows no NAT gateways and no secrets that RDS manages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.stack import LocalStack, wait_for
from infra.local.stack.localise import ROOT, read_template

STACK = "sunwi-database"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as stack:
        template = read_template(ROOT / "infra" / "database.yaml")
        del template["Outputs"]["DatabaseSecretArn"]
        stack.client("cloudformation").create_stack(
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": "Access", "ParameterValue": "public"}],
        )
        wait_for("end of the deployment", lambda: not status(stack).endswith("_IN_PROGRESS"))
        yield stack


def description(stack: LocalStack) -> Any:
    return stack.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]


def status(stack: LocalStack) -> str:
    return str(description(stack)["StackStatus"])


def test_a_public_database_is_made_with_its_network(stack: LocalStack) -> None:
    assert status(stack) == "CREATE_COMPLETE", description(stack)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description(stack)["Outputs"]}
    assert set(outputs) == {"DatabaseHost", "DatabaseName", "DatabaseIamLogin"}
    assert outputs["DatabaseIamLogin"].endswith("/sunwi_app")


def test_a_deleted_stack_leaves_a_snapshot_of_the_database(stack: LocalStack) -> None:
    """Here it is deleted in spite of its protection, which this CloudFormation does not know."""
    cloudformation = stack.client("cloudformation")
    stack_id = description(stack)["StackId"]
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack_id, WaiterConfig={"Delay": 1})
    (snapshot,) = stack.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert (snapshot["Engine"], snapshot["Encrypted"]) == ("postgres", True)
