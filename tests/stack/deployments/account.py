"""An AWS account to deploy to by `make deploy`'s own program: MiniStack, and PostgreSQL that speaks TLS only."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from infra.local.postgres import PostgresServer
from infra.local.stack import LocalStack, StackOutputs
from infra.local.stack.build import build
from infra.local.stack.localise import ROOT
from infra.local.stack.session import ROOT_KEY
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.postgres_socket import PostgresOptions
from tests.integration.store.connection.authority import Authority
from tests.integration.store.connection.tls_server import ADDRESS, running_tls_postgres

TLS_ONLY = "hostssl all all all scram-sha-256\nhost all all 127.0.0.1/32 reject\n"
STACK = "sunwi"


@dataclass(frozen=True)
class Deployed:
    """How a deployment ended, and what it said."""

    status: int
    said: str


@dataclass(frozen=True)
class Account:
    stack: LocalStack
    server: PostgresServer
    engine: Engine
    folder: Path
    parameters: tuple[str, ...]

    def build(self, name: str, *, root: Path = ROOT, **environment: str) -> Path:
        """Build the release as it is, or another one that is in a folder."""
        return build(self.folder / name, environment=environment, root=root)

    def deploy(self, *arguments: str, built: Path | None = None) -> Deployed:
        """Run the program as a pipeline would: nobody is there to be asked."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "infra.deploy", *(("--built", str(built)) if built else ()), *arguments],
            cwd=ROOT,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            env={
                **environment,
                "AWS_ENDPOINT_URL": self.stack.endpoint_url,
                "AWS_ACCESS_KEY_ID": ROOT_KEY,
                "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
                "AWS_EC2_METADATA_DISABLED": "true",
                "NO_PROXY": "127.0.0.1,localhost",
                "SAM_CLI_POLL_DELAY": "0.2",
            },
        )
        return Deployed(done.returncode, done.stdout + done.stderr)

    def outputs(self) -> StackOutputs:
        return StackOutputs.from_cloudformation(
            {output["OutputKey"]: output["OutputValue"] for output in self.description()["Outputs"]}
        )

    def description(self) -> Any:
        return self.stack.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]

    def events(self) -> list[tuple[str, str]]:
        """Return resource and status of every event of the stack, oldest first."""
        pages = self.stack.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=STACK)
        events = [event for page in pages for event in page["StackEvents"]]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(events)]

    def code_of(self, function_name: str) -> str:
        """Return the checksum of a function's code."""
        return str(self.stack.client("lambda").get_function_configuration(FunctionName=function_name)["CodeSha256"])


@contextmanager
def running_account(folder: Path, *, wait_scale: float = 0) -> Iterator[Account]:
    """Run AWS and the database for as long as the block lasts.

    Args:
        folder: For what is built.
        wait_scale: As in `LocalStack`.
    """
    authority = Authority("Authority of the database")
    bundle = folder / "bundle.pem"
    bundle.write_bytes(authority.certificate())
    with running_tls_postgres(authority, TLS_ONLY) as server, LocalStack(wait_scale=wait_scale) as stack:
        secret = stack.client("secretsmanager").create_secret(
            Name="database",
            SecretString=json.dumps(
                {
                    "host": ADDRESS,
                    "port": server.port,
                    "username": "sunwi",
                    "password": server.password,
                    "dbname": "postgres",
                }
            ),
        )
        engine = create_store_engine(server.url(), PostgresOptions(ca_bundle=str(bundle)))
        parameters = (f"DatabaseSecretArn={secret['ARN']}", f"DatabaseCaBundle={bundle}", "CrawlBatchTimeout=300")
        yield Account(stack, server, engine, folder, parameters)
        engine.dispose()
