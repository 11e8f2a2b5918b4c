"""The words of every kind of notice, by its kind."""

from collections.abc import Callable, Mapping
from typing import Any

from sunwi.domain.notice import NoticeKind, NoticeText
from sunwi.wording.notices.digest_text import digest_text
from sunwi.wording.notices.night_failed_text import night_failed_text

#: Makes a notice's words out of its content.
Wording = Callable[[Mapping[str, Any]], NoticeText]

#: One line for each kind; its module says what the content has.
TEXTS: Mapping[NoticeKind, Wording] = {
    NoticeKind.DIGEST: digest_text,
    NoticeKind.NIGHT_FAILED: night_failed_text,
}
