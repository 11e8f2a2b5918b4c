"""Every reason why jobs are not healthy has its sentence, in English and in Korean."""

import re
from datetime import UTC, datetime

import pytest

from sunwi.domain.job_health import HealthCode, HealthLevel, HealthReason
from sunwi.wording.jobs.job_health_words import LEVELS, REASON_WORDS, describe_reason, name_reasons, reasons_words

NOW = datetime(2026, 1, 1, 16, 5, tzinfo=UTC)

#: A reason of every code; as many facts as `domain/job_health.py` fills in, and no more.
REASONS = [
    HealthReason(HealthCode.TICK_SILENT, {"ticked_at": NOW}),
    HealthReason(HealthCode.CRITICAL_WAITS, {"seconds": 1000}),
    HealthReason(HealthCode.MOSTLY_FAILING, {"percent": 50, "failed": 5, "ended": 10}),
    HealthReason(HealthCode.OFTEN_FAILING, {"percent": 20, "failed": 2, "ended": 10}),
    HealthReason(HealthCode.JOBS_STUCK, {"count": 2, "job_id": "0197"}),
    HealthReason(HealthCode.PAUSED_ALL, {"seconds": 420, "changed_by": "cli:kim"}),
    HealthReason(HealthCode.PAUSED_PEOPLE, {"seconds": 59, "changed_by": "cli:kim"}),
    HealthReason(HealthCode.NEARLY_FULL, {"pending": 8_000, "limit": 10_000}),
    HealthReason(HealthCode.AT_MAXIMUM, {"workers": 10, "waiting": 11}),
    HealthReason(HealthCode.QUEUE_HAS_DEAD, {"queue": "schedules", "count": 2}),
    HealthReason(HealthCode.QUEUE_NOT_ASKED, {"queue": "express"}),
]


def test_every_code_and_level_has_its_words_and_an_example() -> None:
    assert {reason.code for reason in REASONS} == set(HealthCode) == set(REASON_WORDS)
    assert set(LEVELS) == set(HealthLevel)


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_a_reason_is_a_sentence_without_a_gap_in_both_languages(reason: HealthReason) -> None:
    english, korean = describe_reason(reason)
    assert "{" not in english + korean
    assert not re.search(r"[가-힣]", english)
    assert re.search(r"[가-힣]", korean)


def test_times_are_minutes_and_kst() -> None:
    assert describe_reason(REASONS[0])[1].startswith(
        "작업을 배정하는 tender가 멈췄습니다 (마지막: 2026-01-02 01:05:00 KST)"
    )
    assert "16 min" in describe_reason(REASONS[1])[0]
    assert "(last: never)" in describe_reason(HealthReason(HealthCode.TICK_SILENT, {"ticked_at": None}))[0]


def test_queues_have_their_korean_names() -> None:
    assert describe_reason(REASONS[9]) == (
        "the DLQ of the schedules queue has 2 messages",
        "일정 대기열 DLQ에 메시지가 2건 있습니다",
    )


def test_several_reasons_are_named_in_one_line() -> None:
    assert name_reasons(reasons=REASONS[-2:]) == (
        "the DLQ of the schedules queue has 2 messages; the express queue cannot be asked"
    )
    assert reasons_words(reasons=REASONS[-2:]) == (
        "일정 대기열 DLQ에 메시지가 2건 있습니다 / 즉시 대기열의 상태를 확인할 수 없습니다"
    )
