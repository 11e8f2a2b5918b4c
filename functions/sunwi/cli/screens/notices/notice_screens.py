"""Notices: a list of them, and what became of those that were tried or resent."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.cli.error_words import korean_of
from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.notice import NoticeState
from sunwi.domain.notice_list import NoticePage, ResendVerdict
from sunwi.domain.schedule import KST
from sunwi.domain.stored_notice import Notice
from sunwi.service.ports.notices import NoticeWords
from sunwi.wording.notices.notice_labels import NOTICE_STATES, failure_words, kind_words
from sunwi.wording.plain_text import plain

#: Verdicts that are told one by one.
_SHOWN = 50


def show_page(page: NoticePage, words: NoticeWords, *, now: datetime) -> None:
    """Print notices, newest first, and how to go on."""
    console = open_console()
    if not page.notices:
        console.print("알림이 없습니다")
        return
    headings = ["알림", "종류*", "채널*", "상태*", "언제*", "제목*", "사유*?"]
    console.print(table_of(headings, [_row(notice, words, now=now) for notice in page.notices]))
    if page.next_before is not None:
        console.print(f"더 보기: --after {page.next_before}")


def _row(notice: Notice, words: NoticeWords, *, now: datetime) -> list[object]:
    is_failed = notice.failure is not None and notice.state is not NoticeState.TOLD
    return [
        notice.id,
        kind_words(notice.kind),
        notice.channel or "-",
        describe_state(notice, now=now),
        f"{notice.created_at.astimezone(KST):%m-%d %H:%M}",
        _title(notice, words),
        failure_words(notice.failure) if notice.failure is not None and is_failed else "-",
    ]


def describe_state(notice: Notice, *, now: datetime) -> str:
    """Describe where a notice stands, and until when it waits."""
    state = NOTICE_STATES[notice.state]
    if notice.state is NoticeState.WAITING and notice.not_before > now:
        return f"{state} ({notice.not_before.astimezone(KST):%m-%d %H:%M})"
    return state


def _title(notice: Notice, words: NoticeWords) -> str:
    """Return what a notice says in one line; nothing where this release has no words for it."""
    try:
        return words.text_of(notice.kind, notice.content).title
    except (LookupError, ValueError, TypeError):
        return "-"


def show_test(notice: Notice) -> None:
    """Print what became of a test so far, or where to look."""
    console = open_console()
    match notice.state:
        case NoticeState.TOLD if notice.told_at is not None:
            console.print(plain(f"보냈습니다: {notice.channel}, {describe_moment(notice.told_at)}"))
        case NoticeState.DEAD if notice.failure is not None:
            console.print(plain(f"보내지 못했습니다: {failure_words(notice.failure)}"))
        case _:
            why = f" (지난 시도: {failure_words(notice.failure)})" if notice.failure is not None else ""
            console.print(
                plain(f"시험 알림을 넣었습니다: {describe_moment(notice.not_before)} 뒤 1분 안에 나갑니다{why}")
            )
            console.print(plain(f"확인: sunwi notices list --channel {notice.channel}"))


def show_resent(verdicts: Sequence[ResendVerdict]) -> None:
    """Print how many notices wait again, and why others do not."""
    console = open_console()
    refused = [verdict for verdict in verdicts if verdict.error is not None]
    rows = [[verdict.notice_id, korean_of(verdict.error)] for verdict in refused[:_SHOWN] if verdict.error]
    if rows:
        console.print(table_of(["알림", "사유*"], rows, title=f"다시 보내지 않는 알림 {len(refused)}건"))
        if len(refused) > _SHOWN:
            console.print(f"나머지 {len(refused) - _SHOWN}건: --json")
    resent = len(verdicts) - len(refused)
    console.print(f"다시 보낼 알림 {resent}건: 1분 안에 나갑니다" if resent else "다시 보낼 알림이 없습니다")


def show_muted(name: str, until: datetime | None, moved: int) -> None:
    """Print until when a channel is silent."""
    told = "다시 보냅니다" if until is None else f"{describe_moment(until)}까지 보내지 않습니다"
    open_console().print(plain(f"채널 {name}: {told}. 기다리는 알림 {moved}건"))
