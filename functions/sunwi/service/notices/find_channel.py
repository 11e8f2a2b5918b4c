"""Find a channel by its name or number, as far as whoever asks may have it."""

from sunwi.domain.actor import Actor
from sunwi.domain.channel import KnownAudience, ListedChannel
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Transaction

#: A channel by its name, as commands do, or by its number, as addresses do.
ChannelKey = str | int


def may_have(actor: Actor, owner: KnownAudience) -> bool:
    """Return whether an actor sees and changes an audience's channels: all, or its agency's and its clients'."""
    return actor.may_see(owner="", agency_id=owner.agency_id)


def require_channel(tx: Transaction, key: ChannelKey, *, actor: Actor) -> ListedChannel:
    """Return a channel of an actor's.

    Raises:
        InvalidInput: There is no such channel, or it is somebody else's.
    """
    found = tx.channels.find(key)
    if found is None or not may_have(actor, found.owner):
        raise InvalidInput(f"there is no channel {quote(str(key))}", code="channel_unknown", name=str(key))
    return found
