"""The words of every kind of notice, by its kind."""

from collections.abc import Callable, Mapping
from typing import Any

from sunwi.domain.notice import NoticeKind, NoticeText
from sunwi.wording.notices.backup_text import backup_text
from sunwi.wording.notices.channel_test_text import channel_test_text
from sunwi.wording.notices.digest_text import digest_text
from sunwi.wording.notices.job_ended_text import job_ended_text
from sunwi.wording.notices.night_failed_text import night_failed_text
from sunwi.wording.notices.overdue_text import overdue_text
from sunwi.wording.notices.watch_text import watch_text

#: Makes a notice's words out of its content.
Wording = Callable[[Mapping[str, Any]], NoticeText]

#: One line for each kind; its module says what the content has.
TEXTS: Mapping[NoticeKind, Wording] = {
    NoticeKind.TEST: channel_test_text,
    NoticeKind.JOB_ENDED: job_ended_text,
    NoticeKind.OVERDUE: overdue_text,
    NoticeKind.WATCH: watch_text,
    NoticeKind.BACKUP: backup_text,
    NoticeKind.DIGEST: digest_text,
    NoticeKind.NIGHT_FAILED: night_failed_text,
}
