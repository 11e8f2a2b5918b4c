"""Everything that a health check finds has its sentence, in English and in Korean."""

import ast
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.stack.localise import ROOT
from sunwi.domain.circuit import Circuit
from sunwi.domain.connection_sum import ConnectionSum
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.domain.job_health import HealthCode, HealthReason, JobHealth
from sunwi.domain.job_schedule import ScheduleFault, ScheduleState
from sunwi.domain.schema_version import SchemaVersion
from sunwi.domain.session_fault import SessionFault, SessionFaultKind, SessionSums
from sunwi.domain.tracking import Device, Surface
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
from sunwi.sites.naver.site import Lane
from sunwi.wording.health_words import HEALTH_SENTENCES, describe_check
from tests.backup.backup_examples import facts_of

NOW = datetime(2026, 1, 1, 16, 5, tzinfo=UTC)
SERVICE = ROOT / "functions/sunwi/service/health"
SUMS = SessionSums(
    tracking_id=1,
    number=2,
    counted=26,
    over_exposed=0,
    current=3,
    previous=1,
    latest=3,
    gained=0,
    lost=0,
    session_days=25,
)


def settings(standin: str | None) -> HealthCheck:
    return judge_settings(
        NightSettings(
            hour=1, minute=0, batch_timeout_seconds=3600, delay_seconds=2, receives=15, standin_address=standin
        )
    )


def database(current: str | None, *, is_ahead: bool = False) -> HealthCheck:
    return judge_database(DatabaseSchema("sqlite", SchemaVersion(current, "0012", is_ahead)))


def queue(receives: int | None, dead: int | None) -> HealthCheck:
    found = QueueHealth(url="crawl", waiting=3, max_receive_count=receives, dead=dead, answered_at=None)
    return judge_queue(CheckName.CRAWL_QUEUE, found, receives=15)


def circuit(opened_at: datetime | None = None, probe_at: datetime | None = None) -> Circuit:
    key = Lane(Surface.BLOG_TAB, Device.MOBILE).circuit
    return Circuit(key=key, reason="blocked (captcha)", opened_at=opened_at, probe_at=probe_at)


def mail(channels: int = 1, **changes: Any) -> HealthCheck:
    good = {"is_sandbox": False, "can_send": True, "is_verified": True, "is_signed": True, "sent": 120, "quota": 50_000}
    account = MailAccount(**{**good, **changes})
    return judge_mail(MailHealth(channels=channels, sender="notice@agency.co.kr", account=account))


_MAIL = "from notice@agency.co.kr, 120 of 50000 in 24 hours"
_KOREAN_MAIL = "notice@agency.co.kr에서 발송, 24시간 120건 / 한도 50000건"


def backup(server: int, *, hours: int | None = None) -> HealthCheck:
    last = None if hours is None else facts_of(taken_at=NOW - timedelta(hours=hours))
    return judge_backup(BackupHealth(server_major=server, client_major=17, last=last), now=NOW)


