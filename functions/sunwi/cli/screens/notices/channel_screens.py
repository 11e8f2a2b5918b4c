"""Channels: a list of them, and one that was added or removed."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.cli.screens.terminal import open_console, table_of
from sunwi.domain.channel import Channel, ListedChannel
from sunwi.domain.channel_address import show_address
from sunwi.wording.notices.notice_labels import CHANNEL_KINDS, NOTICE_KINDS, audience_words, suppression_words
from sunwi.wording.plain_text import plain


def show_channels(channels: Sequence[ListedChannel], *, now: datetime) -> None:
    """Print channels by name."""
    console = open_console()
    if not channels:
        console.print("채널이 없습니다: sunwi channels add 로 추가하세요")
        return
    headings = ["이름*", "종류", "주소*", "대상*", "받는 알림*", "조용한 시간?", "상태*?"]
    console.print(table_of(headings, [_row(listed, now=now) for listed in channels]))


def _row(listed: ListedChannel, *, now: datetime) -> list[object]:
    channel = listed.channel
    kinds = ", ".join(NOTICE_KINDS[kind] for kind in sorted(channel.kinds)) or "모두"
    return [
        channel.name,
        CHANNEL_KINDS[channel.kind],
        show_address(channel),
        audience_words(listed.owner),
        kinds,
        _quiet(channel),
        _state(channel, now=now),
    ]


def _quiet(channel: Channel) -> str:
    if channel.quiet_from is None or channel.quiet_until is None:
        return "-"
    return f"{channel.quiet_from:%H:%M}~{channel.quiet_until:%H:%M}"


def _state(channel: Channel, *, now: datetime) -> str:
    if channel.suppressed is not None:
        return f"보내지 않음: {suppression_words(channel.suppressed)}"
    if channel.muted_until is not None and channel.muted_until > now:
        return f"{describe_moment(channel.muted_until)}까지 멈춤"
    return "-"


def show_added(listed: ListedChannel, secret: str | None) -> None:
    """Print a new channel, its secret once, and how to try it."""
    console, channel = open_console(), listed.channel
    what = f"{CHANNEL_KINDS[channel.kind]}, {audience_words(listed.owner)}"
    console.print(plain(f"채널을 추가했습니다: {channel.name} ({what})"))
    if secret is not None:
        console.print(plain(f"서명 비밀 값 (다시 보여 주지 않습니다): {secret}"))
    console.print(plain(f"시험: sunwi notices test {channel.name}"))


def show_removed(name: str, dead: int) -> None:
    """Print that a channel is gone, and what waited for it."""
    waited = f" 보내지 못한 알림 {dead}건은 실패로 남습니다" if dead else ""
    open_console().print(plain(f"채널을 삭제했습니다: {name}.{waited}"))
