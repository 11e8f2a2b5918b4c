"""What a command can do about a health check's finding follows it."""

import pytest

from sunwi.cli.health_words import HEALTH_REMEDIES, english_of_check, korean_of_check
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.domain.session_fault import SessionFault, SessionFaultKind, SessionSums
from sunwi.errors import ConfigurationError
from sunwi.wording.health_words import HEALTH_SENTENCES

QUEUE = {"waiting": 3, "dead": 2, "max_receive_count": 3, "receives": 15}
SCHEMA = {"backend": "sqlite", "current": "0011", "needed": "0012"}


def warning(code: str, fields: dict[str, object]) -> HealthCheck:
    return HealthCheck(name=CheckName.SESSIONS, level=Level.WARN, code=code, fields=fields)


@pytest.mark.parametrize(
    ("check", "english", "korean"),
    [
        (
            warning("database_behind", {**SCHEMA}),
            "sqlite, schema 0011, 0012 is needed: run sunwi db upgrade",
            "sqlite, 스키마 0011, 필요 0012: sunwi db upgrade 를 실행하세요",
        ),
        (
            warning("database_empty", {**SCHEMA}),
            "sqlite, no tables yet, 0012 is needed: run sunwi db upgrade",
            "sqlite, 스키마 없음, 필요 0012: sunwi db upgrade 를 실행하세요",
        ),
        (
            warning("sessions_not_checked", {}),
            "not checked, the schema is not current: run sunwi db upgrade",
            "스키마가 최신이 아니라 확인하지 못했습니다: sunwi db upgrade 를 실행하세요",
        ),
        (
            warning("queue_has_dead_letters", {**QUEUE, "max_receive_count": 15}),
            (
                "3 waiting, 2 in the DLQ, maxReceiveCount 15: look at the DLQ (sunwi dlq list), and redrive it once "
                "the cause is gone"
            ),
            (
                "대기 3건, DLQ 2건, maxReceiveCount 15: sunwi dlq list 로 사유를 보고, 원인을 없앤 뒤 sunwi dlq "
                "redrive 로 다시 보내세요"
            ),
        ),
        (
            warning("queue_loses_messages_and_has_dead_ones", {**QUEUE}),
            (
                "3 waiting, 2 in the DLQ, maxReceiveCount 3: set maxReceiveCount to 15, else postponed messages are "
                "lost; look at the DLQ (sunwi dlq list), and redrive it once the cause is gone"
            ),
            (
                "대기 3건, DLQ 2건, maxReceiveCount 3: maxReceiveCount를 15(으)로 올리세요. 그대로 두면 미룬 메시지가 "
                "사라집니다; sunwi dlq list 로 사유를 보고, 원인을 없앤 뒤 sunwi dlq redrive 로 다시 보내세요"
            ),
        ),
    ],
    ids=lambda value: value.code if isinstance(value, HealthCheck) else None,
)
def test_a_finding_is_followed_by_what_to_do(check: HealthCheck, english: str, korean: str) -> None:
    assert english_of_check(check) == english
    assert korean_of_check(check) == korean


def test_every_remedy_is_of_a_finding() -> None:
    assert set(HEALTH_REMEDIES) <= set(HEALTH_SENTENCES)


def test_each_of_many_sessions_has_a_remedy_of_its_own() -> None:
    sums = SessionSums(
        tracking_id=5,
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
    faults = [SessionFault(SessionFaultKind.OVER_FULL, sums)] * 11
    check = warning("sessions_faulty", {"faults": faults})
    assert korean_of_check(check).startswith(
        "추적 5번 2회차: 노출 26일이 집계되어 25일을 넘었습니다. 청구 내역과 대조한 뒤 sunwi trackings recount 5 로"
    )
    assert korean_of_check(check).endswith(" / 외 1건")
    assert english_of_check(check).count("is over_full") == 11


def test_a_check_that_could_not_be_made_says_what_its_error_says() -> None:
    error = ConfigurationError("CRAWL_QUEUE_URL is not set", code="setting_missing", setting="CRAWL_QUEUE_URL")
    check = HealthCheck.of_error(CheckName.CRAWL_QUEUE, error)
    assert check.level is Level.FAIL
    assert english_of_check(check) == "CRAWL_QUEUE_URL is not set"
    assert korean_of_check(check) == "CRAWL_QUEUE_URL 설정이 없습니다: 환경 변수나 --env-file 로 지정하세요"
