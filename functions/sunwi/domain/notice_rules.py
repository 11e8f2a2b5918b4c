"""When a notice is sent, tried again, given up, and told of as overdue.

Source: docs/notices.md; docs/adr/0054-an-outbox-for-notices.md.
"""

from datetime import datetime, time, timedelta

from sunwi.domain.channel import Channel, ChannelKind
from sunwi.domain.notice import NoticeKind
from sunwi.domain.schedule import KST
from sunwi.domain.stored_notice import NoticeFailure

#: Tries of a notice in all.
MOST_TRIES = 3
#: Pauses after the tries that failed before the last one.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
#: Whoever asks to be left alone for longer is asked again after that.
LONGEST_PAUSE = timedelta(days=1)
#: Codes of a sender that takes nothing of anybody's for a while: a notice waits for it, and uses no try up.
WAITED_FOR = frozenset({"mail_quota_used", "mail_paused"})
#: For so long after it was due; then it has its tries like any other.
LONGEST_WAIT = timedelta(days=1)
#: What was queued longer ago, and has neither been told nor failed since, is queued again.
QUEUED_AGAIN_AFTER = timedelta(minutes=15)
#: A notice that somebody waits for is overdue so long after it was due.
OVERDUE_AFTER = timedelta(hours=2)
#: Between two messages to one Slack hook. Source: docs/notices.md, Pace.
HOOK_PAUSE = timedelta(seconds=1)
#: A notifier waits for a hook no longer than that; the notice comes again.
LONGEST_TURN = timedelta(seconds=5)
#: A try has ended by then, whatever became of its notifier: the function's own time.
LEASE = timedelta(seconds=60)
#: Notices of one channel that are queued at a time: what a Slack hook takes in the minute up to the next tick, so that
#: a thousand to one hook keep no others from being sent.
MOST_QUEUED_OF_CHANNEL = 60

#: Kinds whose absence somebody has to be told of.
AWAITED = frozenset({NoticeKind.DIGEST, NoticeKind.NIGHT_FAILED})

#: Why a notice is dead though nobody refused it.
NO_CHANNEL = NoticeFailure("notice_without_channel", "there was no channel to tell it by")
CHANNEL_REMOVED = NoticeFailure("notice_channel_removed", "its channel was removed before it was sent")
CONTENT_UNUSABLE = NoticeFailure("notice_content_unusable", "its content is no JSON of 64 KB at most")
HELD_AT_RESTORE = NoticeFailure(
    "notice_held_at_restore", "it was still to be told when the database was restored from a backup"
)
NOTIFIER_DIED = NoticeFailure("notifier_died", "each notifier that had it ended without an answer")

#: Code of a notice to a channel that takes nothing any more; the reason is the channel's.
SUPPRESSED = "channel_suppressed"
#: Code of a notice that this release has no words for.
UNREADABLE = "notice_unreadable"
#: Code of a channel that this release cannot send by.
NO_SENDER = "channel_without_sender"


def wants(channel: Channel, kind: NoticeKind) -> bool:
    """Return whether a channel is told a kind."""
    return not channel.kinds or kind in channel.kinds


def is_paced(channel: Channel) -> bool:
    """Return whether `HOOK_PAUSE` is kept between the messages of a channel."""
    return channel.kind is ChannelKind.SLACK


def earliest(channel: Channel, at: datetime, *, is_urgent: bool) -> datetime:
    """Return when a channel takes something at the earliest: behind mute and quiet hours.

    Args:
        channel: Any.
        at: Aware, from when on.
        is_urgent: It does not wait for the end of quiet hours; for that of a mute it does.
    """
    at = at if channel.muted_until is None else max(at, channel.muted_until)
    return at if is_urgent else quiet_end(channel.quiet_from, channel.quiet_until, at) or at


def quiet_end(start: time | None, end: time | None, at: datetime) -> datetime | None:
    """Return when quiet hours end that a time is within; None when it is within none.

    Args:
        start: KST; None without quiet hours.
        end: KST, no longer quiet; earlier than `start` it is the next day's.
        at: Aware.

    Returns:
        Aware, in the time zone of `at`.
    """
    if start is None or end is None or start == end:
        return None
    local = at.astimezone(KST)
    now = local.timetz().replace(tzinfo=None)
    is_quiet = start <= now < end if start < end else now >= start or now < end
    if not is_quiet:
        return None
    day = local.date() if now < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=KST).astimezone(at.tzinfo)


def next_try(tries: int, at: datetime, *, retry_after: timedelta | None) -> datetime | None:
    """Return when a notice is tried again that was not taken; None when it is given up.

    Args:
        tries: That it has had, from 1.
        at: Aware, when the last one failed.
        retry_after: How long the other side asked to be left alone, if it did; never less is waited.
    """
    if tries >= MOST_TRIES:
        return None
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return at + max(pause, min(retry_after or pause, LONGEST_PAUSE))


def uses_no_try(code: str, *, due_at: datetime, at: datetime) -> bool:
    """Return whether a notice only waits for its sender, since that refuses everything for now.

    Args:
        code: Why the notice was not taken.
        due_at: Aware, when it was due first.
        at: Aware, when it was not taken.
    """
    return code in WAITED_FOR and at < due_at + LONGEST_WAIT


def overdue_at(kind: NoticeKind, not_before: datetime) -> datetime | None:
    """Return when it is told that a notice was not sent; None of what nobody waits for."""
    return not_before + OVERDUE_AFTER if kind in AWAITED else None
