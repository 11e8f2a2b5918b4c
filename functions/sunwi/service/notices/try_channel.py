"""Try a channel: post a notice that says no more than that it works."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.notice import NewNotice, NoticeKind
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice
from sunwi.service.notices.audit_channels import audit_channel
from sunwi.service.notices.find_channel import ChannelKey, require_channel
from sunwi.service.notices.post_notices import post_notices
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TryChannel:
    """Post test notices; they go the whole way that others go, and wait for no quiet hours.

    Attributes:
        new_id: Makes an id for each test.
    """

    store: Store
    clock: Clock
    new_id: Callable[[], str]

    def post(self, actor: Actor, key: ChannelKey) -> Notice:
        """Post a test notice to a channel; the next minute sends it.

        Returns:
            The notice, which may be dead at once: of a channel that is suppressed.

        Raises:
            InvalidInput: There is no such channel.
            StoreUnavailable: The database cannot be reached.
        """
        now = self.clock.now()
        with self.store.begin() as tx:
            channel = require_channel(tx, key, actor=actor).channel
            test = NewNotice(
                kind=NoticeKind.TEST,
                audience=channel.audience,
                channel=channel.name,
                dedupe_key=f"test:{self.new_id()}",
                content={"channel": channel.name, "by": actor.owner, "at": now.isoformat()},
                is_urgent=True,
            )
            post_notices(tx, [test], at=now)
            wanted = NoticeFilter(kinds=[NoticeKind.TEST], channel=channel.name)
            (stored,) = tx.notices.page(NoticeQuery(wanted=wanted, actor=actor, limit=1)).notices
            entry = audit_channel("channel_tried", channel, actor=actor, at=now)
            tx.audit.add(replace(entry, after={"notice_id": stored.id}))
        log.info("channel_tried", channel_id=channel.id, notice_id=stored.id, by=actor.owner)
        return stored

    def look(self, notice_id: str) -> Notice | None:
        """Return a notice as it stands; None when it is gone.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            return tx.notices.get(notice_id)
