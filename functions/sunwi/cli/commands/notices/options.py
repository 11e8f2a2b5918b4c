"""Arguments and options that commands of notices and channels share, and how they are read."""

from datetime import time
from typing import Annotated

import typer

from sunwi.domain.job_notify import parse_audience
from sunwi.domain.notice import Audience
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

ChannelArgument = Annotated[str, typer.Argument(metavar="CHANNEL", help="Name of a channel (채널 이름).")]
ChannelOption = Annotated[str, typer.Option("--channel", help="Only of this channel (채널).")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only stored since 2026-01-02, Korean time (언제부터).")
]


def chosen_audience(text: str) -> Audience:
    """Read whose a channel is to be.

    Raises:
        InvalidInput: It is written otherwise.
    """
    audience = parse_audience(text.strip())
    if audience is None:
        raise InvalidInput(
            f"{quote(text)} is no audience: use system, agency:NUMBER or client:NUMBER",
            code="audience_unreadable",
            typed=text,
        )
    return audience


def chosen_quiet(text: str | None) -> tuple[time | None, time | None]:
    """Read quiet hours as `22:00-08:00`; nothing when none were typed.

    Raises:
        InvalidInput: They are written otherwise.
    """
    if text is None:
        return None, None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise _unreadable(text) from error
    if any(one.second or one.microsecond or one.tzinfo for one in (start, end)):
        raise _unreadable(text)
    return start, end


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        f"{quote(text)} are no quiet hours: write them as 22:00-08:00, Korean time",
        code="quiet_hours_unreadable",
        typed=text,
    )
