"""What facts about the surroundings mean for the night."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sunwi.domain.backup import OLD_AFTER
from sunwi.domain.circuit import Circuit
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.domain.job_health import HealthLevel, JobHealth
from sunwi.domain.job_schedule import ScheduleFault
from sunwi.domain.session_fault import SessionFault
from sunwi.service.health.check_capacity import check_capacity
from sunwi.service.ports.health import (
    BackupHealth,
    Capacity,
    DatabaseSchema,
    MailAccount,
    MailHealth,
    NightSettings,
    QueueHealth,
    StateMachineHealth,
)

#: Rank follows the caller's place, so readings from elsewhere are other people's ranks.
HOME_REGION = "ap-northeast-2"

#: AWS refuses requests that are five minutes off; readings near midnight suffer sooner.
_SKEW_WARN_SECONDS = 5
_SKEW_FAIL_SECONDS = 120

#: Share of a day's mails from which a bad day could use up the rest.
_QUOTA_WARN_SHARE = 0.8


def judge_settings(settings: NightSettings) -> HealthCheck:
    """Warn of a stand-in, whose ranks are nobody's."""
    name = CheckName.SETTINGS
    facts = {
        "hour": settings.hour,
        "minute": settings.minute,
        "seconds": settings.batch_timeout_seconds,
        "delay_seconds": settings.delay_seconds,
    }
    if settings.standin_address:
        standin = settings.standin_address
        return HealthCheck(name=name, level=Level.WARN, code="standin_answers", fields={**facts, "standin": standin})
    return HealthCheck(name=name, level=Level.OK, code="settings_good", fields=facts)


def judge_database(schema: DatabaseSchema) -> HealthCheck:
    """Fail a database whose schema is another release's."""
    name, version = CheckName.DATABASE, schema.version
    facts = {"backend": schema.backend, "current": version.current, "needed": version.head}
    if version.is_current:
        return HealthCheck(name=name, level=Level.OK, code="database_current", fields=facts)
    if version.is_ahead:
        return HealthCheck(name=name, level=Level.FAIL, code="database_ahead", fields=facts)
    if version.current is None:
        return HealthCheck(name=name, level=Level.FAIL, code="database_empty", fields=facts)
    return HealthCheck(name=name, level=Level.FAIL, code="database_behind", fields=facts)


def judge_connections(capacity: Capacity) -> HealthCheck:
    """Refuse more functions than database and account can bear.

    Raises:
        ConfigurationError: There are more.
    """
    check_capacity(capacity)
    name, functions = CheckName.CONNECTIONS, capacity.functions
    facts: dict[str, object] = {
        "connections": functions.connections,
        "reserved": functions.reserved,
        "limit": capacity.account_limit or "-",
    }
    if capacity.max_connections is None:
        return HealthCheck(name=name, level=Level.OK, code="connections_not_counted", fields=facts)
    facts["max_connections"] = capacity.max_connections
    return HealthCheck(name=name, level=Level.OK, code="connections_enough", fields=facts)


def judge_sessions(faults: Sequence[SessionFault]) -> HealthCheck:
    """Warn of sessions that the rules cannot explain."""
    if not faults:
        return HealthCheck.of(CheckName.SESSIONS, Level.OK, code="sessions_good")
    return HealthCheck.of(CheckName.SESSIONS, Level.WARN, code="sessions_faulty", faults=faults)


def judge_region(region: str) -> HealthCheck:
    """Warn of every region but Korea's."""
    if region == HOME_REGION:
        return HealthCheck.of(CheckName.REGION, Level.OK, code="region_home", region=region)
    return HealthCheck.of(CheckName.REGION, Level.WARN, code="region_abroad", region=region, home=HOME_REGION)


def judge_queue(name: CheckName, queue: QueueHealth, *, receives: int) -> HealthCheck:
    """Fail a queue that loses failures, and warn of one that loses postponed messages or has dead ones.

    Args:
        name: Of the check.
        queue: As it is.
        receives: Receives that a healthy message may need before it is measured.
    """
    if queue.max_receive_count is None:
        return HealthCheck.of(name, Level.FAIL, code="queue_without_redrive", url=queue.url)
    facts = {
        "waiting": queue.waiting,
        "dead": queue.dead,
        "max_receive_count": queue.max_receive_count,
        "receives": receives,
    }
    is_short = queue.max_receive_count < receives
    if is_short and queue.dead:
        return HealthCheck(name=name, level=Level.WARN, code="queue_loses_messages_and_has_dead_ones", fields=facts)
    if is_short:
        return HealthCheck(name=name, level=Level.WARN, code="queue_loses_messages", fields=facts)
    if queue.dead:
        return HealthCheck(name=name, level=Level.WARN, code="queue_has_dead_letters", fields=facts)
    return HealthCheck(name=name, level=Level.OK, code="queue_good", fields=facts)


