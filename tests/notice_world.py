"""Notices on a real database, with queue, channels and time in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from typing_extensions import override

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import AgencyRow, ClientRow
from sunwi.domain.actor import Actor, Role
from sunwi.domain.alarm import Alarm
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import (
    SYSTEM_AUDIENCE,
    Audience,
    AudienceKind,
    NewNotice,
    NoticeKind,
    NoticeState,
    NoticeText,
    Severity,
)
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice
from sunwi.errors import SunwiError
from sunwi.service.notices.deliver_notice import DeliverNotice, Delivery
from sunwi.service.notices.list_notices import ListNotices
from sunwi.service.notices.manage_channels import ManageChannels
from sunwi.service.notices.mute_channel import MuteChannel
from sunwi.service.notices.resend_notices import ResendNotices
from sunwi.service.notices.send_due import SendDue
from sunwi.service.notices.tell_overdue import TellOverdue
from sunwi.service.notices.try_channel import TryChannel
from sunwi.service.ports.notices import ChannelSender, NoticeWords
from sunwi.service.ports.outside import Store
from sunwi.testing import InMemoryAlarmChannel, ManualClock
from sunwi.testing.notices import InMemoryChannelSender, InMemoryNoticeQueue
from tests.examples import NIGHT

ADMIN = Actor(owner="cli:admin", role=Role.ADMIN)
#: Of agency 1, whose client is 1.
AGENCY = Actor(owner="account-1", role=Role.AGENCY, agency_id=1)
OTHER_AGENCY = Actor(owner="account-2", role=Role.AGENCY, agency_id=2)
ADVERTISER = Actor(owner="account-3", role=Role.ADVERTISER)

AGENCY_1 = Audience(AudienceKind.AGENCY, 1)
AGENCY_2 = Audience(AudienceKind.AGENCY, 2)
#: Of agency 1, of agency 2, and of none.
CLIENT_1, CLIENT_2, CLIENT_3 = (Audience(AudienceKind.CLIENT, number) for number in (1, 2, 3))

SLACK = "https://hooks.slack.com/services/T000/B000/abcdefgh1234"

#: 12:00 KST, when nobody sleeps.
NOON = NIGHT + timedelta(hours=11)


def add_owners(store: SqlStore) -> None:
    """Store agencies 1 and 2 and clients 1 to 3, the last of which has no agency."""
    with store.begin() as tx:
        for number, name in ((1, "한빛"), (2, "새봄")):
            tx.connection.execute(insert(AgencyRow).values(id=number, name=name, created_at=NIGHT))
        for number, agency_id in ((1, 1), (2, 2), (3, None)):
            row = {"id": number, "name": f"가게 {number}", "agency_id": agency_id, "created_at": NIGHT}
            tx.connection.execute(insert(ClientRow).values(**row))


def new_channel(name: str = "ops", **values: Any) -> NewChannel:
    """A Slack channel of the operators unless something else is said."""
    defaults: dict[str, Any] = {"kind": ChannelKind.SLACK, "address": SLACK, "audience": SYSTEM_AUDIENCE}
    return NewChannel(name=name, **{**defaults, **values})


def quiet(start: str, end: str) -> dict[str, Any]:
    return {"quiet_from": time.fromisoformat(start), "quiet_until": time.fromisoformat(end)}


def new_notice(key: str = "key", **values: Any) -> NewNotice:
    """A digest for the operators unless something else is said."""
    defaults: dict[str, Any] = {"kind": NoticeKind.DIGEST, "audience": SYSTEM_AUDIENCE, "content": {"title": key}}
    return NewNotice(dedupe_key=key, **{**defaults, **values})


class PlainWords(NoticeWords):
    """The content's title, and nothing else; a test has none of its own."""

    @override
    def text_of(self, kind: str, content: Mapping[str, Any]) -> NoticeText:
        title = "시험" if kind == NoticeKind.TEST else content["title"]
        return NoticeText(title=title, severity=Severity.INFO)

    @override
    def copy_of(self, kind: str, text: NoticeText) -> str:
        return f"복사: {text.title}"

    @override
    def overdue_alarm(self, count: int, content: Mapping[str, Any]) -> Alarm:
        return Alarm(title=f"{count} overdue", text=str(content), kind="NOTICES_OVERDUE", subject="notices")


