"""Check everything that a night needs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.dead_letter import QueueName
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.errors import SunwiError
from sunwi.service.health.judge_facts import (
    judge_backup,
    judge_circuits,
    judge_clock,
    judge_connections,
    judge_database,
    judge_jobs,
    judge_mail,
    judge_queue,
    judge_region,
    judge_schedules,
    judge_sessions,
    judge_settings,
    judge_state_machine,
)
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.health import HealthProbes


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHealth:
    """Make the checks of whoever looks after Sunwi; nothing is changed."""

    probes: HealthProbes
    clock: Clock

    def check(self, names: Collection[CheckName] = tuple(CheckName)) -> list[HealthCheck]:
        """Make every check, whatever the others find.

        Args:
            names: What is to be checked; where there is no browser to start, all but that.

        Returns:
            Outcomes, in the order of `CheckName`.
        """
        return [self._outcome(name, check) for name, check in self._checks().items() if name in names]

    def _checks(self) -> Mapping[CheckName, Callable[[], HealthCheck]]:
        probes = self.probes
        return {
            CheckName.SETTINGS: lambda: judge_settings(probes.settings()),
            CheckName.DATABASE: lambda: judge_database(probes.schema()),
            CheckName.CONNECTIONS: self._check_connections,
            CheckName.SESSIONS: self._check_sessions,
            CheckName.BROWSER: self._check_browser,
            CheckName.REGION: lambda: judge_region(probes.region()),
            CheckName.CRAWL_QUEUE: lambda: self._check_queue(CheckName.CRAWL_QUEUE, QueueName.CRAWL),
            CheckName.EXPRESS_QUEUE: lambda: self._check_queue(CheckName.EXPRESS_QUEUE, QueueName.EXPRESS),
            CheckName.CIRCUITS: self._check_circuits,
            CheckName.STATE_MACHINE: lambda: judge_state_machine(probes.state_machine()),
            CheckName.JOBS: self._check_jobs,
            CheckName.SCHEDULES: lambda: judge_schedules(probes.schedule_faults()),
            CheckName.MAIL: self._check_mail,
            CheckName.BACKUP: self._check_backup,
            CheckName.CLOCK: self._check_clock,
        }

    def _outcome(self, name: CheckName, check: Callable[[], HealthCheck]) -> HealthCheck:
        try:
            return check()
        except SunwiError as error:
            return HealthCheck.of_error(name, error)

    def _check_connections(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.CONNECTIONS, Level.WARN, code="connections_not_checked")
        return judge_connections(self.probes.capacity())

    def _check_sessions(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.SESSIONS, Level.WARN, code="sessions_not_checked")
        return judge_sessions(self.probes.session_faults())

    def _check_circuits(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.CIRCUITS, Level.WARN, code="circuits_not_checked")
        return judge_circuits(self.probes.open_circuits())

    def _check_jobs(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.JOBS, Level.WARN, code="jobs_not_checked")
        return judge_jobs(self.probes.job_health())

    def _check_mail(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.MAIL, Level.WARN, code="mail_not_checked")
        return judge_mail(self.probes.mail())

    def _check_backup(self) -> HealthCheck:
        if not self.probes.schema().version.is_current:
            return HealthCheck.of(CheckName.BACKUP, Level.WARN, code="backup_not_checked")
        return judge_backup(self.probes.backup(), now=self.clock.now())

    def _check_browser(self) -> HealthCheck:
        version = self.probes.browser_version()
        return HealthCheck.of(CheckName.BROWSER, Level.OK, code="browser_starts", version=version)

    def _check_queue(self, check: CheckName, name: QueueName) -> HealthCheck:
        return judge_queue(check, self.probes.queue(name), receives=self.probes.settings().receives)

    def _check_clock(self) -> HealthCheck:
        told = self._time_of_aws()
        return judge_clock(self.clock.now(), told=told)

    def _time_of_aws(self) -> datetime | None:
        """Ask AWS for its time; None when it cannot be asked, which the queue's own check reports."""
        try:
            return self.probes.queue(QueueName.CRAWL).answered_at
        except SunwiError:
            return None
