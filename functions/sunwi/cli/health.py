"""The doctor's checks, each one line: ok, warn or fail, and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sunwi.adapters.aws.health import probe_queue, probe_state_machine
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.session_words import describe_faults, name_faults
from sunwi.domain.attempt import receive_limit
from sunwi.domain.failure import FailureCause
from sunwi.domain.schedule import KST
from sunwi.errors import SunwiError
from sunwi.sites.naver.site import NAVER, Lane
from sunwi.wording.failure_words import failure_words
from sunwi.wording.labels import DEVICES, SURFACES

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
class HealthCheck:
    """One check's outcome; the message says what to do unless all is well.

    Attributes:
        message: In English, for programs.
        korean: The same for people.
    """

    name: str
    level: Level
    message: str
    korean: str

    def document(self) -> dict[str, str]:
        """Write it for JSON."""
        return {"name": self.name, "level": self.level.value, "message": self.message}


def check_health(container: CommandContainer) -> list[HealthCheck]:
    """Make every check, whatever the others say."""
    checks: Sequence[tuple[str, Callable[[CommandContainer], HealthCheck]]] = (
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


def _outcome(name: str, check: Callable[[CommandContainer], HealthCheck], container: CommandContainer) -> HealthCheck:
    try:
        return check(container)
    except SunwiError as error:
        return HealthCheck(name, Level.FAIL, str(error), korean_of(error))


def _check_settings(container: CommandContainer) -> HealthCheck:
    settings = container.adapters.settings
    facts = (
        f"daily at {settings.crawl_schedule_hour:02d}:{settings.crawl_schedule_minute:02d} KST, at most "
        f"{settings.crawl_batch_timeout} s, {settings.crawl_delay_seconds:g} s between pages"
    )
    korean = (
        f"매일 {settings.crawl_schedule_hour:02d}:{settings.crawl_schedule_minute:02d} KST, 최대 "
        f"{settings.crawl_batch_timeout}초, 페이지 사이 {settings.crawl_delay_seconds:g}초"
    )
    if settings.standin_address:
        warning = (
            f"{facts}; {settings.standin_address} answers instead of Naver: unset STANDIN_ADDRESS to measure Naver"
        )
        korean += f"; 네이버 대신 {settings.standin_address}이(가) 답합니다: 네이버를 재려면 STANDIN_ADDRESS를 지우세요"
        return HealthCheck("settings", Level.WARN, warning, korean)
    return HealthCheck("settings", Level.OK, facts, korean)


def _check_database(container: CommandContainer) -> HealthCheck:
    schema = schema_version(container.adapters.engine)
    backend = container.adapters.engine.url.get_backend_name()
    if schema.is_current:
        return HealthCheck(
            "database", Level.OK, f"{backend}, schema {schema.current}", f"{backend}, 스키마 {schema.current}"
        )
    if schema.is_ahead:
        text = f"{backend}, schema {schema.current} of a later version than this one ({schema.head}): use that version"
        korean = (
            f"{backend}, 스키마 {schema.current}이(가) 이 버전({schema.head})보다 새롭습니다: 새 버전의 sunwi를 쓰세요"
        )
        return HealthCheck("database", Level.FAIL, text, korean)
    stand = f"schema {schema.current}" if schema.current else "no tables yet"
    text = f"{backend}, {stand}, {schema.head} is needed: run sunwi db upgrade"
    korean = f"{backend}, 스키마 {schema.current or '없음'}, 필요 {schema.head}: sunwi db upgrade 를 실행하세요"
    return HealthCheck("database", Level.FAIL, text, korean)


def _check_sessions(container: CommandContainer) -> HealthCheck:
    if not schema_version(container.adapters.engine).is_current:
        return _not_checked("sessions")
    faults = container.ledger.audit_sessions.find()
    if not faults:
        return HealthCheck("sessions", Level.OK, "the rules explain every session", "모든 회차가 규칙에 맞습니다")
    return HealthCheck("sessions", Level.WARN, name_faults(faults), describe_faults(faults))


def _check_browser(container: CommandContainer) -> HealthCheck:
    try:
        version = container.pages.loader.start(NAVER)
    finally:
        container.pages.loader.close()
    return HealthCheck("browser", Level.OK, f"Chromium {version}", f"Chromium {version}")


def _check_region(container: CommandContainer) -> HealthCheck:
    region = container.adapters.aws_client("sqs").meta.region_name
    if region == HOME_REGION:
        return HealthCheck("region", Level.OK, region, region)
    return HealthCheck(
        "region",
        Level.WARN,
        f"{region}: rank follows the caller's place, so deploy to {HOME_REGION} (AWS_DEFAULT_REGION)",
        f"{region}: 순위는 조회하는 곳에 따라 다릅니다. {HOME_REGION}에 배포하세요 (AWS_DEFAULT_REGION)",
    )


def _check_queue(container: CommandContainer, lane: str) -> HealthCheck:
    name = f"{lane} queue"
    url = container.adapters.settings.require(f"{lane}_queue_url")
    health = probe_queue(container.adapters.aws_client("sqs"), url)
    if health.max_receive_count is None:
        return HealthCheck(
            name,
            Level.FAIL,
            f"{url} has no redrive policy, so failures are lost: deploy the template",
            f"{url}에 redrive 정책이 없어 실패한 메시지가 사라집니다: 템플릿을 배포하세요",
        )
    settings = container.adapters.settings
    wanted = receive_limit(settings.batch_timeout, postponement=settings.postponement)
    stand = f"{health.waiting} waiting, {health.dead} in the DLQ, maxReceiveCount {health.max_receive_count}"
    korean = f"대기 {health.waiting}건, DLQ {health.dead}건, maxReceiveCount {health.max_receive_count}"
    remedies = []
    if health.max_receive_count < wanted:
        remedies.append(
            (
                f"set maxReceiveCount to {wanted}, else postponed messages are lost",
                f"maxReceiveCount를 {wanted}(으)로 올리세요. 그대로 두면 미룬 메시지가 사라집니다",
            )
        )
    if health.dead:
        remedies.append(
            (
                "look at the DLQ (sunwi dlq list), and redrive it once the cause is gone",
                "sunwi dlq list 로 사유를 보고, 원인을 없앤 뒤 sunwi dlq redrive 로 다시 보내세요",
            )
        )
    if not remedies:
        return HealthCheck(name, Level.OK, stand, korean)
    english = "; ".join(remedy for remedy, _ in remedies)
    return HealthCheck(name, Level.WARN, f"{stand}: {english}", f"{korean}: {'; '.join(told for _, told in remedies)}")


def _not_checked(name: str) -> HealthCheck:
    """Describe a check of tables that may not be there yet."""
    return HealthCheck(
        name,
        Level.WARN,
        "not checked, the schema is not current: run sunwi db upgrade",
        "스키마가 최신이 아니라 확인하지 못했습니다: sunwi db upgrade 를 실행하세요",
    )


def _check_circuits(container: CommandContainer) -> HealthCheck:
    if not schema_version(container.adapters.engine).is_current:
        return _not_checked("circuits")
    with container.adapters.store.read() as tx:
        circuits = tx.circuits.list_open(NAVER.name)
    if not circuits:
        return HealthCheck("circuits", Level.OK, "no surface refuses", "조회를 막는 화면이 없습니다")
    refusing = [(circuit, Lane.of_circuit(circuit.key)) for circuit in circuits]
    facts = [
        f"{lane.surface} on {lane.device} since {_kst(circuit.opened_at)} ({circuit.reason}), asked "
        f"again {_kst(circuit.probe_at)}"
        for circuit, lane in refusing
    ]
    told = [
        f"{SURFACES[lane.surface]} {DEVICES[lane.device]} {_kst(circuit.opened_at)}부터 (다음 확인 "
        f"{_kst(circuit.probe_at)}; {failure_words(FailureCause.BLOCKED, circuit.reason or '')})"
        for circuit, lane in refusing
    ]
    return HealthCheck(
        "circuits",
        Level.WARN,
        f"Naver refuses {'; '.join(facts)}: wait, and start no run by hand meanwhile",
        f"{'; '.join(told)}: 기다리고, 그동안 배치를 직접 시작하지 마세요",
    )


def _kst(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(KST).strftime("%m-%d %H:%M:%S KST")


def _check_state_machine(container: CommandContainer) -> HealthCheck:
    arn = container.adapters.settings.require("state_machine_arn")
    status = probe_state_machine(container.adapters.aws_client("stepfunctions"), arn)
    if status != "ACTIVE":
        korean = f"{arn}의 상태가 {status}입니다: 템플릿을 배포하세요"
        return HealthCheck("state machine", Level.FAIL, f"{arn} is {status}: deploy the template", korean)
    name = arn.rsplit(":", 1)[-1]
    return HealthCheck("state machine", Level.OK, name, name)


def _check_clock(container: CommandContainer) -> HealthCheck:
    now = container.adapters.clock.now()
    shown = now.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S KST")
    said = _time_of_aws(container)
    if said is None:
        korean = f"{shown} (비교할 시각이 없습니다)"
        return HealthCheck("clock", Level.OK, f"{shown}, with nothing to compare it to", korean)
    skew = abs((container.adapters.clock.now() - said).total_seconds())
    if skew <= _SKEW_WARN_SECONDS:
        return HealthCheck("clock", Level.OK, shown, shown)
    level = Level.WARN if skew <= _SKEW_FAIL_SECONDS else Level.FAIL
    return HealthCheck(
        "clock",
        level,
        f"{shown}, {skew:.0f} s off AWS: let the machine's clock follow a time server",
        f"{shown}, AWS와 {skew:.0f}초 다릅니다: 이 컴퓨터의 시계를 시간 서버에 맞추세요",
    )


def _time_of_aws(container: CommandContainer) -> datetime | None:
    """Ask AWS for its time; None when it cannot be asked, which the queue's own check says."""
    url = container.adapters.settings.crawl_queue_url
    if not url:
        return None
    try:
        return probe_queue(container.adapters.aws_client("sqs"), url).answered_at
    except SunwiError:
        return None