#: An outcome of every code, and its sentences.
FUNCTIONS = ConnectionSum(api=20, live=5, crawlers=1, workers=10)
EXAMPLES = [
    (
        settings(None),
        "daily at 01:00 KST, at most 3600 s, 2 s between pages",
        "매일 01:00 KST, 최대 3600초, 페이지 사이 2초",
    ),
    (
        settings("h:1"),
        (
            "daily at 01:00 KST, at most 3600 s, 2 s between pages; h:1 answers instead of Naver: unset "
            "STANDIN_ADDRESS to measure Naver"
        ),
        (
            "매일 01:00 KST, 최대 3600초, 페이지 사이 2초; 네이버 대신 h:1이(가) 답합니다: 네이버를 재려면 "
            "STANDIN_ADDRESS를 지우세요"
        ),
    ),
    (database("0012"), "sqlite, schema 0012", "sqlite, 스키마 0012"),
    (
        database("0013", is_ahead=True),
        "sqlite, schema 0013 of a later version than this one (0012): use that version",
        "sqlite, 스키마 0013이(가) 이 버전(0012)보다 새롭습니다: 새 버전의 sunwi를 쓰세요",
    ),
    (database("0011"), "sqlite, schema 0011, 0012 is needed", "sqlite, 스키마 0011, 필요 0012"),
    (database(None), "sqlite, no tables yet, 0012 is needed", "sqlite, 스키마 없음, 필요 0012"),
    (judge_sessions([]), "the rules explain every session", "모든 회차가 규칙에 맞습니다"),
    (
        judge_sessions([SessionFault(SessionFaultKind.OVER_FULL, SUMS)]),
        "tracking 1 session 2 is over_full: 26 days count, 0 do not",
        "추적 1번 2회차: 노출 26일이 집계되어 25일을 넘었습니다",
    ),
    (
        judge_connections(Capacity(functions=FUNCTIONS, max_connections=100, account_limit=1000)),
        "up to 47 of 100 connections, 29 reserved in the account (limit 1000)",
        "연결 최대 47개 / 100개, 계정의 동시 실행 예약 29개 (한도 1000)",
    ),
    (
        judge_connections(Capacity(functions=FUNCTIONS, max_connections=None, account_limit=None)),
        "up to 47 functions at a time on one file, 29 reserved in the account (limit -)",
        "한 파일을 쓰는 함수가 최대 47개, 계정의 동시 실행 예약 29개 (한도 -)",
    ),
    (
        HealthCheck.of(CheckName.CONNECTIONS, Level.WARN, code="connections_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (
        HealthCheck.of(CheckName.SESSIONS, Level.WARN, code="sessions_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (
        HealthCheck.of(CheckName.CIRCUITS, Level.WARN, code="circuits_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (
        HealthCheck.of(CheckName.BROWSER, Level.OK, code="browser_starts", version="140.0"),
        "Chromium 140.0",
        "Chromium 140.0",
    ),
    (judge_region("ap-northeast-2"), "ap-northeast-2", "ap-northeast-2"),
    (
        judge_region("us-east-1"),
        "us-east-1: rank follows the caller's place, so deploy to ap-northeast-2 (AWS_DEFAULT_REGION)",
        "us-east-1: 순위는 조회하는 곳에 따라 다릅니다. ap-northeast-2에 배포하세요 (AWS_DEFAULT_REGION)",
    ),
    (queue(15, 0), "3 waiting, 0 in the DLQ, maxReceiveCount 15", "대기 3건, DLQ 0건, maxReceiveCount 15"),
    (queue(15, 2), "3 waiting, 2 in the DLQ, maxReceiveCount 15", "대기 3건, DLQ 2건, maxReceiveCount 15"),
    (
        queue(3, 0),
        "3 waiting, 0 in the DLQ, maxReceiveCount 3: set maxReceiveCount to 15, else postponed messages are lost",
        (
            "대기 3건, DLQ 0건, maxReceiveCount 3: maxReceiveCount를 15(으)로 올리세요. 그대로 두면 미룬 메시지가 "
            "사라집니다"
        ),
    ),
    (
        queue(3, 2),
        "3 waiting, 2 in the DLQ, maxReceiveCount 3: set maxReceiveCount to 15, else postponed messages are lost",
        (
            "대기 3건, DLQ 2건, maxReceiveCount 3: maxReceiveCount를 15(으)로 올리세요. 그대로 두면 미룬 메시지가 "
            "사라집니다"
        ),
    ),
    (
        queue(None, None),
        "crawl has no redrive policy, so failures are lost: deploy the template",
        "crawl에 redrive 정책이 없어 실패한 메시지가 사라집니다: 템플릿을 배포하세요",
    ),
    (judge_circuits([]), "no surface refuses", "조회를 막는 화면이 없습니다"),
    (
        judge_circuits([circuit(opened_at=NOW, probe_at=NOW + timedelta(minutes=5)), circuit()]),
        (
            "Naver refuses blog_tab on mobile since 01-02 01:05:00 KST (blocked (captcha)), asked again 01-02 01:10:00 "
            "KST; blog_tab on mobile since - (blocked (captcha)), asked again -: wait, and start no run by hand "
            "meanwhile"
        ),
        (
            "블로그 탭 모바일 01-02 01:05:00 KST부터 (다음 확인 01-02 01:10:00 KST; 네이버가 조회를 막았습니다 "
            "(캡차)); 블로그 탭 모바일 -부터 (다음 확인 -; 네이버가 조회를 막았습니다 (캡차)): 기다리고, 그동안 배치를 "
            "직접 시작하지 마세요"
        ),
    ),
    (judge_jobs(JobHealth()), "jobs are done as they should be", "작업이 정상으로 처리됩니다"),
    (
        judge_jobs(JobHealth([HealthReason(HealthCode.QUEUE_NOT_ASKED, {"queue": "express"})])),
        "the express queue cannot be asked",
        "즉시 대기열의 상태를 확인할 수 없습니다",
    ),
    (
        HealthCheck.of(CheckName.JOBS, Level.WARN, code="jobs_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (judge_schedules(()), "Sunwi's own schedules are there and go on", "기본 일정이 모두 켜져 있습니다"),
    (
        judge_schedules(
            [ScheduleFault("backup", ScheduleState.PAUSED, NOW), ScheduleFault("archive", ScheduleState.MISSING)]
        ),
        "backup is paused since 01-02 01:05; archive is missing",
        "백업: 멈춤 01-02 01:05부터 / 보관: 없음",
    ),
    (
        judge_schedules(None),
        "not checked: set SCHEDULE_GROUP to the stack's group of schedules (an output)",
        "확인하지 못했습니다: SCHEDULE_GROUP을 스택의 일정 그룹(출력)으로 지정하세요",
    ),
    (mail(), _MAIL, _KOREAN_MAIL),
    (
        judge_mail(MailHealth(channels=0)),
        "no channel sends mail, and none is set up",
        "메일 채널이 없고, 메일도 설정되지 않았습니다",
    ),
    (
        HealthCheck.of(CheckName.MAIL, Level.WARN, code="mail_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (
        judge_mail(MailHealth(channels=3)),
        "3 channels of e-mail, but nothing to send from: set MailSender (MAIL_SENDER)",
        "메일 채널이 3개인데 보내는 주소가 없습니다: MailSender(MAIL_SENDER)를 정하세요",
    ),
    (
        mail(can_send=False),
        f"{_MAIL}; AWS has paused the account's sending: see the SES console for its reasons",
        f"{_KOREAN_MAIL}; AWS가 이 계정의 발송을 멈췄습니다: SES 콘솔에서 사유를 확인하세요",
    ),
    (
        mail(is_verified=False),
        f"{_MAIL}; the sender is not verified: put the stack's three DKIM records into its domain's DNS",
        f"{_KOREAN_MAIL}; 보내는 주소가 확인되지 않았습니다: 스택 출력의 DKIM 레코드 3개를 도메인의 DNS에 넣으세요",
    ),
    (
        mail(is_sandbox=True),
        f"{_MAIL}; SES is in its sandbox, so only verified addresses get mail: ask AWS for production access",
        f"{_KOREAN_MAIL}; SES 샌드박스라 확인된 주소로만 갑니다: AWS에 프로덕션 액세스를 신청하세요",
    ),
    (
        mail(quota=130),
        "from notice@agency.co.kr, 120 of 130 in 24 hours: the quota is nearly used up; ask AWS for more",
        (
            "notice@agency.co.kr에서 발송, 24시간 120건 / 한도 130건: 하루 한도를 거의 다 썼습니다. AWS에 늘려 달라고 "
            "신청하세요"
        ),
    ),
    (
        mail(is_signed=False),
        f"{_MAIL}; mails carry no DKIM signature, so many will count as spam: check the domain's three records",
        f"{_KOREAN_MAIL}; DKIM 서명이 없어 스팸으로 처리되기 쉽습니다: 도메인의 DKIM 레코드 3개를 확인하세요",
    ),
    (
        backup(17, hours=5),
        "sunwi_prod_20260102_030000.dump, 12.3 MB, 5 h ago",
        "sunwi_prod_20260102_030000.dump, 12.3 MB, 5시간 전",
    ),
    (
        backup(17, hours=30),
        "the last good backup is 30 h old (sunwi_prod_20260102_030000.dump)",
        "마지막 정상 백업이 30시간 전의 것입니다 (sunwi_prod_20260102_030000.dump)",
    ),
    (backup(17), "no backup yet", "아직 백업이 없습니다"),
    (
        backup(18),
        (
            "the server is PostgreSQL 18, and the worker's programs are of 17, which dump no newer one: build the "
            "images with the programs of its version before the next backup"
        ),
        (
            "서버가 PostgreSQL 18인데 워커의 백업 프로그램은 17이라 백업할 수 없습니다: 다음 백업 전에 서버 버전의 "
            "프로그램으로 이미지를 다시 만드세요"
        ),
    ),
    (
        HealthCheck.of(CheckName.BACKUP, Level.WARN, code="backup_not_checked"),
        "not checked, the schema is not current",
        "스키마가 최신이 아니라 확인하지 못했습니다",
    ),
    (judge_state_machine(StateMachineHealth("arn:machine:run", "ACTIVE")), "run", "run"),
    (
        judge_state_machine(StateMachineHealth("arn:machine:run", "DELETING")),
        "arn:machine:run is DELETING: deploy the template",
        "arn:machine:run의 상태가 DELETING입니다: 템플릿을 배포하세요",
    ),
    (judge_clock(NOW, told=NOW), "2026-01-02 01:05:00 KST", "2026-01-02 01:05:00 KST"),
    (
        judge_clock(NOW, told=None),
        "2026-01-02 01:05:00 KST, with nothing to compare it to",
        "2026-01-02 01:05:00 KST (비교할 시각이 없습니다)",
    ),
    (
        judge_clock(NOW, told=NOW + timedelta(minutes=1)),
        "2026-01-02 01:05:00 KST, 60 s off AWS: let the machine's clock follow a time server",
        "2026-01-02 01:05:00 KST, AWS와 60초 다릅니다: 이 컴퓨터의 시계를 시간 서버에 맞추세요",
    ),
]


@pytest.mark.parametrize(("check", "english", "korean"), EXAMPLES, ids=[check.code for check, _, _ in EXAMPLES])
def test_what_a_check_found_is_said_in_english_and_in_korean(check: HealthCheck, english: str, korean: str) -> None:
    assert describe_check(check) == (english, korean)


def test_every_code_has_its_sentences_and_an_example() -> None:
    sources = [path.read_text(encoding="utf-8") for path in SERVICE.glob("*.py")]
    made = {
        word.value.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "code" and isinstance(word.value, ast.Constant)
    }
    assert len(made) > 20
    assert made == set(HEALTH_SENTENCES) == {check.code for check, _, _ in EXAMPLES}


@pytest.mark.parametrize("kind", SessionFaultKind)
def test_every_fault_of_a_session_has_its_words(kind: SessionFaultKind) -> None:
    english, korean = describe_check(judge_sessions([SessionFault(kind, SUMS)]))
    assert kind.value in english
    assert re.match(r"추적 1번 2회차: .*[가-힣]", korean)
    assert "sunwi" not in korean
