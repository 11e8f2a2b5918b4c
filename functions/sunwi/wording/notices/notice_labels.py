"""Korean names of what screens and notices show of notices and channels."""

from sunwi.domain.channel import ChannelKind, KnownAudience
from sunwi.domain.notice import AudienceKind, NoticeKind, NoticeState
from sunwi.domain.notice_rules import (
    CHANNEL_REMOVED,
    CONTENT_UNUSABLE,
    HELD_AT_RESTORE,
    NO_CHANNEL,
    NO_SENDER,
    NOTIFIER_DIED,
    SUPPRESSED,
    UNREADABLE,
)
from sunwi.domain.stored_notice import NoticeFailure
from sunwi.wording.notices.channel_sentences import CHANNEL_FAILURES, SUPPRESSIONS
from sunwi.wording.plain_text import plain

NOTICE_KINDS = {
    NoticeKind.DIGEST: "순위 변동",
    NoticeKind.NIGHT_FAILED: "미측정",
    NoticeKind.BACKUP: "백업",
    NoticeKind.JOB_ENDED: "작업 종료",
    NoticeKind.WATCH: "점검",
    NoticeKind.OVERDUE: "알림 지연",
    NoticeKind.TEST: "시험",
}
NOTICE_STATES = {
    NoticeState.WAITING: "대기",
    NoticeState.QUEUED: "발송 중",
    NoticeState.TOLD: "보냄",
    NoticeState.DEAD: "실패",
}
CHANNEL_KINDS = {ChannelKind.SLACK: "Slack", ChannelKind.EMAIL: "메일", ChannelKind.WEBHOOK: "웹훅"}
AUDIENCES = {AudienceKind.SYSTEM: "운영자", AudienceKind.AGENCY: "업체", AudienceKind.CLIENT: "광고주"}

#: Codes of kinds that this release knows.
KNOWN_KINDS = frozenset(kind.value for kind in NoticeKind)

_FAILURES = {
    NO_CHANNEL.code: "받을 채널이 없었습니다",
    CHANNEL_REMOVED.code: "채널이 삭제되었습니다",
    CONTENT_UNUSABLE.code: "내용을 저장할 수 없었습니다",
    HELD_AT_RESTORE.code: "백업에서 복원할 때 아직 보내지 않은 것이었습니다",
    NOTIFIER_DIED.code: "보내던 함수가 비정상 종료했습니다",
    UNREADABLE: "이 버전이 문구를 만들지 못합니다",
    NO_SENDER: "이 종류의 채널로 보낼 수 없습니다",
    "unexpected": "예상하지 못한 오류입니다",
    **CHANNEL_FAILURES,
}


def kind_words(code: str) -> str:
    """Name a kind of notice; one that this release does not know is shown by its code."""
    return NOTICE_KINDS[NoticeKind(code)] if code in KNOWN_KINDS else plain(code)


def failure_words(failure: NoticeFailure) -> str:
    """Say why a notice was not told."""
    if failure.code == SUPPRESSED:
        return f"더 보내지 않는 채널입니다: {suppression_words(failure.reason)}"
    return _FAILURES.get(failure.code) or plain(failure.reason or failure.code)


def suppression_words(code: str) -> str:
    """Say why a channel gets nothing any more."""
    return SUPPRESSIONS.get(code) or plain(code)


def audience_words(owner: KnownAudience) -> str:
    """Name whose a channel is."""
    name = AUDIENCES[owner.audience.kind]
    return plain(f"{name} {owner.name}") if owner.name else name
