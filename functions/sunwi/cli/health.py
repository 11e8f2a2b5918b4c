"""The doctor's checks, each one line: ok, warn or fail, and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sunwi.adapters.aws_health import probe_queue, probe_state_machine
from sunwi.adapters.migrations import schema_version
from sunwi.bootstrap.commands import CommandContainer
from sunwi.cli.session_words import describe_faults
from sunwi.domain.attempt import receive_limit
from sunwi.domain.schedule import KST
from sunwi.errors import SunwiError

#: Rank follows the caller's place, so readings from elsewhere are other people's ranks.
HOME_REGION = "ap-northeast-2"

#: AWS refuses requests that are five minutes off; readings near midnight suffer sooner.
_SKEW_WARN_SECONDS = 5
_SKEW_FAIL_SECONDS = 120


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome; the message says what to do unless all is well."""

    name: str
    level: Level
    message: str

    def document(self) -> dict[str, str]:
        """Write it for JSON."""
        return asdict(self)


def check_health(container: CommandContainer) -> list[Finding]:
    """Make every check, whatever the others say."""
    checks: Sequence[tuple[str, Callable[[CommandContainer], Finding]]] = (
        ("settings", _check_settings),
        ("database", _check_database),
        ("sessions", _check_sessions),
        ("browser", _check_browser),
        ("region", _check_region),
        ("crawl queue", lambda found: _check_queue(found, "crawl")),
        ("express queue", lambda found: _check_queue(found, "express")),
        ("circuits", _check_circuits),
        ("state machine", _check_state_machine),
        ("clock", _check_clock),
    )
    return [_outcome(name, check, container) for name, check in checks]


def _outcome(name: str, check: Callable[[CommandContainer], Finding], container: CommandContainer) -> Finding:
    try:
        return check(container)
    except SunwiError as error:
        return Finding(name, Level.FAIL, str(error))


def _check_settings(container: CommandContainer) -> Finding:
    settings = container.settings
    facts = (
        f"daily at {settings.crawl_schedule_hour:02d}:{settings.crawl_schedule_minute:02d} KST, at most "
        f"{settings.crawl_batch_timeout} s, {settings.crawl_delay_seconds:g} s between pages"
    )
    if settings.standin_address:
        warning = (
            f"{facts}; {settings.standin_address} answers instead of Naver: unset STANDIN_ADDRESS to measure Naver"
        )
        return Finding("settings", Level.WARN, warning)
    return Finding("settings", Level.OK, facts)


def _check_database(container: CommandContainer) -> Finding:
    schema = schema_version(container.engine)
    backend = container.engine.url.get_backend_name()
    if schema.is_current:
        return Finding("database", Level.OK, f"{backend}, schema {schema.current}")
    if schema.is_ahead:
        text = f"{backend}, schema {schema.current} of a later version than this one ({schema.head}): use that version"
        return Finding("database", Level.FAIL, text)
    stand = f"schema {schema.current}" if schema.current else "no tables yet"
    return Finding("database", Level.FAIL, f"{backend}, {stand}, {schema.head} is needed: run sunwi db upgrade")


def _check_sessions(container: CommandContainer) -> Finding:
    if not schema_version(container.engine).is_current:
        return Finding(
            "sessions", Level.WARN, "스키마가 최신이 아니라 확인하지 못했습니다: sunwi db upgrade 를 실행하세요"
        )
    faults = container.audit_sessions.find()
    if not faults:
        return Finding("sessions", Level.OK, "모든 회차가 규칙에 맞습니다")
    return Finding("sessions", Level.WARN, describe_faults(faults))


def _check_browser(container: CommandContainer) -> Finding:
    try:
        version = container.loader.start()
    finally:
        container.loader.close()
    return Finding("browser", Level.OK, f"Chromium {version}")


def _check_region(container: CommandContainer) -> Finding:
    region = container.aws_client("sqs").meta.region_name
    if region == HOME_REGION:
        return Finding("region", Level.OK, region)
    return Finding(
        "region",
        Level.WARN,
        f"{region}: rank follows the caller's place, so deploy to {HOME_REGION} (AWS_DEFAULT_REGION)",
    )


def _check_queue(container: CommandContainer, lane: str) -> Finding:
    name = f"{lane} queue"
    url = container.settings.require(f"{lane}_queue_url")
    health = probe_queue(container.aws_client("sqs"), url)
    if health.max_receive_count is None:
        return Finding(name, Level.FAIL, f"{url} has no redrive policy, so failures are lost: deploy the template")
    settings = container.settings
    wanted = receive_limit(settings.batch_timeout, postponement=settings.postponement)
    stand = f"{health.waiting} waiting, {health.dead} in the DLQ, maxReceiveCount {health.max_receive_count}"
    remedies = []
    if health.max_receive_count < wanted:
        remedies.append(f"set maxReceiveCount to {wanted}, else postponed messages are lost")
    if health.dead:
        remedies.append("look at the DLQ (sunwi dlq list), and redrive it once the cause is gone")
    if not remedies:
        return Finding(name, Level.OK, stand)
    return Finding(name, Level.WARN, f"{stand}: {'; '.join(remedies)}")


def _check_circuits(container: CommandContainer) -> Finding:
    with container.store.read() as tx:
        circuits = tx.circuits.list_open()
    if not circuits:
        return Finding("circuits", Level.OK, "no surface refuses")
    facts = [
        f"{circuit.key.surface} on {circuit.key.device} since {_kst(circuit.opened_at)} ({circuit.reason}), asked "
        f"again {_kst(circuit.probe_at)}"
        for circuit in circuits
    ]
    return Finding(
        "circuits", Level.WARN, f"Naver refuses {'; '.join(facts)}: wait, and start no run by hand meanwhile"
    )


def _kst(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(KST).strftime("%m-%d %H:%M:%S KST")


def _check_state_machine(container: CommandContainer) -> Finding:
    arn = container.settings.require("state_machine_arn")
    status = probe_state_machine(container.aws_client("stepfunctions"), arn)
    if status != "ACTIVE":
        return Finding("state machine", Level.FAIL, f"{arn} is {status}: deploy the template")
    return Finding("state machine", Level.OK, arn.rsplit(":", 1)[-1])


def _check_clock(container: CommandContainer) -> Finding:
    now = container.clock.now()
    shown = now.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S KST")
    said = _time_of_aws(container)
    if said is None:
        return Finding("clock", Level.OK, f"{shown}, with nothing to compare it to")
    skew = abs((container.clock.now() - said).total_seconds())
    if skew <= _SKEW_WARN_SECONDS:
        return Finding("clock", Level.OK, shown)
    level = Level.WARN if skew <= _SKEW_FAIL_SECONDS else Level.FAIL
    return Finding("clock", level, f"{shown}, {skew:.0f} s off AWS: let the machine's clock follow a time server")


def _time_of_aws(container: CommandContainer) -> datetime | None:
    """Ask AWS for its time; None when it cannot be asked, which the queue's own check says."""
    url = container.settings.crawl_queue_url
    if not url:
        return None
    try:
        return probe_queue(container.aws_client("sqs"), url).answered_at
    except SunwiError:
        return None
