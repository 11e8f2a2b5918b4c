"""An error's message and its remedy on the command line read as one text, in English and in Korean."""

from datetime import UTC, date, datetime

import pytest

from sunwi.cli.error_words import english_of, korean_of
from sunwi.errors import ConfigurationError, InvalidInput, Retryable, StaleEvent, SunwiError, UnbalancedRun

RUN = "scheduled-20260102"
SHOW = f"sunwi runs show {RUN}"
EVENT_TIME = datetime(2026, 1, 1, 16, tzinfo=UTC)

#: An error as it is raised, and what follows its message.
REMEDIES = {
    "an unknown tracking": (
        InvalidInput("there is no tracking 5", code="tracking_unknown", tracking_id=5),
        "there is no tracking 5: sunwi trackings list shows what there is",
        "추적 5번이 없습니다: sunwi trackings list 로 확인하세요",
    ),
    "a tracking that has ended": (
        InvalidInput("tracking 5 has ended: resume it to measure it again", code="tracking_ended", tracking_id=5),
        "tracking 5 has ended: resume it to measure it again",
        "추적 5번은 종료되었습니다: 다시 측정하려면 sunwi trackings resume 5",
    ),
    "an unknown run": (
        InvalidInput(f"there is no run '{RUN}'", code="run_unknown", run_id=RUN),
        f"there is no run '{RUN}': sunwi runs list shows what there is",
        f"배치 '{RUN}'이(가) 없습니다: sunwi runs list 로 확인하세요",
    ),
    "a run that is closed": (
        InvalidInput("run r was closed", code="run_closed_already", run_id=RUN, closed_at="2026-01-02 02:00:00"),
        f"run r was closed: {SHOW} shows how it ended",
        f"배치 {RUN}은(는) 이미 2026-01-02 02:00:00에 끝났습니다 (결과: {SHOW})",
    ),
    "a sum that is not one": (
        UnbalancedRun(
            "run r does not balance",
            code="run_unbalanced",
            run_id=RUN,
            expected=4,
            succeeded=1,
            failed=1,
            cancelled=0,
            expired=1,
        ),
        f"run r does not balance; look at its tasks with: {SHOW}",
        f"배치 {RUN}의 합계가 맞지 않습니다: 전체 4 ≠ 성공 1 + 실패 1 + 취소 0 + 기한 초과 1 (확인: {SHOW})",
    ),
    "a run that is half sent": (
        Retryable(
            "not every message was sent",
            code="run_partly_sent",
            run_id=RUN,
            error=Retryable("the queue refused 2 of 3 messages", code="messages_refused", messages=3, refused=2),
        ),
        f"not every message was sent, and you can at once: sunwi runs resume {RUN}",
        (
            f"배치 {RUN}의 메시지를 다 보내지 못했습니다 (대기열이 메시지 3건 중 2건을 거절했습니다): 나머지는 상태 "
            f"머신이 보냅니다. 바로 보내려면: sunwi runs resume {RUN}"
        ),
    ),
    "an event of another day": (
        StaleEvent(
            "the scheduled event is old: to measure today start a run by hand",
            code="event_of_another_day",
            event_time=EVENT_TIME,
            day=date(2026, 1, 2),
            today=date(2026, 1, 3),
        ),
        "the scheduled event is old: to measure today start a run by hand: sunwi runs start --scheduled",
        (
            "01-02 01:00 KST의 정기 이벤트는 오늘(2026-01-03)이 아닌 2026-01-02의 것입니다: 오늘 측정하려면 "
            "sunwi runs start --scheduled"
        ),
    ),
    "a setting that is missing": (
        ConfigurationError("CRAWL_QUEUE_URL is not set: set it", code="setting_missing", setting="CRAWL_QUEUE_URL"),
        "CRAWL_QUEUE_URL is not set: set it",
        "CRAWL_QUEUE_URL 설정이 없습니다: 환경 변수나 --env-file 로 지정하세요",
    ),
    "a redrive under way": (
        Retryable("a redrive is under way", code="redrive_of_queue_under_way", queue="sunwi-crawl", total="?", moved=4),
        "a redrive is under way: follow it with sunwi dlq redrive --status, or stop it with sunwi dlq redrive --cancel",
        (
            "sunwi-crawl의 메시지를 이미 옮기고 있습니다 (?건 중 4건): sunwi dlq redrive --status 로 지켜보거나 "
            "--cancel 로 중지하세요"
        ),
    ),
    "nothing that only a command can do": (
        InvalidInput("the keyword is empty: type it", code="keyword_empty"),
        "the keyword is empty: type it",
        "키워드가 비어 있습니다: 고객이 검색하는 말을 쓰세요",
    ),
}


@pytest.mark.parametrize(("error", "english", "korean"), REMEDIES.values(), ids=REMEDIES.keys())
def test_what_a_command_can_do_follows_what_happened(error: SunwiError, english: str, korean: str) -> None:
    assert english_of(error) == english
    assert korean_of(error) == korean


def test_of_several_problems_each_has_its_own_remedy() -> None:
    unknown = InvalidInput("there is no tracking 5", code="tracking_unknown", tracking_id=5)
    empty = InvalidInput("the keyword is empty: type it", code="keyword_empty")
    both = InvalidInput.of_all([empty, unknown])
    assert english_of(both) == (
        "the keyword is empty: type it; there is no tracking 5: sunwi trackings list shows what there is"
    )
    assert korean_of(both) == (
        "키워드가 비어 있습니다: 고객이 검색하는 말을 쓰세요; 추적 5번이 없습니다: sunwi trackings list 로 확인하세요"
    )
    assert InvalidInput.of_all([empty]) is empty


def test_what_nothing_is_known_of_is_said_by_its_class() -> None:
    assert korean_of(Retryable("the moon is away")) == "Retryable 오류입니다 (영문 내용: --json)"
    assert english_of(Retryable("the moon is away")) == "the moon is away"
    assert Retryable("the moon is away").code == "retryable"
    assert StaleEvent("it is old").code == "stale_event"
