"""`sunwi notices`: list them, try a channel, resend dead ones, mute a channel."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from sunwi.cli.actor import actor_of_cli
from sunwi.cli.commands.notices.options import ChannelArgument, ChannelOption, SinceOption
from sunwi.cli.container import JsonOption, open_container
from sunwi.cli.error_words import english_of
from sunwi.cli.moments import parse_moment
from sunwi.cli.screens.notices.notice_screens import show_muted, show_page, show_resent, show_test
from sunwi.cli.screens.terminal import show_json
from sunwi.domain.notice import NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice
from sunwi.errors import InvalidInput
from sunwi.service.notices.list_notices import MAX_PAGE_LENGTH
from sunwi.wording.notices.notice_documents import notice_document, notice_page_document, resend_document

if TYPE_CHECKING:
    from sunwi.bootstrap.command_line import CommandContainer

app = typer.Typer(no_args_is_help=True)

#: Seconds between two looks at a test, and after which nobody looks any longer.
_LOOK_SECONDS, _MOST_SECONDS = 2.0, 300.0

KindsOption = Annotated[
    list[NoticeKind] | None,
    typer.Option("--kind", case_sensitive=False, help="Only of this kind (종류); may be repeated."),
]


@app.command(name="list")
def list_notices(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    states: Annotated[
        list[NoticeState] | None,
        typer.Option("--state", case_sensitive=False, help="Only in this state (상태); may be repeated."),
    ] = None,
    kinds: KindsOption = None,
    channel: ChannelOption = "",
    since: SinceOption = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_PAGE_LENGTH, help="At most so many (최대 건수).")] = 20,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Go on behind an earlier page (이어보기).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List notices, newest first (알림 목록)."""
    wanted = NoticeFilter(states=tuple(states or ()), kinds=tuple(kinds or ()), channel=channel, since=_moment(since))
    container = open_container(ctx)
    query = NoticeQuery(wanted=wanted, actor=actor_of_cli(), limit=limit, before=after)
    page = container.notices.list_notices.page(query)
    if as_json:
        show_json(notice_page_document(page))
    else:
        show_page(page, container.notices.notice_words, now=container.adapters.clock.now())


@app.command(name="test")
def try_channel(
    ctx: typer.Context,
    name: ChannelArgument,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Wait until it is sent, or is not (결과까지 기다리기).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send a test notice to a channel, as all others are sent (시험).

    Leaves with 1 when it cannot be sent; with --watch, unless it was.
    """
    container = open_container(ctx)
    notice = container.notices.try_channel.post(actor_of_cli(), name)
    if watch:
        notice = _follow(container, notice)
    if as_json:
        show_json(notice_document(notice))
    else:
        show_test(notice)
    if notice.state is NoticeState.DEAD or (watch and notice.state is not NoticeState.TOLD):
        raise typer.Exit(1)


def _follow(container: "CommandContainer", notice: Notice) -> Notice:
    """Look at a notice until it is told or dead, for a few minutes at most."""
    clock, until = container.adapters.clock, container.adapters.clock.monotonic() + _MOST_SECONDS
    while notice.state in (NoticeState.WAITING, NoticeState.QUEUED) and clock.monotonic() < until:
        container.adapters.sleep(_LOOK_SECONDS)
        notice = container.notices.try_channel.look(notice.id) or notice
    return notice


@app.command()
def resend(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    notice_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Ids of notices (알림 번호); see below when left out.")
    ] = None,
    *,
    kinds: KindsOption = None,
    channel: ChannelOption = "",
    since: SinceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send dead notices again: by id, by channel, kind or time (다시 보내기).

    Leaves with 1 when one of them cannot be sent again.
    """
    actor = actor_of_cli()
    if notice_ids:
        verdicts = open_container(ctx).notices.resend_notices.by_id(actor, notice_ids)
    elif kinds or channel or since:
        wanted = NoticeFilter(kinds=tuple(kinds or ()), channel=channel, since=_moment(since))
        verdicts = open_container(ctx).notices.resend_notices.matching(actor, wanted)
    else:
        raise InvalidInput(
            "nothing is to be sent again: name notices, or use --channel, --kind or --since", code="resend_of_nothing"
        )
    if as_json:
        show_json(resend_document(verdicts, describe=english_of))
    else:
        show_resent(verdicts)
    if any(verdict.error is not None for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def mute(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    name: ChannelArgument,
    *,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Silent until 2026-01-02T09:00, Korean time (언제까지).")
    ] = None,
    hours: Annotated[float | None, typer.Option(min=0.01, max=8784, help="Silent for so many hours (시간).")] = None,
    off: Annotated[bool, typer.Option("--off", help="Send again (멈춤 풀기).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send nothing to a channel for a time; what waits is sent afterwards (잠시 멈춤)."""
    if sum((until is not None, hours is not None, off)) != 1:
        raise InvalidInput("say until when: use one of --until, --hours and --off", code="mute_without_time")
    container = open_container(ctx)
    end = _end_of_mute(until, hours, now=container.adapters.clock.now())
    moved = container.notices.mute_channel.mute(actor_of_cli(), name, end)
    if as_json:
        show_json({"channel": name, "muted_until": None if end is None else end.isoformat(), "waiting": moved})
    else:
        show_muted(name, end, moved)


def _end_of_mute(until: str | None, hours: float | None, *, now: datetime) -> datetime | None:
    if hours is not None:
        return now + timedelta(hours=hours)
    return _moment(until)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_moment(text)
