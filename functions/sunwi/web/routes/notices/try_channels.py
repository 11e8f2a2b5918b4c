"""Try a channel, and let one be silent for a time."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked, Moment
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.notices.notice_documents import notice_document


class MuteBody(Asked):
    """Until when: one of the two."""

    until: Moment | None = None
    hours: float | None = Field(None, gt=0, le=8784)

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.until is None) == (self.hours is None):
            raise ValueError("say until when: use one of until and hours")
        return self


def try_channel(request: Request[None, None]) -> Answer:
    """Post a test notice; the next minute sends it."""
    notice = request.house.notices.try_channel.post(request.actor, request.number("channel_id"))
    return Answer(status=202, document=notice_document(notice), headers={"Location": f"/api/v1/notices/{notice.id}"})


def mute_channel(request: Request[None, MuteBody]) -> Answer:
    """Send nothing to a channel for a time."""
    asked, channel_id = request.body, request.number("channel_id")
    now = request.house.adapters.clock.now()
    until = asked.until if asked.hours is None else now + timedelta(hours=asked.hours)
    waiting = request.house.notices.mute_channel.mute(request.actor, channel_id, until)
    muted_until = None if until is None else until.isoformat()
    return Answer(document={"channel_id": channel_id, "muted_until": muted_until, "waiting": waiting})


def unmute_channel(request: Request[None, None]) -> Answer:
    """Send to a channel again."""
    channel_id = request.number("channel_id")
    waiting = request.house.notices.mute_channel.mute(request.actor, channel_id, None)
    return Answer(document={"channel_id": channel_id, "muted_until": None, "waiting": waiting})


ROUTES: tuple[Route, ...] = (
    Route(
        name="try_channel",
        method="POST",
        path="/api/v1/channels/<channel_id>/test",
        action=Action.CHANNELS_CHANGE,
        handle=try_channel,
        summary="Send a test notice to a channel, the whole way that all others go.",
        success=202,
    ),
    Route(
        name="mute_channel",
        method="POST",
        path="/api/v1/channels/<channel_id>/mute",
        action=Action.CHANNELS_CHANGE,
        handle=mute_channel,
        summary="Send nothing to a channel for a time; what waits is sent afterwards.",
        body=MuteBody,
    ),
    Route(
        name="unmute_channel",
        method="DELETE",
        path="/api/v1/channels/<channel_id>/mute",
        action=Action.CHANNELS_CHANGE,
        handle=unmute_channel,
        summary="Send to a channel again.",
    ),
)
