"""What commands about notices and channels print with `--json`.

Source: docs/notices.md, JSON.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sunwi.domain.channel import ListedChannel
from sunwi.domain.channel_address import show_address
from sunwi.domain.job_notify import write_audience
from sunwi.domain.notice import NoticeText
from sunwi.domain.notice_list import NoticePage, ResendVerdict
from sunwi.domain.stored_notice import Notice
from sunwi.errors import InvalidInput
from sunwi.service.notices.show_notice import ShownNotice


def notice_document(notice: Notice) -> dict[str, Any]:
    """Write a notice."""
    failure = notice.failure
    return {
        "notice_id": notice.id,
        "channel": notice.channel,
        "kind": notice.kind,
        "audience": write_audience(notice.audience),
        "dedupe_key": notice.dedupe_key,
        "content": dict(notice.content),
        "state": notice.state.value,
        "generation": notice.generation,
        "tries": notice.tries,
        "is_urgent": notice.is_urgent,
        "created_at": notice.created_at.isoformat(),
        "due_at": notice.due_at.isoformat(),
        "not_before": notice.not_before.isoformat(),
        "queued_at": _moment(notice.queued_at),
        "told_at": _moment(notice.told_at),
        "failure": None if failure is None else {"code": failure.code, "reason": failure.reason},
    }


def shown_notice_document(shown: ShownNotice) -> dict[str, Any]:
    """Write a notice with its words."""
    text = None if shown.text is None else _text_document(shown.text)
    return {**notice_document(shown.notice), "text": text, "copy_text": shown.copy_text}


def _text_document(text: NoticeText) -> dict[str, Any]:
    return {
        "title": text.title,
        "severity": text.severity.value,
        "fields": [{"name": name, "value": value} for name, value in text.fields],
        "sections": [{"heading": section.heading, "lines": list(section.lines)} for section in text.sections],
        "footer": text.footer,
    }


def notice_page_document(page: NoticePage) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    notices = [notice_document(notice) for notice in page.notices]
    return {"notices": notices} if page.next_before is None else {"notices": notices, "next": page.next_before}


def resend_document(
    verdicts: Sequence[ResendVerdict], *, describe: Callable[[InvalidInput], str] = str
) -> dict[str, Any]:
    """Write which notices wait again, and why others do not."""
    refused = sum(verdict.error is not None for verdict in verdicts)
    return {
        "resent": len(verdicts) - refused,
        "refused": refused,
        "notices": [
            {
                "notice_id": verdict.notice_id,
                "is_resent": verdict.error is None,
                "code": None if verdict.error is None else verdict.error.code,
                "message": None if verdict.error is None else describe(verdict.error),
            }
            for verdict in verdicts
        ],
    }


def channel_document(listed: ListedChannel) -> dict[str, Any]:
    """Write a channel; of a hook's address the last four characters alone."""
    channel = listed.channel
    return {
        "channel_id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "address": show_address(channel),
        "audience": write_audience(channel.audience),
        "audience_name": listed.owner.name or None,
        "kinds": sorted(kind.value for kind in channel.kinds),
        "quiet_from": None if channel.quiet_from is None else f"{channel.quiet_from:%H:%M}",
        "quiet_until": None if channel.quiet_until is None else f"{channel.quiet_until:%H:%M}",
        "muted_until": _moment(channel.muted_until),
        "suppressed": channel.suppressed,
        "created_at": listed.created_at.isoformat(),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
