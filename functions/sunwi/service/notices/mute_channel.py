"""Let a channel be silent until a time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from sunwi.domain.actor import Actor
from sunwi.errors import InvalidInput
from sunwi.service.notices.audit_channels import audit_channel
from sunwi.service.notices.find_channel import ChannelKey, require_channel
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Nobody mutes a channel for longer: they would wonder why nothing comes.
LONGEST_MUTE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteChannel:
    """Mute channels; nothing is lost by it: what waits is sent afterwards."""

    store: Store
    clock: Clock

    def mute(self, actor: Actor, key: ChannelKey, until: datetime | None) -> int:
        """Send nothing to a channel before a time; return the number of notices that wait for it.

        Args:
            actor: Who asks.
            key: Of the channel.
            until: Aware; None ends a mute.

        Raises:
            InvalidInput: There is no such channel, or the time is past or too far.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        if until is not None and not now < until <= now + LONGEST_MUTE:
            raise InvalidInput(
                f"a channel cannot be muted until {until.isoformat()}: use a time within {LONGEST_MUTE.days} days",
                code="mute_unusable",
                until=until,
                days=LONGEST_MUTE.days,
            )
        with self.store.begin() as tx:
            channel = require_channel(tx, key, actor=actor).channel
            moved = tx.channels.mute(channel.id, until, at=now)
            before, after = _moment(channel.muted_until), _moment(until)
            entry = audit_channel("channel_muted", channel, actor=actor, at=now)
            tx.audit.add(replace(entry, before={"muted_until": before}, after={"muted_until": after}))
        log.info(
            "channel_muted",
            channel_id=channel.id,
            until=_moment(until),
            moved=moved,
            by=actor.owner,
        )
        return moved


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
