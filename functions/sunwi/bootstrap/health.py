"""What checks the health of everything that a night needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from typing_extensions import override

from sunwi.adapters.aws.health import probe_queue, probe_state_machine
from sunwi.adapters.channels.mail.mail_account import probe_mail_account
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.adapters.sql.connection.server_version import database_name, server_major
from sunwi.bootstrap.adapters import Adapters, Capability
from sunwi.bootstrap.capacity import capacity_of
from sunwi.bootstrap.ledger import LedgerContainer
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.domain.actor import SYSTEM
from sunwi.domain.attempt import receive_limit
from sunwi.domain.backup import CLIENT_MAJOR, Backend
from sunwi.domain.channel import ChannelKind
from sunwi.domain.circuit import Circuit
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.job_health import JobHealth
from sunwi.domain.job_schedule import ScheduleFault
from sunwi.domain.session_fault import SessionFault
from sunwi.service.health.check_health import CheckHealth
from sunwi.service.jobs.monitor_jobs import Monitor
from sunwi.service.ports.health import (
    BackupHealth,
    Capacity,
    DatabaseSchema,
    HealthProbes,
    MailHealth,
    NightSettings,
    QueueHealth,
    StateMachineHealth,
)
from sunwi.sites.naver.site import NAVER


@dataclass(frozen=True, slots=True)
class AdapterProbes(HealthProbes):
    """Asks what the adapters reach, when it is asked for.

    Attributes:
        start_browser: Starts the browser, closes it, and returns its version.
        count_mail_channels: Counts the channels of e-mail.
    """

    adapters: Adapters
    start_browser: Callable[[], str]
    count_mail_channels: Callable[[], int]

    @override
    def settings(self) -> NightSettings:
        settings = self.adapters.settings
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
        engine = self.adapters.engine
        return DatabaseSchema(engine.url.get_backend_name(), schema_version(engine))

    @override
    def capacity(self) -> Capacity:
        return capacity_of(self.adapters, self.adapters.settings, knows_pool=True)

    @override
    def session_faults(self) -> Sequence[SessionFault]:
        return self.adapters.compose(LedgerContainer).audit_sessions.find()

    @override
    def open_circuits(self) -> Sequence[Circuit]:
        with self.adapters.store.read() as tx:
            return tx.circuits.list_open(NAVER.name)

    @override
    def browser_version(self) -> str:
        return self.start_browser()

    @override
    def region(self) -> str:
        return str(self.adapters.aws_client("sqs").meta.region_name)

    @override
    def queue(self, name: QueueName) -> QueueHealth:
        url = self.adapters.settings.require(f"{name}_queue_url")
        return probe_queue(self.adapters.aws_client("sqs"), url)

    @override
    def job_health(self) -> JobHealth:
        adapters = self.adapters
        monitor = Monitor(
            store=adapters.store, clock=adapters.clock, queues=None, max_pending=adapters.settings.jobs_max_pending
        )
        return monitor.health()

    @override
    def schedule_faults(self) -> Sequence[ScheduleFault] | None:
        if self.adapters.settings.schedule_group is None:
            return None
        return self.adapters.compose(ScheduleContainer).check_schedules.faults()

    @override
    def mail(self) -> MailHealth:
        channels, sender = self.count_mail_channels(), self.adapters.settings.mail_sender
        if not sender:
            return MailHealth(channels=channels)
        account = probe_mail_account(self.adapters.aws_client("sesv2"), sender)
        return MailHealth(channels=channels, sender=sender, account=account)

    @override
    def backup(self) -> BackupHealth:
        engine = self.adapters.engine
        with self.adapters.store.read() as tx:
            last = tx.backups.latest(Backend(engine.url.get_backend_name()), database_name(engine))
        return BackupHealth(
            server_major=server_major(engine), client_major=CLIENT_MAJOR, last=None if last is None else last.facts
        )

    @override
    def state_machine(self) -> StateMachineHealth:
        arn = self.adapters.settings.require("state_machine_arn")
        status = probe_state_machine(self.adapters.aws_client("stepfunctions"), arn)
        return StateMachineHealth(arn, status)


class HealthContainer(Capability):
    """The health checks; only the one of the browser needs Playwright."""

    @cached_property
    def check_health(self) -> CheckHealth:
        """Checks everything that a night needs."""
        probes = AdapterProbes(self.adapters, self._start_browser, self.count_mail_channels)
        return CheckHealth(probes=probes, clock=self.adapters.clock)

    @cached_property
    def count_mail_channels(self) -> Callable[[], int]:
        """Counts the channels of e-mail."""
        return self._count_mail_channels

    def _count_mail_channels(self) -> int:
        with self.adapters.store.read() as tx:
            listed = tx.channels.list_all(actor=SYSTEM)
        return sum(one.channel.kind is ChannelKind.EMAIL for one in listed)

    def _start_browser(self) -> str:
        """Return the version of the browser, which is closed again."""
        from sunwi.bootstrap.pages import PageContainer  # noqa: PLC0415 - an image without a browser asks the rest

        loader = self.adapters.compose(PageContainer).loader
        try:
            return loader.start(NAVER)
        finally:
            loader.close()
