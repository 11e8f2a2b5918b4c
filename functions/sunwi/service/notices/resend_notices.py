"""Let dead notices be sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.channel import Channel
from sunwi.domain.notice import NewNotice, NoticeKind, NoticeState
from sunwi.domain.notice_list import MOST_RESENT, NoticeFilter, ResendVerdict
from sunwi.domain.notice_rules import NO_CHANNEL, wants
from sunwi.domain.stored_notice import Notice
from sunwi.domain.typed_text import quote
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.notices.post_notices import post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import MOST_NOTICES_AT_ONCE
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendNotices:
    """Make dead notices WAITING, with all their tries; the next minute sends them."""

    store: Store
    clock: Clock

    def by_id(self, actor: Actor, notice_ids: Sequence[str]) -> Sequence[ResendVerdict]:
        """Resend notices, each for itself.

        Returns:
            One verdict for each, in their order.

        Raises:
            InvalidInput: Too many ids.
            StoreUnavailable: The database cannot be reached; doing it again does no harm.
        """
        ids = list(dict.fromkeys(notice_ids))
        if len(ids) > MOST_RESENT:
            raise InvalidInput(
                f"{len(ids)} notices are too many for one call: resend at most {MOST_RESENT}",
                code="resends_too_many",
                count=len(ids),
                most=MOST_RESENT,
            )
        verdicts: list[ResendVerdict] = []
        for start in range(0, len(ids), MOST_NOTICES_AT_ONCE):
            verdicts += self._resend(actor, ids[start : start + MOST_NOTICES_AT_ONCE])
        count = sum(verdict.error is None for verdict in verdicts)
        log.info("notices_resent", by=actor.owner, notices=count, refused=len(verdicts) - count)
        return verdicts

    def matching(self, actor: Actor, wanted: NoticeFilter) -> Sequence[ResendVerdict]:
        """Resend the dead notices that match a filter, the oldest first, `MOST_RESENT` at most.

        Raises:
            StoreUnavailable: The database cannot be reached; doing it again does no harm.
        """
        with self.store.read() as tx:
            ids = tx.notices.list_dead(wanted, actor=actor, limit=MOST_RESENT)
        return self.by_id(actor, ids)

    @retry_conflicts
    def _resend(self, actor: Actor, ids: Sequence[str]) -> Sequence[ResendVerdict]:
        now = self.clock.now()
        with self.store.begin() as tx:
            found = tx.notices.lock_seen(ids, actor=actor)
            verdicts = [ResendVerdict(notice_id, _refusal(notice_id, found.get(notice_id))) for notice_id in ids]
            good = [verdict.notice_id for verdict in verdicts if verdict.error is None]
            housed = [notice_id for notice_id in good if found[notice_id][1] is not None]
            if housed:
                tx.notices.resend(housed, at=now)
            homeless = [found[notice_id][0] for notice_id in good if found[notice_id][1] is None]
            lost = self._post_anew(tx, homeless) if homeless else set()
            if resent := [notice_id for notice_id in good if notice_id not in lost]:
                tx.audit.add(_entry(actor, resent, now))
        return [
            ResendVerdict(verdict.notice_id, _homeless(verdict.notice_id)) if verdict.notice_id in lost else verdict
            for verdict in verdicts
        ]

    def _post_anew(self, tx: Transaction, notices: Sequence[Notice]) -> set[str]:
        """Post what had no channel for those that want it by now; return the ids of what still has none."""
        channels = tx.channels.of_audiences({notice.audience for notice in notices})
        posted = {
            notice.id: _anew(notice)
            for notice in notices
            if any(wants(channel, NoticeKind(notice.kind)) for channel in channels.get(notice.audience, ()))
        }
        if posted:
            tx.notices.drop(posted)
            post_notices(tx, list(posted.values()), at=self.clock.now())
        return {notice.id for notice in notices} - set(posted)


def _entry(actor: Actor, ids: Sequence[str], at: datetime) -> AuditEntry:
    subject = f"notice {ids[0]}" if len(ids) == 1 else f"notices {ids[0]} and {len(ids) - 1} more"
    after = {"notice_ids": list(ids)}
    return AuditEntry(at=at, actor=actor.owner, action="notices_resent", subject=subject, after=after)


def _anew(notice: Notice) -> NewNotice:
    return NewNotice(
        kind=NoticeKind(notice.kind),
        audience=notice.audience,
        dedupe_key=notice.dedupe_key,
        content=notice.content,
        is_urgent=notice.is_urgent,
    )


def _refusal(notice_id: str, found: tuple[Notice, Channel | None] | None) -> InvalidInput | None:
    """Return why a notice cannot be resent; None when it can."""
    if found is None:
        return InvalidInput(f"there is no notice {quote(notice_id)}", code="notice_unknown", notice_id=notice_id)
    notice, channel = found
    if notice.state is not NoticeState.DEAD:
        return Conflict(
            f"notice {notice_id} is {notice.state.value.lower()}: only dead ones are resent",
            code="notice_not_dead",
            notice_id=notice_id,
            state=notice.state.value,
        )
    if channel is None and notice.channel is not None:
        return Conflict(
            f"the channel {quote(notice.channel)} of notice {notice_id} was removed",
            code="channel_of_notice_removed",
            notice_id=notice_id,
            name=notice.channel,
        )
    if channel is None and notice.failure != NO_CHANNEL:
        return _homeless(notice_id)
    if channel is not None and channel.suppressed is not None:
        return Conflict(
            f"nothing is sent to channel {quote(channel.name)} any more: add one with another address",
            code="channel_takes_nothing",
            name=channel.name,
            reason=channel.suppressed,
        )
    return None


def _homeless(notice_id: str) -> Conflict:
    return Conflict(
        f"notice {notice_id} has no channel to go to: add one first", code="notice_homeless", notice_id=notice_id
    )
