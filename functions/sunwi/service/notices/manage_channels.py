"""Add, list, change and remove channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.channel import ChannelKind, ListedChannel, NewChannel
from sunwi.domain.channel_address import check_address
from sunwi.domain.job_notify import write_audience
from sunwi.domain.notice import Audience, NoticeKind
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import Conflict, Forbidden, InvalidInput
from sunwi.service.notices.audit_channels import audit_channel, channel_facts
from sunwi.service.notices.find_channel import ChannelKey, may_have, require_channel
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction

log = structlog.get_logger()

#: Characters of a name, at most.
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOrder:
    """A channel as somebody asks for it.

    Attributes:
        name, kind, audience, kinds, quiet_from, quiet_until: As of a `Channel`.
        address: As it was typed.
    """

    name: str
    kind: ChannelKind
    address: str
    audience: Audience
    kinds: frozenset[NoticeKind] = frozenset()
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWishes:
    """What is to be another of a channel.

    Attributes:
        kinds: Empty is everything; None leaves it.
        quiet: Beginning and end in KST, both None without quiet hours; None leaves them.
    """

    kinds: frozenset[NoticeKind] | None = None
    quiet: tuple[time | None, time | None] | None = None


@dataclass(frozen=True, slots=True)
class AddedChannel:
    """A channel that was added.

    Attributes:
        secret: Signs the messages of a webhook: shown this once; None of other kinds.
    """

    listed: ListedChannel
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageChannels:
    """Channels of the operators, of agencies and of clients.

    Attributes:
        new_secret: Makes secrets of webhooks.
    """

    store: Store
    clock: Clock
    new_secret: Callable[[], str]

    def add(self, actor: Actor, order: ChannelOrder) -> AddedChannel:
        """Add a channel.

        Raises:
            InvalidInput: The name or the address cannot be used, there is no such audience, or the quiet hours last all
                day.
            Forbidden: The role of the actor does not reach so far.
            Conflict: Another channel has the name.
            StoreUnavailable: The database cannot be reached.
        """
        name = _check_name(order.name)
        _check_quiet(order.quiet_from, order.quiet_until)
        secret = self.new_secret() if order.kind is ChannelKind.WEBHOOK else None
        new = NewChannel(
            name=name,
            kind=order.kind,
            address=check_address(order.kind, order.address),
            secret=secret,
            audience=order.audience,
            kinds=order.kinds,
            quiet_from=order.quiet_from,
            quiet_until=order.quiet_until,
        )
        with self.store.begin() as tx:
            _require_audience(tx, order.audience, actor)
            if not tx.channels.add(new, at=self.clock.now()):
                raise Conflict(
                    f"there is a channel {quote(name)} already: choose another name", code="channel_taken", name=name
                )
            listed = require_channel(tx, name, actor=actor)
            entry = audit_channel("channel_added", listed.channel, actor=actor, at=listed.created_at)
            tx.audit.add(replace(entry, after=channel_facts(listed.channel)))
        log.info("channel_added", channel_id=listed.channel.id, kind=order.kind.value, by=actor.owner)
        return AddedChannel(listed, secret)

    def list_all(self, actor: Actor) -> Sequence[ListedChannel]:
        """Return the channels that an actor sees, by name.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return tx.channels.list_all(actor=actor)

    def page(self, actor: Actor, *, after: str = "", limit: int) -> tuple[Sequence[ListedChannel], str | None]:
        """Return one page of the channels that an actor sees, by name, and behind which name the next one begins.

        Args:
            actor: Who asks.
            after: The last name of the page before; empty begins at the top.
            limit: Channels of it, from 1.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            found = tx.channels.list_all(actor=actor, after=after, limit=limit + 1)
        shown = found[:limit]
        return shown, shown[-1].channel.name if len(found) > len(shown) else None

    def show(self, actor: Actor, key: ChannelKey) -> ListedChannel:
        """Return a channel.

        Raises:
            InvalidInput: There is no such channel, or it is somebody else's.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return require_channel(tx, key, actor=actor)

    def change(self, actor: Actor, key: ChannelKey, wishes: ChannelWishes) -> ListedChannel:
        """Change what a channel is told, and when; another address is another channel.

        Raises:
            InvalidInput: There is no such channel, it is somebody else's, or the quiet hours last all day.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            listed = require_channel(tx, key, actor=actor)
            before = listed.channel
            quiet_from, quiet_until = wishes.quiet or (before.quiet_from, before.quiet_until)
            _check_quiet(quiet_from, quiet_until)
            kinds = before.kinds if wishes.kinds is None else wishes.kinds
            after = replace(before, kinds=kinds, quiet_from=quiet_from, quiet_until=quiet_until)
            if after != before:
                tx.channels.change(after)
                entry = audit_channel("channel_changed", after, actor=actor, at=now)
                tx.audit.add(replace(entry, before=channel_facts(before), after=channel_facts(after)))
        log.info("channel_changed", channel_id=after.id, by=actor.owner)
        return replace(listed, channel=after)

    def remove(self, actor: Actor, key: ChannelKey) -> int:
        """Remove a channel, and forget its address; return the number of notices that waited for it and are dead now.

        Raises:
            InvalidInput: There is no such channel, or it is somebody else's.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            channel = require_channel(tx, key, actor=actor).channel
            dead = tx.channels.remove(channel.id, at=now)
            entry = audit_channel("channel_removed", channel, actor=actor, at=now)
            tx.audit.add(replace(entry, before=channel_facts(channel), after={"dead": dead}))
        log.info("channel_removed", channel_id=channel.id, dead=dead, by=actor.owner)
        return dead


def _require_audience(tx: Transaction, audience: Audience, actor: Actor) -> None:
    known = tx.channels.known_audiences([audience]).get(audience)
    if known is not None and may_have(actor, known):
        return
    if known is None and actor.sees_everything:
        name = write_audience(audience)
        raise InvalidInput(
            f"there is no {name}: name an agency or client that is listed", code="audience_unknown", audience=name
        )
    raise Forbidden(
        f"the role {actor.role.value} may not add a channel for others",
        code="audience_forbidden",
        role=actor.role.value,
    )


def _check_name(typed: str) -> str:
    name = typed.strip()
    if not 0 < len(name) <= LONGEST_NAME or find_invisible_character(name) is not None:
        raise InvalidInput(
            f"{quote(typed)} is no name of a channel: use 1 to {LONGEST_NAME} characters that can be seen",
            code="channel_name_unusable",
            name=typed,
            most=LONGEST_NAME,
        )
    return name


def _check_quiet(start: time | None, end: time | None) -> None:
    if (start is None) != (end is None) or (start is not None and start == end):
        raise InvalidInput(
            "quiet hours need a beginning and another end, 22:00 and 08:00 for instance", code="quiet_hours_unusable"
        )
