"""Require that whoever is to be told of a job's end can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sunwi.domain.actor import Actor
from sunwi.domain.channel import Channel, KnownAudience, ListedChannel
from sunwi.domain.job import Job
from sunwi.domain.job_notify import JobNotify, parse_notify, write_audience
from sunwi.domain.notice import Audience
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.jobs import MOST_AT_ONCE
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True)
class NotifyRights:
    """Whom the jobs of one call may have told.

    Attributes:
        channels: That they name, as far as there are any, by name.
        audiences: The same of audiences.
        reached: Channels of each audience that has any.
    """

    actor: Actor
    channels: Mapping[str, ListedChannel]
    audiences: Mapping[Audience, KnownAudience]
    reached: Mapping[Audience, list[Channel]]

    def check(self, job: Job) -> None:
        """Require that a job's submitter may have its end told, and that somebody is.

        Raises:
            InvalidInput: There is no such channel or audience among those of the actor, or nobody is reached.
        """
        if job.notify is None:
            return
        wanted = parse_notify(job.notify)
        if wanted.channel is not None:
            self._check_channel(wanted.channel)
        elif wanted.audience is not None:
            self._check_audience(wanted.audience)

    def _check_channel(self, name: str) -> None:
        found = self.channels.get(name)
        if found is None or not self._may_have(found.owner):
            raise InvalidInput(f"there is no channel {quote(name)} to tell", code="notify_unknown", name=name)
        if found.channel.suppressed is not None:
            raise InvalidInput(
                f"nothing is sent to channel {quote(name)} any more", code="notify_suppressed", name=name
            )

    def _check_audience(self, audience: Audience) -> None:
        name, known = write_audience(audience), self.audiences.get(audience)
        if known is None or not self._may_have(known):
            raise InvalidInput(f"there is no {name} to tell", code="notify_audience_unknown", audience=name)
        if not self.reached.get(audience):
            raise InvalidInput(
                f"{name} has no channel: add one, or name another", code="notify_reaches_nobody", audience=name
            )

    def _may_have(self, owner: KnownAudience) -> bool:
        return self.actor.may_see(owner="", agency_id=owner.agency_id)


def read_rights(tx: Transaction, actor: Actor, jobs: Iterable[Job]) -> NotifyRights:
    """Read what jobs' wishes are checked by: nothing where there are none, else a constant number of statements."""
    wishes = [parse_notify(job.notify) for job in jobs if job.notify is not None]
    audiences = sorted({wish.audience for wish in wishes if wish.audience is not None}, key=write_audience)
    known: dict[Audience, KnownAudience] = {}
    reached: dict[Audience, list[Channel]] = {}
    for start in range(0, len(audiences), MOST_AT_ONCE):
        part = audiences[start : start + MOST_AT_ONCE]
        known |= tx.channels.known_audiences(part)
        reached |= {audience: list(found) for audience, found in tx.channels.of_audiences(part).items()}
    names = _names_of(wishes)
    return NotifyRights(actor, tx.channels.named(names) if names else {}, known, reached)


def _names_of(wishes: Iterable[JobNotify]) -> set[str]:
    return {wish.channel for wish in wishes if wish.channel is not None}
