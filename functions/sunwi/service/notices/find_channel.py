"""Find a channel by its name, as far as whoever asks may have it."""

from sunwi.domain.actor import Actor
from sunwi.domain.channel import KnownAudience, ListedChannel
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Transaction


def may_have(actor: Actor, owner: KnownAudience) -> bool:
    """Return whether an actor sees and changes an audience's channels: all, or its agency's and its clients'."""
    return actor.may_see(owner="", agency_id=owner.agency_id)


def require_channel(tx: Transaction, name: str, *, actor: Actor) -> ListedChannel:
    """Return a channel of an actor's.

    Raises:
        InvalidInput: There is none of that name, or it is somebody else's.
    """
    found = tx.channels.find(name)
    if found is None or not may_have(actor, found.owner):
        raise InvalidInput(f"there is no channel {quote(name)}", code="channel_unknown", name=name)
    return found
