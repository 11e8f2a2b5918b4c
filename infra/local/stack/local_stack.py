"""The whole of Sunwi's AWS on one machine."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from infra.local.stack.deployment import FUNCTIONS, Deployment, deploy
from infra.local.stack.ministack import ContainerNetwork, MiniStack
from infra.local.stack.outputs import StackOutputs
from infra.local.stack.package import Overlay
from infra.local.stack.schedule import scheduled_event
from infra.local.stack.session import LocalSession

#: A function as the template names it.
FunctionName = Literal[
    "Dispatcher",
    "Crawler",
    "Canary",
    "RunMonitor",
    "Watchdog",
    "Migrator",
    "Worker",
    "WorkerCore",
    "Tender",
    "Notifier",
    "Api",
    "Live",
]
#: A pair of a queue and its dead-letter queue.
QueueName = Literal["Crawl", "Express"]


class LocalStack:
    """AWS as MiniStack, with the project's own template on it.

    For example:

        with LocalStack() as stack:
            stack.deploy(environment={"DATABASE_URL": url})
            stack.fire_schedule(datetime.now(UTC))

    Attributes:
        client: `boto3.Session.client`, bound to this stack: `stack.client("sqs")`. It speaks as the account's
            root, which IAM lets do anything; the functions speak as their own roles.
    """

    def __init__(
        self,
        *,
        wait_scale: float = 1,
        network: ContainerNetwork | None = None,
        log_file: Path | None = None,
        mail_address: str | None = None,
    ) -> None:
        """Prepare a stack; `start` starts it.

        Args:
            wait_scale: Factor on the waits and retry intervals of the state machine; 1 is real time.
            network: Where the functions' real images run, which must be built; None runs them as zips.
            log_file: Where the log of MiniStack and of the functions stays; None keeps none.
            mail_address: `host:port` of an SMTP server that gets what SES sends; None sends it nowhere.
        """
        self._ministack = MiniStack(
            wait_scale=wait_scale, network=network, log_file=log_file, mail_address=mail_address
        )
        self._runs_images = network is not None
        self._session = LocalSession(self._ministack.url)
        self.client = self._session.client
        self._outputs: StackOutputs | None = None

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service answers."""
        return self._ministack.url

    @property
    def folder(self) -> Path:
        """Temporary folder of MiniStack and of the functions; gone after `stop`."""
        return self._ministack.folder

    @property
    def outputs(self) -> StackOutputs:
        """Outputs of the last deployment.

        Raises:
            RuntimeError: Nothing has been deployed.
        """
        if self._outputs is None:
            raise RuntimeError("nothing is deployed yet: call deploy() first")
        return self._outputs

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start MiniStack.

        Raises:
            RuntimeError: It did not start; its log is in the message.
        """
        self._ministack.start()

    def stop(self) -> None:
        """End every process of the stack and remove every file of it."""
        self._session.close()
        self._ministack.stop()

    def deploy(
        self,
        *,
        parameters: Mapping[str, str | int | float] | None = None,
        environment: Mapping[str, str] | None = None,
        functions: Path = FUNCTIONS,
        name: str = "sunwi",
        overlay: Overlay | None = None,
    ) -> StackOutputs:
        """Deploy the project's template, changed as `localise` says.

        Args:
            parameters: Template parameters that are not to have their default. DatabaseSecretArn gets an empty
                secret when it is not among them.
            environment: Variables that every function gets on top of the template's own.
            functions: Source root of the functions.
            name: Of the CloudFormation stack; one MiniStack can hold several.
            overlay: What a test adds to the functions' code; not where they run as images.

        Raises:
            botocore.exceptions.ClientError: CloudFormation refuses the parameters.
            RuntimeError: The stack could not be created; the message says which resource, and why.
        """
        own = {} if self._runs_images else {"TMPDIR": str(self._ministack.functions_folder)}
        deployment = Deployment(
            name=name,
            parameters=parameters or {},
            environment={**own, **(environment or {})},
            functions=None if self._runs_images else functions,
            overlay=overlay or Overlay(),
        )
        self._outputs = deploy(self._session, deployment)
        return self._outputs

    def fire_schedule(self, time: datetime) -> str:
        """Invoke the dispatcher as EventBridge's rule would: asynchronously, with retries and failure queue.

        Args:
            time: Aware; the time that the event claims to be of.

        Returns:
            The event's id.
        """
        return self._fire(self.outputs.dispatcher_function_name, self.outputs.schedule_rule_arn, time)

    def fire_canary(self, time: datetime) -> str:
        """Invoke the canary as its rule would, ten minutes before a run.

        Args:
            time: Aware; the time that the event claims to be of.

        Returns:
            The event's id.
        """
        return self._fire(self.outputs.canary_function_name, self.outputs.canary_rule_arn, time)

    def _fire(self, function_name: str, rule_arn: str, time: datetime) -> str:
        event = scheduled_event(rule_arn, time)
        self.client("lambda").invoke(FunctionName=function_name, InvocationType="Event", Payload=json.dumps(event))
        return str(event["id"])

    def function_logs(self, function: FunctionName) -> list[str]:
        """Return every line that a function has logged, oldest first; a line comes when its invocation has ended."""
        return self.lines_of(self._function_name(function))

    def lines_of(self, name: str) -> list[str]:
        """Do the same for a function by its own name."""
        group = self.client("lambda").get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        events = [event for page in pages for event in page["events"]]
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    def ministack_log(self) -> str:
        """Return what MiniStack itself has logged: the place to look when a function does not even start."""
        return self._ministack.log()

    def redrive(self, queue: QueueName) -> int:
        """Send a dead-letter queue's messages back, as the console's redrive does; MiniStack has no call for it.

        Returns:
            How many were sent back. Each is a new message: new id, new sent time, receive count 0.
        """
        urls = {
            "Crawl": (self.outputs.crawl_dead_letter_queue_url, self.outputs.crawl_queue_url),
            "Express": (self.outputs.express_dead_letter_queue_url, self.outputs.express_queue_url),
        }
        source, target = urls[queue]
        sqs = self.client("sqs")
        count = 0
        while messages := sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
                sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            count += len(messages)
        return count

    def _function_name(self, function: FunctionName) -> str:
        return {
            "Dispatcher": self.outputs.dispatcher_function_name,
            "Crawler": self.outputs.crawler_function_name,
            "Canary": self.outputs.canary_function_name,
            "RunMonitor": self.outputs.run_monitor_function_name,
            "Watchdog": self.outputs.watchdog_function_name,
            "Migrator": self.outputs.migrator_function_name,
            "Worker": self.outputs.worker_function_name,
            "WorkerCore": self.outputs.worker_core_function_name,
            "Tender": self.outputs.tender_function_name,
            "Notifier": self.outputs.notifier_function_name,
            "Api": self.outputs.api_function_name,
            "Live": self.outputs.live_function_name,
        }[function]