@dataclass
class NoticeWorld:
    """The use cases over one store.

    Attributes:
        between: A store that fails, in place of the real one.
        slept: Seconds that notifiers have waited, in order.
    """

    sql: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    queue: InMemoryNoticeQueue = field(default_factory=InMemoryNoticeQueue)
    alarms: InMemoryAlarmChannel = field(default_factory=InMemoryAlarmChannel)
    words: NoticeWords = field(default_factory=PlainWords)
    slept: list[float] = field(default_factory=list)
    between: Store | None = None
    _ids: int = 0

    def __post_init__(self) -> None:
        self.sender = InMemoryChannelSender(self.clock)
        self.senders: dict[ChannelKind, ChannelSender] = dict.fromkeys(ChannelKind, self.sender)

    @property
    def store(self) -> Store:
        return self.between or self.sql

    @property
    def deliver(self) -> DeliverNotice:
        return DeliverNotice(
            store=self.store, senders=self.senders, words=self.words, clock=self.clock, sleep=self._sleep
        )

    @property
    def send_due(self) -> SendDue:
        return SendDue(store=self.store, queue=self.queue, clock=self.clock)

    @property
    def tell_overdue(self) -> TellOverdue:
        return TellOverdue(store=self.store, alarms=self.alarms, words=self.words, clock=self.clock)

    @property
    def manage_channels(self) -> ManageChannels:
        return ManageChannels(store=self.store, clock=self.clock, new_secret=lambda: "whsec_c2VjcmV0")

    @property
    def mute_channel(self) -> MuteChannel:
        return MuteChannel(store=self.store, clock=self.clock)

    @property
    def try_channel(self) -> TryChannel:
        return TryChannel(store=self.store, clock=self.clock, new_id=self._new_id)

    @property
    def resend_notices(self) -> ResendNotices:
        return ResendNotices(store=self.store, clock=self.clock)

    @property
    def list_notices(self) -> ListNotices:
        return ListNotices(self.store)

    def add(self, *channels: NewChannel) -> None:
        with self.sql.begin() as tx:
            for channel in channels or (new_channel(),):
                assert tx.channels.add(channel, at=self.clock.now())

    def post(self, *notices: NewNotice) -> int:
        with self.sql.begin() as tx:
            return tx.notices.post(notices or (new_notice(),), at=self.clock.now())

    def all(self, **wanted: Any) -> list[Notice]:
        """Return the notices, oldest first."""
        query = NoticeQuery(wanted=NoticeFilter(**wanted), actor=ADMIN, limit=1000)
        with self.sql.read() as tx:
            return list(reversed(tx.notices.page(query).notices))

    def one(self) -> Notice:
        (notice,) = self.all()
        return notice

    def states(self) -> list[NoticeState]:
        return [notice.state for notice in self.all()]

    def tick(self) -> list[str]:
        """Let the tender's part of a minute run, and return the messages that it sent."""
        self.send_due.send()
        return self.queue.take_bodies()

    def round(self) -> list[Delivery]:
        """Tick, and deliver what was queued, as the queue does it: a message that fails is left for the next minute."""
        deliveries = []
        for body in self.tick():
            try:
                deliveries.append(self.deliver.handle(body))
            except SunwiError:
                continue
        return deliveries

    def settle(self, minutes: int = 60) -> None:
        """Let minutes pass until nothing waits or is queued any more."""
        for _ in range(minutes):
            self.round()
            if all(state in (NoticeState.TOLD, NoticeState.DEAD) for state in self.states()):
                return
            self.clock.advance(minutes=1)
        raise AssertionError(self.all())

    def sent_at(self) -> list[datetime]:
        return [sent.at for sent in self.sender.sent]

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(seconds=seconds)

    def _new_id(self) -> str:
        self._ids += 1
        return f"test-{self._ids}"
