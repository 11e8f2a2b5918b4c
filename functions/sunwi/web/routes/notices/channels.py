"""Channels: where notices go."""

from pydantic import Field

from sunwi.domain.actor import Actor, Role
from sunwi.domain.channel import ChannelKind
from sunwi.domain.job_notify import parse_audience
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.accounts.permissions import Action
from sunwi.service.notices.manage_channels import ChannelOrder, ChannelWishes
from sunwi.web.answer import Answer
from sunwi.web.asked.channel_body import QuietHours
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, Cursor
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.notices.notice_documents import channel_document


class ChannelPageQuery(Asked):
    """Which page."""

    limit: int = Field(PAGE_LENGTH, ge=1, le=1000)
    after: Cursor = None


class NewChannelBody(Asked):
    """A channel that is asked for."""

    name: str = Field(max_length=200)
    kind: ChannelKind
    address: str = Field(max_length=2000, description="URL of a hook, or an e-mail address.")
    audience: str | None = Field(
        None, max_length=40, description="`system`, `agency:3` or `client:12`; left out: the caller's own."
    )
    kinds: list[NoticeKind] = Field(default_factory=list, max_length=20, description="Empty: everything.")
    quiet: QuietHours | None = None


class ChannelBody(Asked):
    """What is to be another; what is left out stays."""

    kinds: list[NoticeKind] | None = Field(None, max_length=20, description="Empty: everything.")
    quiet: QuietHours | None = Field(None, description="null: none.")


def list_channels(request: Request[ChannelPageQuery, None]) -> Answer:
    """Answer with one page of the channels that the caller sees."""
    asked = request.query
    channels, following = request.house.notices.manage_channels.page(
        request.actor, after=asked.after or "", limit=asked.limit
    )
    more = {} if following is None else {"next": following}
    return Answer(document={"channels": [channel_document(listed) for listed in channels], **more})


def get_channel(request: Request[None, None]) -> Answer:
    """Answer with a channel."""
    listed = request.house.notices.manage_channels.show(request.actor, request.number("channel_id"))
    return Answer(document=channel_document(listed))


def add_channel(request: Request[None, NewChannelBody]) -> Answer:
    """Add a channel; the secret of a webhook is shown this once."""
    asked = request.body
    quiet_from, quiet_until = (None, None) if asked.quiet is None else asked.quiet.pair
    order = ChannelOrder(
        name=asked.name,
        kind=asked.kind,
        address=asked.address,
        audience=_audience(asked.audience, request.actor),
        kinds=frozenset(asked.kinds),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )
    added = request.house.notices.manage_channels.add(request.actor, order)
    location = {"Location": f"/api/v1/channels/{added.listed.channel.id}"}
    return Answer(status=201, document={**channel_document(added.listed), "secret": added.secret}, headers=location)


def change_channel(request: Request[None, ChannelBody]) -> Answer:
    """Change what a channel is told, and when."""
    asked = request.body
    quiet = None
    if "quiet" in asked.model_fields_set:
        quiet = (None, None) if asked.quiet is None else asked.quiet.pair
    wishes = ChannelWishes(kinds=None if asked.kinds is None else frozenset(asked.kinds), quiet=quiet)
    changed = request.house.notices.manage_channels.change(request.actor, request.number("channel_id"), wishes)
    return Answer(document=channel_document(changed))


def remove_channel(request: Request[None, None]) -> Answer:
    """Remove a channel and forget its address."""
    channel_id = request.number("channel_id")
    dead = request.house.notices.manage_channels.remove(request.actor, channel_id)
    return Answer(document={"channel_id": channel_id, "dead": dead})


def _audience(typed: str | None, actor: Actor) -> Audience:
    if typed is None:
        is_agency = actor.role is Role.AGENCY and actor.agency_id is not None
        return Audience(AudienceKind.AGENCY, actor.agency_id) if is_agency else SYSTEM_AUDIENCE
    if (audience := parse_audience(typed)) is not None:
        return audience
    raise InvalidInput(
        f"{quote(typed)} is no audience: use system, agency:NUMBER or client:NUMBER",
        code="audience_not_readable",
        typed=typed,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_channels",
        method="GET",
        path="/api/v1/channels",
        action=Action.CHANNELS_READ,
        handle=list_channels,
        summary="List channels by name; of a hook's address the last four characters.",
        query=ChannelPageQuery,
    ),
    Route(
        name="add_channel",
        method="POST",
        path="/api/v1/channels",
        action=Action.CHANNELS_CHANGE,
        handle=add_channel,
        summary="Add a channel; the secret that signs a webhook's messages is in this answer alone.",
        body=NewChannelBody,
        success=201,
        is_secret=True,
    ),
    Route(
        name="get_channel",
        method="GET",
        path="/api/v1/channels/<channel_id>",
        action=Action.CHANNELS_READ,
        handle=get_channel,
        summary="Show a channel.",
    ),
    Route(
        name="change_channel",
        method="PATCH",
        path="/api/v1/channels/<channel_id>",
        action=Action.CHANNELS_CHANGE,
        handle=change_channel,
        summary="Change which notices a channel gets, and its quiet hours.",
        body=ChannelBody,
    ),
    Route(
        name="remove_channel",
        method="DELETE",
        path="/api/v1/channels/<channel_id>",
        action=Action.CHANNELS_CHANGE,
        handle=remove_channel,
        summary="Remove a channel and forget its address; what waits for it is not sent.",
    ),
)
