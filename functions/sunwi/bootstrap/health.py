"""What the health checks find out, by a container's settings and adapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from sunwi.adapters.aws.health import probe_queue, probe_state_machine
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.attempt import receive_limit
from sunwi.domain.circuit import Circuit
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.session_fault import SessionFault
from sunwi.service.ledger.audit_sessions import AuditSessions
from sunwi.service.ports.health import (
    DatabaseSchema,
    HealthProbes,
    NightSettings,
    QueueHealth,
    StateMachineHealth,
)


@dataclass(frozen=True, slots=True)
class ContainerProbes(HealthProbes):
    """Asks what a container has, when it is asked for.

    Attributes:
        start_browser: Starts the browser, closes it, and returns its version.
    """

    container: Adapters
    start_browser: Callable[[], str]

    @override
    def settings(self) -> NightSettings:
        settings = self.container.settings
        return NightSettings(
            hour=settings.crawl_schedule_hour,
            minute=settings.crawl_schedule_minute,
            batch_timeout_seconds=settings.crawl_batch_timeout,
            delay_seconds=settings.crawl_delay_seconds,
            receives=receive_limit(settings.batch_timeout, postponement=settings.postponement),
            standin_address=settings.standin_address,
        )

    @override
    def schema(self) -> DatabaseSchema:
        engine = self.container.engine
        return DatabaseSchema(engine.url.get_backend_name(), schema_version(engine))

    @override
    def session_faults(self) -> Sequence[SessionFault]:
        return AuditSessions(self.container.store).find()

    @override
    def open_circuits(self) -> Sequence[Circuit]:
        with self.container.store.read() as tx:
            return tx.circuits.list_open()

    @override
    def browser_version(self) -> str:
        return self.start_browser()

    @override
    def region(self) -> str:
        return str(self.container.aws_client("sqs").meta.region_name)

    @override
    def queue(self, name: QueueName) -> QueueHealth:
        url = self.container.settings.require(f"{name}_queue_url")
        return probe_queue(self.container.aws_client("sqs"), url)

    @override
    def state_machine(self) -> StateMachineHealth:
        arn = self.container.settings.require("state_machine_arn")
        status = probe_state_machine(self.container.aws_client("stepfunctions"), arn)
        return StateMachineHealth(arn, status)
