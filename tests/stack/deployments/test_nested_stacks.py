"""A stack nested in another: built and deployed by the SAM CLI, on the local stack with IAM enforced.

Source: docs/adr/0040-new-capabilities-may-be-nested.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.sam_cli import sam_command
from infra.local.stack import LocalStack
from infra.local.stack.session import REGION, ROOT_KEY

pytestmark = pytest.mark.timeout(300)

TEMPLATES = Path(__file__).parent / "nested"


@dataclass(frozen=True)
class Nest:
    stack: LocalStack
    folder: Path

    def sam(self, *arguments: str) -> None:
        """Run the SAM CLI against the local stack."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(  # noqa: S603 - our own words
            sam_command(*arguments, "--region", REGION),
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=200,
            env={
                **environment,
                "AWS_ENDPOINT_URL": self.stack.endpoint_url,
                "AWS_ACCESS_KEY_ID": ROOT_KEY,
                "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
                "AWS_EC2_METADATA_DISABLED": "true",
                "NO_PROXY": "127.0.0.1,localhost",
                "SAM_CLI_POLL_DELAY": "0.2",
                "SAM_CLI_TELEMETRY": "0",
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def deploy(self, *overrides: str) -> None:
        self.sam(
            *("deploy", "--template-file", ".aws-sam/build/template.yaml", "--stack-name", "nest", "--resolve-s3"),
            *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"),
            *(("--parameter-overrides", *overrides) if overrides else ()),
        )

    def outputs(self) -> dict[str, str]:
        (found,) = self.stack.client("cloudformation").describe_stacks(StackName="nest")["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    def greet(self) -> dict[str, Any]:
        answer = self.stack.client("lambda").invoke(FunctionName=self.outputs()["GreeterName"])
        return dict(json.loads(answer["Payload"].read()))

    def names(self) -> list[str]:
        stacks = self.stack.client("cloudformation").describe_stacks()["Stacks"]
        return sorted(found["StackName"] for found in stacks if found["StackName"].startswith("nest"))


@pytest.fixture(scope="module")
def nest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nest]:
    folder = tmp_path_factory.mktemp("nested") / "templates"
    shutil.copytree(TEMPLATES, folder)
    child = folder / "child.yaml"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    child.write_text(re.sub(r"Runtime: python[\d.]+", f"Runtime: {runtime}", child.read_text()))
    with LocalStack() as stack:
        nest = Nest(stack, folder)
        nest.sam("validate", "--lint", "--template", "root.yaml")
        nest.sam("build", "--template", "root.yaml")
        nest.deploy()
        yield nest


def test_a_nested_stack_is_built_and_deployed_with_its_root(nest: Nest) -> None:
    root, child = nest.names()
    assert (root, child.startswith("nest-Nested-")) == ("nest", True)
    built = nest.folder / ".aws-sam" / "build"
    assert (built / "Nested" / "Greeter" / "greet.py").is_file()


def test_what_the_root_hands_down_reaches_the_nested_function(nest: Nest) -> None:
    said = nest.greet()
    assert said["said"] == "good morning"
    assert said["queue"].endswith(":nest-root")


def test_an_update_reaches_what_is_nested_and_replaces_nothing(nest: Nest) -> None:
    before, names = nest.outputs(), nest.names()
    nest.deploy("Greeting=again")
    assert nest.greet()["said"] == "again"
    assert (nest.outputs(), nest.names()) == (before, names)


def test_a_removed_root_takes_what_is_nested_with_it(nest: Nest) -> None:
    url = nest.outputs()["NestedQueueUrl"]
    client = nest.stack.client("cloudformation")
    client.delete_stack(StackName="nest")
    client.get_waiter("stack_delete_complete").wait(StackName="nest", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    assert nest.names() == []
    assert url not in nest.stack.client("sqs").list_queues().get("QueueUrls", [])
