"""Every notice has Korean words, whatever foreign text is in it."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from sunwi.domain.channel import ChannelKind, KnownAudience
from sunwi.domain.job import JobState
from sunwi.domain.job_notify import notice_of_end
from sunwi.domain.notice import (
    SYSTEM_AUDIENCE,
    Audience,
    AudienceKind,
    NoticeKind,
    NoticeState,
    NoticeText,
    Severity,
)
from sunwi.domain.overdue_notice import notice_of_overdue
from sunwi.domain.stored_notice import Notice, NoticeFailure
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.watch_notice import notice_of_problem
from sunwi.wording.notices import notice_labels
from sunwi.wording.notices.notice_labels import (
    AUDIENCES,
    CHANNEL_KINDS,
    NOTICE_KINDS,
    NOTICE_STATES,
    audience_words,
    failure_words,
    kind_words,
)
from sunwi.wording.notices.notice_words import KoreanNoticeWords
from tests.examples import DAY, NIGHT
from tests.jobs.job_examples import ending, new_job

WORDS = KoreanNoticeWords(environment="test")


def text_of(kind: NoticeKind, content: Any) -> NoticeText:
    return WORDS.text_of(kind.value, content)


def all_of(text: NoticeText) -> str:
    parts = [text.title, text.footer, *(part for one in text.fields for part in one)]
    for section in text.sections:
        parts += [section.heading, *section.lines]
    return "\n".join(parts)


def late(number: int = 1, **values: Any) -> Notice:
    usual: dict[str, Any] = {
        "channel": "강남 치과",
        "kind": "digest",
        "audience": SYSTEM_AUDIENCE,
        "dedupe_key": "k",
        "content": {},
        "state": NoticeState.WAITING,
        "generation": 1,
        "tries": 0,
        "due_at": NIGHT,
        "not_before": NIGHT,
        "created_at": NIGHT,
    }
    return Notice(id=f"notice-{number}", **{**usual, **values})


def test_no_code_is_without_its_word() -> None:
    assert set(NOTICE_KINDS) == set(NoticeKind)
    assert set(NOTICE_STATES) == set(NoticeState)
    assert set(CHANNEL_KINDS) == set(ChannelKind)
    assert set(AUDIENCES) == set(AudienceKind)


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_problem_has_its_words(kind: ProblemKind) -> None:
    problem = Problem(kind=kind, subject="scheduled-20260102", day=DAY, extent=3, detail="1, 2, 3")
    notice = notice_of_problem(problem, key="k", advice="이렇게 하세요")
    text = text_of(NoticeKind.WATCH, notice.content)
    assert text.severity is Severity.ERROR
    assert "할 일\n이렇게 하세요" in all_of(text)
    repaired = text_of(NoticeKind.WATCH, {**notice.content, "repair": "감시가 마감했습니다"})
    assert repaired.severity is Severity.WARNING
    assert "조치\n감시가 마감했습니다" in all_of(repaired)
    assert "할 일\n" not in all_of(repaired)


def test_a_problem_without_day_or_advice_is_told_too() -> None:
    problem = Problem(kind=ProblemKind.TASK_STUCK, subject="tasks", extent=2, detail="7, 8")
    text = text_of(NoticeKind.WATCH, notice_of_problem(problem, key="k").content)
    assert text.title == "측정 중에 멈춘 추적이 2건 있습니다"
    assert [section.heading for section in text.sections] == ["내용"]


@pytest.mark.parametrize(
    ("state", "title", "severity"),
    [
        (JobState.SUCCEEDED, "작업 성공: 실시간 조회", Severity.SUCCESS),
        (JobState.FAILED, "작업 실패: 실시간 조회", Severity.ERROR),
        (JobState.CANCELLED, "작업 취소: 실시간 조회", Severity.INFO),
        (JobState.EXPIRED, "작업 기한 초과: 실시간 조회", Severity.WARNING),
    ],
)
def test_each_end_of_a_job_has_its_title_and_colour(state: JobState, title: str, severity: Severity) -> None:
    job = new_job(work="lookup", notify={"channel": "ops"}, ran_seconds=61)
    notice = notice_of_end(job, ending(state))
    assert notice is not None
    text = text_of(NoticeKind.JOB_ENDED, notice.content)
    assert (text.title, text.severity, text.footer) == (title, severity, "Sunwi 순위 작업 job-1")
    assert text.fields == [("제출", "01-02 01:00"), ("종료", "01-02 01:00"), ("실행", "1분 3초")]
    has_failed = state in (JobState.FAILED, JobState.EXPIRED)
    assert [section.heading for section in text.sections] == (["사유"] if has_failed else [])


def test_overdue_notices_are_named_with_channel_kind_time_and_reason() -> None:
    refused = NoticeFailure("slack_gone", "Slack answered 404")
    overdue = [late(), late(2, channel=None, state=NoticeState.DEAD, failure=refused, kind="report")]
    content = notice_of_overdue(overdue).content
    text = text_of(NoticeKind.OVERDUE, content)
    assert (text.title, text.severity) == ("두 시간 넘게 보내지 못한 알림이 2건 있습니다", Severity.ERROR)
    assert list(text.sections[0].lines) == [
        "강남 치과: 순위 변동, 01-02 01:00부터",
        "채널 없음: report, 01-02 01:00부터, Slack answered 404",
    ]


def test_of_many_overdue_notices_ten_are_named() -> None:
    content = notice_of_overdue([late(number) for number in range(25)]).content
    lines = text_of(NoticeKind.OVERDUE, content).sections[0].lines
    assert (len(lines), lines[-1]) == (11, "외 15건")


def test_the_alarm_says_the_same_and_names_the_deployment() -> None:
    alarm = WORDS.overdue_alarm(1, notice_of_overdue([late(channel="가" * 100)]).content)
    assert alarm.title == "[Sunwi 순위 test] 두 시간 넘게 보내지 못한 알림이 1건 있습니다"
    assert "순위 변동, 01-02 01:00부터" in alarm.text
    assert (alarm.kind, alarm.subject) == ("NOTICES_OVERDUE", "notices")
    assert len(alarm.title) < 100


def test_what_would_steer_a_terminal_or_a_line_is_taken_out() -> None:
    hostile = "\x1b[31m빨강\n둘째\u202e줄<script>=1+1😀"
    for content in (
        notice_of_problem(
            Problem(kind=ProblemKind.RUN_FAILED, subject=hostile, detail=hostile), key="k", advice=hostile
        ).content,
    ):
        text = all_of(text_of(NoticeKind.WATCH, content)).replace("\n", "")
        assert not any(character in text for character in "\x1b\u202e")
        assert "<script>=1+1😀" in text
    overdue = text_of(NoticeKind.OVERDUE, notice_of_overdue([late(channel=hostile)]).content)
    assert "\n" not in overdue.sections[0].lines[0]


def test_a_kind_without_words_is_no_notice_of_this_release() -> None:
    with pytest.raises(LookupError, match="report"):
        WORDS.text_of("report", {})
    assert kind_words("report") == "report"


def test_what_is_passed_on_to_clients_is_made_for_copying_and_nothing_else() -> None:
    text = NoticeText(title="제목", severity=Severity.INFO)
    copied = {kind for kind in NoticeKind if WORDS.copy_of(kind.value, text)}
    assert copied == {NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED}
    assert WORDS.copy_of("digest", text) == "제목"
    assert WORDS.copy_of("of_a_later_release", text) == ""


def test_every_reason_of_the_engine_has_its_words() -> None:
    own = [value for value in vars(notice_labels).values() if isinstance(value, NoticeFailure)]
    codes = [*(one.code for one in own), "notice_unreadable", "channel_without_sender", "unexpected"]
    assert len(codes) >= 7
    for code in codes:
        assert failure_words(NoticeFailure(code, "English")) != "English"
    assert failure_words(NoticeFailure("channel_suppressed", "반송: 5.1.1")) == "더 보내지 않는 채널입니다: 반송: 5.1.1"
    assert failure_words(NoticeFailure("slack_gone", "gone")) == "gone"
    assert failure_words(NoticeFailure("slack_gone")) == "slack_gone"


def test_an_audience_is_named() -> None:
    assert audience_words(KnownAudience(SYSTEM_AUDIENCE)) == "운영자"
    assert audience_words(KnownAudience(Audience(AudienceKind.AGENCY, 1), "한빛")) == "업체 한빛"


def test_a_content_of_the_release_before_that_lacks_what_is_new_still_has_words() -> None:
    wanted = {"job_id": "1", "work": "lookup", "state": "FAILED"}
    times = {"created_at": NIGHT.isoformat(), "finished_at": (NIGHT + timedelta(minutes=1)).isoformat()}
    assert text_of(NoticeKind.JOB_ENDED, {**wanted, **times}).sections == []
    assert {one.name for one in fields(NoticeText)} == {"title", "severity", "fields", "sections", "footer"}
