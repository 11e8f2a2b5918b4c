"""What is kept of who did what to a channel: nothing of its address, which is somebody's or a secret."""

from datetime import datetime, time
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.channel import Channel
from sunwi.domain.job_notify import write_audience


def audit_channel(action: str, channel: Channel, *, actor: Actor, at: datetime) -> AuditEntry:
    """Begin an entry about a channel.

    Args:
        action: In snake case, past tense.
        channel: That it was done to.
        actor: Who did it.
        at: Aware UTC.
    """
    return AuditEntry(at=at, actor=actor.owner, action=action, subject=f"channel {channel.id}")


def channel_facts(channel: Channel) -> dict[str, Any]:
    """Write what a person knows a channel by, and what may be changed of it."""
    return {
        "name": channel.name,
        "kind": channel.kind.value,
        "audience": write_audience(channel.audience),
        "kinds": sorted(kind.value for kind in channel.kinds),
        "quiet_from": _clock(channel.quiet_from),
        "quiet_until": _clock(channel.quiet_until),
    }


def _clock(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"
