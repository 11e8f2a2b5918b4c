"""Each thing that a night needs is judged by itself, whatever the others are like."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from sunwi.domain.circuit import Circuit
from sunwi.domain.connection_sum import ConnectionSum
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.domain.job_health import HealthCode, HealthReason, JobHealth
from sunwi.domain.job_schedule import ScheduleFault, ScheduleState
from sunwi.domain.schema_version import SchemaVersion
from sunwi.domain.session_fault import SessionFault
from sunwi.domain.tracking import Device, Surface
from sunwi.errors import ConfigurationError, Retryable, StoreUnavailable, SunwiError
from sunwi.service.health.check_health import CheckHealth
from sunwi.service.ports.health import (
    BackupHealth,
    Capacity,
    DatabaseSchema,
    HealthProbes,
    MailAccount,
    MailHealth,
    NightSettings,
    QueueHealth,
    StateMachineHealth,
)
from sunwi.sites.naver.site import Lane
from sunwi.testing import ManualClock
from tests.backup.backup_examples import facts_of
from tests.examples import NIGHT

ACCOUNT = MailAccount(is_sandbox=False, can_send=True, is_verified=True, is_signed=True, sent=10, quota=50_000)
MAIL = MailHealth(channels=2, sender="notice@agency.co.kr", account=ACCOUNT)
CURRENT = DatabaseSchema("sqlite", SchemaVersion(current="0012", head="0012"))
CAPACITY = Capacity(
    functions=ConnectionSum(api=20, live=5, crawlers=1, workers=10), max_connections=100, account_limit=1000
)
QUEUE = QueueHealth(url="crawl", waiting=3, max_receive_count=15, dead=0, answered_at=NIGHT)


@dataclass
class FakeProbes(HealthProbes):
    """Facts as a test says; an error in place of one is raised when it is asked for."""

    standin: str | None = None
    database: DatabaseSchema | SunwiError = CURRENT
    circuits: Sequence[Circuit] = ()
    browser: str | SunwiError = "140.0"
    region_name: str = "ap-northeast-2"
    queues: dict[QueueName, QueueHealth | SunwiError] = field(default_factory=lambda: dict.fromkeys(QueueName, QUEUE))
    machine: StateMachineHealth = StateMachineHealth("arn:machine:run", "ACTIVE")  # noqa: RUF009 - it is frozen
    jobs: JobHealth = JobHealth()  # noqa: RUF009 - it is frozen
    schedules: Sequence[ScheduleFault] | None = ()
    mails: MailHealth | SunwiError = MAIL
    backups: BackupHealth = BackupHealth(server_major=None, client_major=17, last=None)  # noqa: RUF009 - it is frozen
    limits: Capacity | SunwiError = CAPACITY
    asked_for_faults: int = 0

    def settings(self) -> NightSettings:
        return NightSettings(
            hour=1,
            minute=0,
            batch_timeout_seconds=3600,
            delay_seconds=2,
            receives=15,
            standin_address=self.standin,
        )

    def schema(self) -> DatabaseSchema:
        if isinstance(self.database, SunwiError):
            raise self.database
        return self.database

    def capacity(self) -> Capacity:
        if isinstance(self.limits, SunwiError):
            raise self.limits
        return self.limits

    def session_faults(self) -> Sequence[SessionFault]:
        self.asked_for_faults += 1
        return ()

    def open_circuits(self) -> Sequence[Circuit]:
        self.schema()
        return self.circuits

    def browser_version(self) -> str:
        if isinstance(self.browser, SunwiError):
            raise self.browser
        return self.browser

    def region(self) -> str:
        return self.region_name

    def queue(self, name: QueueName) -> QueueHealth:
        found = self.queues[name]
        if isinstance(found, SunwiError):
            raise found
        return found

    def job_health(self) -> JobHealth:
        self.schema()
        return self.jobs

    def schedule_faults(self) -> Sequence[ScheduleFault] | None:
        return self.schedules

    def mail(self) -> MailHealth:
        self.schema()
        if isinstance(self.mails, SunwiError):
            raise self.mails
        return self.mails

    def backup(self) -> BackupHealth:
        self.schema()
        return self.backups

    def state_machine(self) -> StateMachineHealth:
        return self.machine


def check(probes: FakeProbes, *, now: datetime = NIGHT) -> dict[CheckName, HealthCheck]:
    found = CheckHealth(probes=probes, clock=ManualClock(now)).check()
    assert [one.name for one in found] == list(CheckName)
    return {one.name: one for one in found}


def outcome(probes: FakeProbes, name: CheckName) -> tuple[Level, str]:
    found = check(probes)[name]
    return found.level, found.code


def test_all_is_well() -> None:
    assert {one.level for one in check(FakeProbes()).values()} == {Level.OK}


def test_a_stand_in_is_warned_of() -> None:
    assert outcome(FakeProbes(standin="127.0.0.1:8080"), CheckName.SETTINGS) == (Level.WARN, "standin_answers")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (SchemaVersion(current="0011", head="0012"), "database_behind"),
        (SchemaVersion(current=None, head="0012"), "database_empty"),
        (SchemaVersion(current="0013", head="0012", is_ahead=True), "database_ahead"),
    ],
)
def test_a_schema_of_another_release_fails_and_its_sessions_are_not_looked_at(
    version: SchemaVersion, code: str
) -> None:
    probes = FakeProbes(database=DatabaseSchema("postgresql", version))
    found = check(probes)
    assert (found[CheckName.DATABASE].level, found[CheckName.DATABASE].code) == (Level.FAIL, code)
    assert found[CheckName.SESSIONS].code == "sessions_not_checked"
    assert found[CheckName.CIRCUITS].code == "circuits_not_checked"
    assert found[CheckName.JOBS].code == "jobs_not_checked"
    assert found[CheckName.MAIL].code == "mail_not_checked"
    assert found[CheckName.BACKUP].code == "backup_not_checked"
    assert probes.asked_for_faults == 0


def test_what_cannot_be_asked_fails_alone_with_its_error() -> None:
    away = StoreUnavailable("the database is away", code="database_unreachable", cause="away", sqlstate="")
    missing = ConfigurationError("there is no browser", code="browser_missing", executable="")
    found = check(FakeProbes(database=away, browser=missing))
    failed = {name: one.error for name, one in found.items() if one.level is Level.FAIL}
    assert failed == {
        CheckName.DATABASE: away,
        CheckName.CONNECTIONS: away,
        CheckName.SESSIONS: away,
        CheckName.CIRCUITS: away,
        CheckName.JOBS: away,
        CheckName.MAIL: away,
        CheckName.BACKUP: away,
        CheckName.BROWSER: missing,
    }
    assert (found[CheckName.BROWSER].code, found[CheckName.BROWSER].fields) == ("browser_missing", {"executable": ""})


@pytest.mark.parametrize(
    ("receives", "dead", "level", "code"),
    [
        (15, 0, Level.OK, "queue_good"),
        (15, 2, Level.WARN, "queue_has_dead_letters"),
        (14, 0, Level.WARN, "queue_loses_messages"),
        (14, 2, Level.WARN, "queue_loses_messages_and_has_dead_ones"),
        (None, None, Level.FAIL, "queue_without_redrive"),
    ],
)
def test_each_queue_is_judged_by_its_own_redrive(
    receives: int | None, dead: int | None, level: Level, code: str
) -> None:
    queue = QueueHealth(url="express", waiting=0, max_receive_count=receives, dead=dead, answered_at=NIGHT)
    probes = FakeProbes(queues={QueueName.CRAWL: QUEUE, QueueName.EXPRESS: queue})
    assert outcome(probes, CheckName.EXPRESS_QUEUE) == (level, code)
    assert outcome(probes, CheckName.CRAWL_QUEUE) == (Level.OK, "queue_good")


@pytest.mark.parametrize(
    ("seconds", "level", "code"),
    [
        (5, Level.OK, "clock_right"),
        (6, Level.WARN, "clock_off"),
        (120, Level.WARN, "clock_off"),
        (121, Level.FAIL, "clock_off"),
        (-121, Level.FAIL, "clock_off"),
    ],
)
def test_the_clock_is_compared_with_that_of_aws(seconds: int, level: Level, code: str) -> None:
    found = check(FakeProbes(), now=NIGHT + timedelta(seconds=seconds))[CheckName.CLOCK]
    assert (found.level, found.code) == (level, code)


def test_a_clock_with_nothing_to_compare_it_to_is_taken_as_it_is() -> None:
    probes = FakeProbes(queues=dict.fromkeys(QueueName, Retryable("the queue is away")))
    assert outcome(probes, CheckName.CLOCK) == (Level.OK, "clock_not_compared")


def test_another_region_a_refusing_surface_and_an_ended_state_machine_are_noticed() -> None:
    circuit = Circuit(key=Lane(Surface.BLOG_TAB, Device.PC).circuit, opened_at=NIGHT)
    probes = FakeProbes(
        region_name="us-east-1", circuits=[circuit], machine=StateMachineHealth("arn:machine:run", "DELETING")
    )
    assert outcome(probes, CheckName.REGION) == (Level.WARN, "region_abroad")
    assert outcome(probes, CheckName.CIRCUITS) == (Level.WARN, "circuits_open")
    assert outcome(probes, CheckName.STATE_MACHINE) == (Level.FAIL, "state_machine_inactive")


@pytest.mark.parametrize(
    ("code", "level"), [(HealthCode.PAUSED_ALL, Level.WARN), (HealthCode.CRITICAL_WAITS, Level.FAIL)]
)
def test_jobs_are_warned_of_when_they_are_degraded_and_fail_when_they_are_critical(
    code: HealthCode, level: Level
) -> None:
    reason = HealthReason(code, {"seconds": 901, "changed_by": "cli:kim"})
    found = check(FakeProbes(jobs=JobHealth([reason])))[CheckName.JOBS]
    assert (found.level, found.code, found.fields) == (level, "jobs_not_healthy", {"reasons": [reason]})


@pytest.mark.parametrize(
    ("faults", "level", "code"),
    [
        ((), Level.OK, "schedules_good"),
        ((ScheduleFault("backup", ScheduleState.PAUSED, NIGHT),), Level.WARN, "schedules_idle"),
        (None, Level.WARN, "schedules_not_set"),
    ],
)
def test_schedules_that_submit_nothing_are_warned_of(
    faults: Sequence[ScheduleFault] | None, level: Level, code: str
) -> None:
    assert outcome(FakeProbes(schedules=faults), CheckName.SCHEDULES) == (level, code)


@pytest.mark.parametrize(
    ("mail", "level", "code"),
    [
        (MAIL, Level.OK, "mail_good"),
        (MailHealth(channels=0), Level.OK, "mail_not_used"),
        (MailHealth(channels=3), Level.FAIL, "mail_without_sender"),
        (replace(MAIL, account=replace(ACCOUNT, can_send=False)), Level.FAIL, "mail_sending_paused"),
        (replace(MAIL, channels=0, account=replace(ACCOUNT, can_send=False)), Level.WARN, "mail_sending_paused"),
        (replace(MAIL, account=replace(ACCOUNT, is_verified=False)), Level.FAIL, "mail_sender_unverified"),
        (replace(MAIL, channels=0, account=replace(ACCOUNT, is_verified=False)), Level.WARN, "mail_sender_unverified"),
        (replace(MAIL, account=replace(ACCOUNT, is_sandbox=True, sent=199, quota=200)), Level.WARN, "mail_in_sandbox"),
        (replace(MAIL, account=replace(ACCOUNT, sent=39_999)), Level.OK, "mail_good"),
        (replace(MAIL, account=replace(ACCOUNT, sent=40_000)), Level.WARN, "mail_quota_nearly_used"),
        (replace(MAIL, account=replace(ACCOUNT, sent=40_000, quota=-1)), Level.OK, "mail_good"),
        (replace(MAIL, account=replace(ACCOUNT, is_signed=False)), Level.WARN, "mail_unsigned"),
    ],
)
def test_mails_that_cannot_go_out_fail_and_those_that_may_not_arrive_are_warned_of(
    mail: MailHealth, level: Level, code: str
) -> None:
    assert outcome(FakeProbes(mails=mail), CheckName.MAIL) == (level, code)


def test_a_mail_service_that_cannot_be_asked_fails_that_check_alone() -> None:
    away = Retryable("SES cannot be asked", code="mail_state_unknown", cause="away")
    found = check(FakeProbes(mails=away))
    assert {name for name, one in found.items() if one.level is not Level.OK} == {CheckName.MAIL}
    assert found[CheckName.MAIL].error is away


@pytest.mark.parametrize(
    ("server", "hours", "level", "code"),
    [
        (17, 25, Level.OK, "backup_good"),
        (15, 25, Level.OK, "backup_good"),
        (17, 27, Level.WARN, "backup_old"),
        (18, 1, Level.FAIL, "backup_server_newer"),
        (17, None, Level.WARN, "backup_none"),
        (None, None, Level.OK, "backup_none"),
    ],
)
def test_backups_are_looked_at_before_the_night_needs_one(
    server: int | None, hours: int | None, level: Level, code: str
) -> None:
    last = None if hours is None else facts_of(taken_at=NIGHT - timedelta(hours=hours))
    probes = FakeProbes(backups=BackupHealth(server_major=server, client_major=17, last=last))
    assert outcome(probes, CheckName.BACKUP) == (level, code)


def test_where_no_browser_can_be_started_all_but_that_is_checked() -> None:
    probes = FakeProbes(browser=ConfigurationError("it is not in this image"))
    without = set(CheckName) - {CheckName.BROWSER}
    found = CheckHealth(probes=probes, clock=ManualClock(NIGHT)).check(without)
    assert {one.name for one in found} == without
    assert {one.level for one in found} == {Level.OK}


def test_more_functions_than_connections_fail_with_what_to_lower() -> None:
    limits = replace(CAPACITY, max_connections=50)
    assert outcome(FakeProbes(limits=limits), CheckName.CONNECTIONS) == (Level.FAIL, "connections_too_many")
    limits = replace(CAPACITY, account_limit=100)
    assert outcome(FakeProbes(limits=limits), CheckName.CONNECTIONS) == (Level.FAIL, "concurrency_too_much")


def test_what_is_not_known_of_database_and_account_refuses_nothing() -> None:
    limits = replace(CAPACITY, max_connections=None, account_limit=None)
    assert outcome(FakeProbes(limits=limits), CheckName.CONNECTIONS) == (Level.OK, "connections_not_counted")
