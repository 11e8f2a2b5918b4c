"""One deployed stack with a database and a stand-in site of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from infra.local.serve import settings_of
from infra.local.stack import LocalStack, StackOutputs, wait_for
from infra.local.standin import StandinSite
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.run import Run, scheduled_run_id
from sunwi.domain.schedule import business_date
from sunwi.domain.tracking import NewTracking

#: Another seed is another web.
SEED = 7

SUMMARY_COUNTS = ("succeeded", "failed", "cancelled", "expired")


@dataclass
class DailyRun:
    stack: LocalStack
    outputs: StackOutputs
    site: StandinSite
    engine: Engine

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.engine)

    @property
    def url(self) -> str:
        """Where the database is, password included."""
        return self.engine.url.render_as_string(hide_password=False)

    def add(self, *trackings: NewTracking) -> list[int]:
        with self.store.begin() as tx:
            ids = tx.trackings.add(trackings, at=datetime.now(UTC))
        assert None not in ids
        return [tracking_id for tracking_id in ids if tracking_id]

    def fire(self, at: datetime) -> str:
        """Fire the rule's event and return the run's id."""
        self.stack.fire_schedule(at)
        return scheduled_run_id(business_date(at))

    def run(self, run_id: str) -> Run | None:
        with self.store.read() as tx:
            return tx.runs.get(run_id)

    def wait_until_closed(self, run_id: str, timeout_seconds: float = 90) -> dict[str, Any]:
        def summary() -> Mapping[str, Any] | None:
            with self.store.read() as tx:
                return tx.runs.summary(run_id)

        try:
            return dict(wait_for(f"summary of {run_id}", summary, timeout_seconds=timeout_seconds))
        except TimeoutError as error:
            raise AssertionError("\n".join(self.logs())) from error

    def wait_for_event(self, name: str, timeout_seconds: float = 90) -> list[dict[str, Any]]:
        """Wait until a function has logged an event, and return its lines.

        Raises:
            AssertionError: None has; everything that was logged is in the message.
        """
        try:
            return wait_for(f"event {name}", lambda: self.events(name), timeout_seconds=timeout_seconds)
        except TimeoutError as error:
            raise AssertionError("\n".join(self.logs())) from error

    def logs(self) -> list[str]:
        return [
            line
            for name in ("Dispatcher", "Crawler", "Canary", "RunMonitor", "Watchdog", "Migrator")
            for line in self.stack.function_logs(name)
        ]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the functions' own log lines of one event name."""
        parsed = [json.loads(line) for line in self.logs() if line.startswith("{")]
        return [line for line in parsed if line.get("event") == name]

    def rows(self, sql: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql)))

    def depth(self, queue_url: str) -> int:
        """Count a queue's messages, those in flight included."""
        answer = self.stack.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
        attributes = answer["Attributes"]
        visible, hidden = attributes["ApproximateNumberOfMessages"], attributes["ApproximateNumberOfMessagesNotVisible"]
        return int(visible) + int(hidden)

    def sunwi(self, *arguments: str, status: int = 0) -> Any:
        """Run the command line against this stack, and return its JSON document."""
        settings = settings_of(
            self.outputs, self.stack.endpoint_url, {"DATABASE_URL": self.url, "CRAWL_DELAY_SECONDS": "0"}
        )
        environment = {"PATH": os.environ["PATH"], **settings}
        command = [sys.executable, "-m", "sunwi.cli", *arguments, "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own command
        assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def send(self, body: str) -> None:
        self.stack.client("sqs").send_message(QueueUrl=self.outputs.crawl_queue_url, MessageBody=body)

    def evidence_names(self) -> list[str]:
        """Return the names of all that is kept of pages."""
        bucket = self.outputs.evidence_bucket_name
        pages = self.stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def visibility_seconds(self) -> int:
        """Ask for how long the crawl queue hides a message that is received."""
        attributes = self.stack.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs.crawl_queue_url, AttributeNames=["VisibilityTimeout"]
        )["Attributes"]
        return int(attributes["VisibilityTimeout"])


@contextmanager
def deployed(
    stack: LocalStack, name: str, folder: Path, url: str | None = None, /, **parameters: float | str
) -> Iterator[DailyRun]:
    """Deploy the real template under a name of its own; on a new SQLite file unless another database is given."""
    url = url or f"sqlite:///{folder / 'sunwi.db'}"
    engine = create_store_engine(url)
    with StandinSite(seed=SEED, state_dir=folder / "standin") as site:
        outputs = stack.deploy(
            name=name,
            parameters={"CrawlDelaySeconds": 0, "CrawlRetryBaseSeconds": 1, "CrawlBatchTimeout": 300, **parameters},
            environment={
                "DATABASE_URL": url,
                "STANDIN_ADDRESS": site.address,
                "CRAWL_POSTPONE_SECONDS": "3",
                "CRAWL_ALLOW_STALE_EVENTS": "true",
            },
        )
        try:
            yield DailyRun(stack, outputs, site, engine)
        finally:
            stack.client("cloudformation").delete_stack(StackName=name)
            engine.dispose()


def check_balance(summary: Mapping[str, Any]) -> None:
    assert summary["expected"] == sum(summary[name] for name in SUMMARY_COUNTS)


def descendants(pid: int) -> dict[int, str]:
    """Return the command line of every process below one."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            commands[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
    below: dict[int, str] = {}
    front = {pid}
    while front:
        front = {child for child, parent in parents.items() if parent in front}
        below |= {child: commands.get(child, "") for child in front}
    return below


def crawler_process(database_url: str) -> int | None:
    """Find the crawler function's process of one stack: a Playwright driver's parent that has its database."""
    for pid, command in descendants(os.getpid()).items():
        if "playwright" not in command or "run-driver" not in command:
            continue
        try:
            parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
            variables = Path(f"/proc/{parent}/environ").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if f"DATABASE_URL={database_url}".encode() in variables:
            return parent
    return None
