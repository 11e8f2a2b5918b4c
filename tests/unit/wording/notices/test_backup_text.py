"""A notice about a backup says what was made, how large, and why not."""

from dataclasses import replace
from typing import Any

import pytest

from sunwi.domain.backup import RESTORE, BackupState, BackupWarning
from sunwi.domain.job import JobFailure
from sunwi.domain.notice import NoticeKind, NoticeText, Severity
from sunwi.service.backup.tell_end import notice_of
from sunwi.wording.notices.backup_text import backup_text
from sunwi.wording.notices.notice_texts import TEXTS
from tests.backup.backup_examples import KEY, record_of


def text_of(failure: JobFailure | None = None, **values: Any) -> NoticeText:
    return backup_text(notice_of(record_of(**values), environment="prod", failure=failure).content)


def test_a_good_backup_is_told_by_its_name_with_its_size() -> None:
    text = text_of()
    assert text.title == "[prod] 백업 완료: sunwi_prod_20260102_030000.dump"
    assert text.severity is Severity.SUCCESS
    fields = dict(text.fields)
    assert fields["환경"] == "prod"
    assert fields["시각"] == "2026-01-02 03:01:00 KST"
    assert (fields["파일"], fields["크기"], fields["걸린 시간"]) == (KEY, "12.3 MB", "41.5초")
    assert fields["SHA-256"] == "ab" * 32
    assert text.sections == []
    assert text.footer == "작업 job-1"


def test_what_is_odd_about_it_is_a_warning() -> None:
    text = text_of(warnings=tuple(BackupWarning))
    assert text.severity is Severity.WARNING
    [section] = text.sections
    assert len(section.lines) == 3


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (JobFailure("dump_client_too_old", {"server": 18, "client": 17}), "PostgreSQL 18"),
        (JobFailure("timed_out", {"seconds": 600}), "제한 시간"),
        (JobFailure("backup_not_stored", {"key": KEY, "bucket": "files", "cause": "SlowDown"}), "files"),
        (None, "알 수 없습니다"),
    ],
)
def test_a_failed_one_is_an_error_that_says_why(failure: JobFailure | None, words: str) -> None:
    text = text_of(failure, facts=None, key=None, state=BackupState.FAILED)
    assert (text.title, text.severity) == ("[prod] 백업 실패", Severity.ERROR)
    assert words in text.sections[0].lines[0]
    assert "남지 않습니다" in text.sections[0].lines[1]


def test_a_restore_names_the_database_that_it_went_into() -> None:
    text = text_of(work=RESTORE, into="sunwi_restored")
    assert text.title.startswith("[prod] 복원 완료")
    assert dict(text.fields)["복원한 곳"] == "sunwi_restored"


def test_its_words_are_registered() -> None:
    assert TEXTS[NoticeKind.BACKUP] is backup_text


def test_the_same_end_is_one_notice_and_another_end_another() -> None:
    first, same = notice_of(record_of(), environment="prod"), notice_of(record_of(), environment="prod")
    later = notice_of(replace(record_of(), ended_at=record_of().ended_at.replace(hour=3)), environment="prod")
    assert first.dedupe_key == same.dedupe_key != later.dedupe_key
