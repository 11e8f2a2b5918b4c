"""Deliver one queued notice: take it, send it, and store what became of that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from sunwi.domain.channel import Channel, ChannelKind, OutgoingNotice
from sunwi.domain.notice import NoticeKind, NoticeText
from sunwi.domain.notice_rules import (
    HOOK_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    LONGEST_TURN,
    MOST_TRIES,
    NO_SENDER,
    NOTIFIER_DIED,
    SUPPRESSED,
    UNREADABLE,
    earliest,
    is_paced,
    next_try,
    uses_no_try,
)
from sunwi.domain.pace import NoTurn
from sunwi.domain.stored_notice import NoticeFailure, NoticeKey, parse_notice_message
from sunwi.errors import NotTaken, Permanent, Postponed, StoreUnavailable, SunwiError
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.notices import ChannelSender, NoticeWords, QueuedNotice
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Seconds after which storing what became of a notice is tried again while the database is away: what was told and is
#: not marked is told again.
_PAUSES = (1, 2, 4, 8)


class Delivery(StrEnum):
    """What became of one message."""

    TOLD = "told"
    #: It waits for its next try, or for the end of whatever keeps it from being sent now.
    PUT_OFF = "put_off"
    DEAD = "dead"
    #: The notice has been told, given up or queued anew since the message was sent: it is of no use.
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class _Taken:
    """A notice that this notifier has.

    Attributes:
        tries: Of it, with this one.
        starts_at: Aware, its turn at the channel's hook.
    """

    queued: QueuedNotice
    tries: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class _End:
    """What became of a try.

    Attributes:
        failure: None when the notice was told.
        until: When it is tried again; None when it is told or given up.
        hold: How long the channel's hook is left alone: it asked for that.
        gives_back_try: The notice only waits for its sender.
    """

    failure: NoticeFailure | None = None
    until: datetime | None = None
    hold: datetime | None = None
    gives_back_try: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverNotice:
    """Deliver notices, each any number of times with the same end.

    Killed between a channel's answer and the mark it is told again, and marked once.

    Attributes:
        senders: What sends through each kind of channel.
        sleep: Waits for so many seconds.
    """

    store: Store
    senders: Mapping[ChannelKind, ChannelSender]
    words: NoticeWords
    clock: Clock
    sleep: Callable[[float], None]

    def handle(self, body: str) -> Delivery:
        """Deliver the notice of a message.

        Raises:
            BadMessage: The message is none of ours.
            Postponed: Another notifier has the notice: the message comes again.
            StoreUnavailable: The database cannot be reached: the message comes again.
        """
        key = parse_notice_message(body)
        taken = retry_conflicts(self._take)(key)
        if isinstance(taken, Delivery):
            log.info("notice_not_sent", notice_id=key.notice_id, generation=key.generation, delivery=taken.value)
            return taken
        seconds = (taken.starts_at - self.clock.now()).total_seconds()
        if seconds > 0:
            self.sleep(seconds)
            held = retry_conflicts(self._put_off_if_held)(key, taken)
            if held is not None:
                return held
        end = self._try(taken)
        delivery = self._keep(key, taken, end)
        log.info(
            "notice_tried",
            notice_id=key.notice_id,
            generation=key.generation,
            channel=taken.queued.channel.name,
            tries=taken.tries,
            delivery=delivery.value,
            code=None if end.failure is None else end.failure.code,
        )
        return delivery

    def _take(self, key: NoticeKey) -> _Taken | Delivery:
        """Take a notice and its turn, before anything is sent, so that a crash counts as a try."""
        now = self.clock.now()
        with self.store.begin() as tx:
            queued = tx.notices.find_queued(key)
            if queued is None:
                return Delivery.STALE
            if queued.notice.leased_until is not None and queued.notice.leased_until > now:
                raise Postponed(f"another notifier has notice {key.notice_id}")
            refused = self._refuse(tx, key, queued, now)
            if refused is not None:
                return refused
            starts_at = now
            if is_paced(queued.channel):
                turn = tx.channels.reserve(queued.channel, at=now, pause=HOOK_PAUSE, max_wait=LONGEST_TURN)
                if isinstance(turn, NoTurn):
                    tx.notices.put_off(key, until=turn.free_at)
                    return Delivery.PUT_OFF
                starts_at = turn.starts_at
            tries = tx.notices.lease(key, at=now, until=max(now, starts_at) + LEASE)
            if tries is None:
                raise Postponed(f"another notifier has just taken notice {key.notice_id}")
        return _Taken(queued, tries, starts_at)

    def _put_off_if_held(self, key: NoticeKey, taken: _Taken) -> Delivery | None:
        """Put off what would be sent though the hook has asked to be left alone, while its turn was waited for."""
        with self.store.read() as tx:
            held_until = tx.channels.held_until(taken.queued.channel)
        if held_until is None or held_until <= self.clock.now():
            return None
        with self.store.begin() as tx:
            tx.notices.put_off(key, until=held_until, gives_back_try=True)
        log.info("notice_not_sent", notice_id=key.notice_id, generation=key.generation, delivery="held")
        return Delivery.PUT_OFF

    def _refuse(self, tx: Transaction, key: NoticeKey, queued: QueuedNotice, now: datetime) -> Delivery | None:
        """Put off or give up what may not be sent now, without a try; None of what may."""
        notice, channel = queued.notice, queued.channel
        failure = None
        if channel.suppressed is not None:
            failure = NoticeFailure(SUPPRESSED, channel.suppressed)
        elif notice.tries >= MOST_TRIES:
            failure = notice.failure or NOTIFIER_DIED
        if failure is not None:
            tx.notices.mark_dead(key, failure)
            return Delivery.DEAD
        # Muted since it was queued, or queued for longer than its channel was awake.
        until = earliest(channel, now, is_urgent=notice.is_urgent)
        if until > now:
            tx.notices.put_off(key, until=until)
            return Delivery.PUT_OFF
        return None

    def _try(self, taken: _Taken) -> _End:
        """Render and send a notice, and decide what follows."""
        notice, channel = taken.queued.notice, taken.queued.channel
        sender = self.senders.get(channel.kind)
        if sender is None:
            return _End(NoticeFailure(NO_SENDER, f"nothing sends by {channel.kind.value}"))
        try:
            outgoing = self._render(taken.queued)
        except Exception as error:
            log.exception("notice_unreadable", notice_id=notice.id, kind=notice.kind)
            failure = NoticeFailure(UNREADABLE, f"its words cannot be made: {type(error).__name__}")
            return self._after(taken, failure, error)
        try:
            sender.send(channel, outgoing)
        except Permanent as error:
            return _End(_failure_of(error, channel))
        except SunwiError as error:
            return self._after(taken, _failure_of(error, channel), error)
        except Exception as error:  # noqa: BLE001 - a sender's mistake costs a try, not the notice
            # Not its text, which may name the address.
            facts = {"notice_id": notice.id, "error_name": type(error).__name__}
            log.error("notice_error_unexpected", **facts)  # noqa: TRY400 - as above
            return self._after(taken, NoticeFailure("unexpected", type(error).__name__), error)
        return _End()

    def _render(self, queued: QueuedNotice) -> OutgoingNotice:
        notice = queued.notice
        text: NoticeText = self.words.text_of(notice.kind, notice.content)
        return OutgoingNotice(
            id=notice.id,
            kind=NoticeKind(notice.kind),
            text=text,
            copy_text=self.words.copy_of(notice.kind, text),
            data=notice.content,
            created_at=notice.created_at,
        )

    def _after(self, taken: _Taken, failure: NoticeFailure, error: Exception) -> _End:
        """Return what follows a try that failed and may succeed the next time."""
        now = self.clock.now()
        retry_after = error.retry_after if isinstance(error, NotTaken) else None
        gives_back = uses_no_try(failure.code, due_at=taken.queued.notice.due_at, at=now)
        until = next_try(1 if gives_back else taken.tries, now, retry_after=retry_after)
        hold = None if retry_after is None else now + min(retry_after, LONGEST_PAUSE)
        return _End(failure, until, hold, gives_back)

    def _keep(self, key: NoticeKey, taken: _Taken, end: _End) -> Delivery:
        """Store what became of a try; try for a while if the database is away."""
        for pause in _PAUSES:
            try:
                return retry_conflicts(self._store)(key, taken, end)
            except StoreUnavailable as error:
                log.warning("notice_end_waits", notice_id=key.notice_id, error=str(error))
                self.sleep(pause)
        return retry_conflicts(self._store)(key, taken, end)

    def _store(self, key: NoticeKey, taken: _Taken, end: _End) -> Delivery:
        with self.store.begin() as tx:
            if end.hold is not None and is_paced(taken.queued.channel):
                tx.channels.hold(taken.queued.channel, end.hold)
            if end.failure is None:
                is_stored, delivery = tx.notices.mark_told(key, at=self.clock.now()), Delivery.TOLD
            elif end.until is not None:
                is_stored = tx.notices.put_off(
                    key, until=end.until, failure=end.failure, gives_back_try=end.gives_back_try
                )
                delivery = Delivery.PUT_OFF
            else:
                is_stored, delivery = tx.notices.mark_dead(key, end.failure), Delivery.DEAD
        if not is_stored:
            log.warning("notice_moved_on", notice_id=key.notice_id, generation=key.generation, was=delivery.value)
            return Delivery.STALE
        return delivery


def _failure_of(error: SunwiError, channel: Channel) -> NoticeFailure:
    """Write down why a channel did not take a notice; its address is a secret, whatever the error says."""
    return NoticeFailure(error.code, str(error).replace(channel.address, "…"))