def judge_circuits(circuits: Sequence[Circuit]) -> HealthCheck:
    """Warn of surfaces that refuse."""
    if not circuits:
        return HealthCheck.of(CheckName.CIRCUITS, Level.OK, code="circuits_closed")
    return HealthCheck.of(CheckName.CIRCUITS, Level.WARN, code="circuits_open", circuits=circuits)


def judge_jobs(health: JobHealth) -> HealthCheck:
    """Warn of jobs that are not done as they should be, and fail where they are not done at all."""
    name = CheckName.JOBS
    if health.level is HealthLevel.HEALTHY:
        return HealthCheck.of(name, Level.OK, code="jobs_healthy")
    level = Level.FAIL if health.level is HealthLevel.CRITICAL else Level.WARN
    return HealthCheck.of(name, level, code="jobs_not_healthy", reasons=health.reasons)


def judge_schedules(faults: Sequence[ScheduleFault] | None) -> HealthCheck:
    """Warn of Sunwi's own schedules that submit nothing.

    Args:
        faults: None where nobody says which schedules there are.
    """
    name = CheckName.SCHEDULES
    if faults is None:
        return HealthCheck.of(name, Level.WARN, code="schedules_not_set")
    if not faults:
        return HealthCheck.of(name, Level.OK, code="schedules_good")
    return HealthCheck.of(name, Level.WARN, code="schedules_idle", faults=faults)


def judge_mail(mail: MailHealth) -> HealthCheck:
    """Fail mails that cannot go out though there are channels for them, and warn of those that may not arrive."""
    name = CheckName.MAIL
    if mail.account is not None:
        # Nobody waits for mails of a deployment that has no channel for them yet.
        blocked = Level.FAIL if mail.channels else Level.WARN
        return _judge_account(mail.account, sender=mail.sender, blocked=blocked)
    if mail.channels:
        return HealthCheck.of(name, Level.FAIL, code="mail_without_sender", channels=mail.channels)
    return HealthCheck.of(name, Level.OK, code="mail_not_used")


def _judge_account(account: MailAccount, *, sender: str, blocked: Level) -> HealthCheck:
    name, facts = CheckName.MAIL, {"sender": sender, "sent": account.sent, "quota": account.quota}
    if not account.can_send:
        return HealthCheck(name=name, level=blocked, code="mail_sending_paused", fields=facts)
    if not account.is_verified:
        return HealthCheck(name=name, level=blocked, code="mail_sender_unverified", fields=facts)
    if account.is_sandbox:
        return HealthCheck(name=name, level=Level.WARN, code="mail_in_sandbox", fields=facts)
    if 0 <= account.quota * _QUOTA_WARN_SHARE <= account.sent:
        return HealthCheck(name=name, level=Level.WARN, code="mail_quota_nearly_used", fields=facts)
    if not account.is_signed:
        return HealthCheck(name=name, level=Level.WARN, code="mail_unsigned", fields=facts)
    return HealthCheck(name=name, level=Level.OK, code="mail_good", fields=facts)


def judge_backup(backup: BackupHealth, *, now: datetime) -> HealthCheck:
    """Fail a server that is newer than what dumps it, and warn where the last night's backup is missing.

    SQLite is a person's own machine: nobody expects backups of it.
    """
    name, last = CheckName.BACKUP, backup.last
    server, client = backup.server_major, backup.client_major
    if server is not None and server > client:
        return HealthCheck.of(name, Level.FAIL, code="backup_server_newer", server=server, client=client)
    if last is None:
        level = Level.OK if server is None else Level.WARN
        return HealthCheck.of(name, level, code="backup_none")
    age = now - last.taken_at
    facts = {"name": last.name, "hours": age / timedelta(hours=1), "megabytes": last.megabytes}
    if age > OLD_AFTER:
        return HealthCheck(name=name, level=Level.WARN, code="backup_old", fields=facts)
    return HealthCheck(name=name, level=Level.OK, code="backup_good", fields=facts)


def judge_state_machine(machine: StateMachineHealth) -> HealthCheck:
    """Fail one that starts no executions."""
    name = CheckName.STATE_MACHINE
    if machine.status != "ACTIVE":
        return HealthCheck.of(name, Level.FAIL, code="state_machine_inactive", arn=machine.arn, status=machine.status)
    return HealthCheck.of(name, Level.OK, code="state_machine_active", machine=machine.arn.rsplit(":", 1)[-1])


def judge_clock(now: datetime, *, told: datetime | None) -> HealthCheck:
    """Compare this machine's time with AWS's.

    Args:
        now: Of this machine, aware.
        told: Of AWS, aware; None when it cannot be asked.
    """
    name = CheckName.CLOCK
    if told is None:
        return HealthCheck.of(name, Level.OK, code="clock_not_compared", now=now)
    skew = abs((now - told).total_seconds())
    if skew <= _SKEW_WARN_SECONDS:
        return HealthCheck.of(name, Level.OK, code="clock_right", now=now)
    level = Level.WARN if skew <= _SKEW_FAIL_SECONDS else Level.FAIL
    return HealthCheck.of(name, level, code="clock_off", now=now, skew_seconds=skew)
