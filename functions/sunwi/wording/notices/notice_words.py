"""Notices in Korean words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from sunwi.domain.alarm import Alarm
from sunwi.domain.notice import NoticeKind, NoticeText
from sunwi.service.ports.notices import NoticeWords
from sunwi.wording.notices.copy_text import copy_text_of
from sunwi.wording.notices.notice_labels import KNOWN_KINDS
from sunwi.wording.notices.notice_texts import TEXTS, Wording
from sunwi.wording.notices.overdue_text import overdue_alarm

#: Kinds that somebody passes on to a client in a messenger.
PASSED_ON = frozenset({NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreanNoticeWords(NoticeWords):
    """Korean first.

    Attributes:
        environment: ENVIRONMENT_NAME, which alarms name.
    """

    environment: str = "prod"
    texts: Mapping[NoticeKind, Wording] = field(default_factory=lambda: TEXTS)

    @override
    def text_of(self, kind: str, content: Mapping[str, Any]) -> NoticeText:
        if kind not in KNOWN_KINDS:
            raise LookupError(f"this release knows no notice {kind!r}")
        return self.texts[NoticeKind(kind)](content)

    @override
    def copy_of(self, kind: str, text: NoticeText) -> str:
        return copy_text_of(text) if kind in PASSED_ON else ""

    @override
    def overdue_alarm(self, count: int, content: Mapping[str, Any]) -> Alarm:
        return overdue_alarm({**content, "count": count}, environment=self.environment)
