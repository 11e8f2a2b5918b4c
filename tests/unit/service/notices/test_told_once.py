"""Whatever happens between outbox, queue and channels: told at least once, marked once, none lost without a reason."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeState
from sunwi.domain.notice_rules import MOST_TRIES
from sunwi.errors import NotTaken, Permanent, StoreUnavailable, SunwiError
from sunwi.service.ports.outside import Store
from tests.notice_world import ADMIN, NoticeWorld, new_channel, new_notice


class Killed(BaseException):
    """The process is gone."""


@dataclass
class CountingNotices:
    """The outbox; counts what was marked as told, once it is committed."""

    real: Any
    told: list[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def mark_told(self, key: Any, **named: Any) -> bool:
        is_marked: bool = self.real.mark_told(key, **named)
        if is_marked:
            self.told.append(key.notice_id)
        return is_marked


@dataclass
class CountingTransaction:
    real: Any
    told: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return CountingNotices(self.real.notices, self.told) if name == "notices" else getattr(self.real, name)


@dataclass
class FaultyStore(Store):
    """Fails as it is told, transaction by transaction: before it begins, before its commit, or behind it."""

    sql: SqlStore
    faults: list[str] = field(default_factory=list)
    marked: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "away":
            raise StoreUnavailable("gone")
        with self.sql.begin() as tx:
            counting = CountingTransaction(tx)
            yield counting
            if fault == "killed_before_commit":
                raise Killed
        self.marked.update(counting.told)
        if fault == "killed_after_commit":
            raise Killed

    def read(self) -> AbstractContextManager[Any]:
        return self.sql.read()


@dataclass
class Life:
    """One history of an outbox.

    Attributes:
        messages: In the queue, those that were delivered among them: each may come again.
    """

    world: NoticeWorld
    store: FaultyStore
    messages: list[str] = field(default_factory=list)
    posted: int = 0

    def post(self, number: int) -> None:
        self.posted += 1
        assert self.world.post(new_notice(f"{self.posted}")) == number % 2 + 1
        assert self.world.post(new_notice(f"{self.posted}")) == 0

    def tick(self) -> None:
        self.world.send_due.send()
        self.messages += self.world.queue.take_bodies()

    def lose(self, number: int) -> None:
        if self.messages:
            self.messages.pop(number % len(self.messages))

    def deliver(self, number: int) -> None:
        if self.messages:
            self.world.deliver.handle(self.messages[number % len(self.messages)])

    def resend(self) -> None:
        dead = [notice.id for notice in self.world.all(states=[NoticeState.DEAD])]
        self.world.resend_notices.by_id(ADMIN, dead)

    def mute(self, number: int) -> None:
        until = self.world.clock.now() + timedelta(minutes=number + 1)
        self.world.mute_channel.mute(ADMIN, "hook", until if number % 3 else None)

    def heal(self) -> None:
        """End every fault, and let hours pass until nothing waits."""
        self.store.faults.clear()
        self.world.sender.failures.clear()
        self.world.queue.is_away = False
        self.world.clock.advance(hours=1)
        for _ in range(60):
            self.tick()
            while self.messages:
                self.attempt(lambda: self.deliver(0))
                self.messages.pop(0)
            if set(self.world.states()) <= {NoticeState.TOLD, NoticeState.DEAD}:
                return
            self.world.clock.advance(minutes=16)
        raise AssertionError(self.world.all())

    def attempt(self, step: Callable[[], object]) -> None:
        """Do what a function does; an error returns the message, and a kill is noticed after a while."""
        try:
            step()
        except (SunwiError, Killed):
            return


STEPS: dict[str, Callable[[Life, int], object]] = {
    "post": Life.post,
    "tick": lambda life, _: life.tick(),
    "deliver": Life.deliver,
    "deliver_again": Life.deliver,
    "lose": Life.lose,
    "minute": lambda life, number: life.world.clock.advance(minutes=number),
    "visibility": lambda life, _: life.world.clock.advance(seconds=360),
    "channel_busy": lambda life, number: life.world.sender.failures.append(
        NotTaken("busy", retry_after=timedelta(seconds=40 * number) if number % 2 else None)
    ),
    "channel_gone": lambda life, _: life.world.sender.failures.append(Permanent("gone", code="gone")),
    "channel_kills": lambda life, _: life.world.sender.failures.append(Killed()),  # type: ignore[arg-type]  # as a kill does
    "store_away": lambda life, _: life.store.faults.append("away"),
    "killed_before_commit": lambda life, _: life.store.faults.append("killed_before_commit"),
    "killed_after_commit": lambda life, _: life.store.faults.append("killed_after_commit"),
    "killed_at_mark": lambda life, _: life.store.faults.extend(["", "killed_before_commit"]),
    "queue_away": lambda life, number: setattr(life.world.queue, "is_away", bool(number % 2)),
    "resend": lambda life, _: life.resend(),
    "mute": Life.mute,
}
#: Of these a history may have any number; a post is nobody's fault to fail here.
FAULTLESS = {"post", "mute", "resend"}


@settings(max_examples=40)
@given(history=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 7)), max_size=40))
def test_whatever_happens_each_notice_is_told_and_marked_once_or_dead_with_a_reason(
    migrated_sqlite_file: Path, history: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sunwi.db"
        path.write_bytes(migrated_sqlite_file.read_bytes())
        engine = create_store_engine(f"sqlite:///{path}")
        try:
            live(SqlStore(engine), history)
        finally:
            engine.dispose()


def live(sql: SqlStore, history: list[tuple[str, int]]) -> None:
    world, store = NoticeWorld(sql), FaultyStore(sql)
    life = Life(world, store)
    world.add(new_channel("hook"))
    is_second_there = False
    for step, number in history:
        if step == "post" and number % 2 and not is_second_there:
            world.add(new_channel("mail", kind=ChannelKind.EMAIL, address="kim@agency.co.kr"))
            is_second_there = True
        world.between = None if step in FAULTLESS else store
        if step == "post":
            life.post(int(is_second_there))
        else:
            life.attempt(lambda step=step, number=number: STEPS[step](life, number))  # type: ignore[misc]  # bound at once
    world.between = store
    life.heal()
    check(life)


def check(life: Life) -> None:
    sent = Counter(sent.notice.id for sent in life.world.sender.sent)
    for notice in life.world.all():
        assert life.store.marked[notice.id] == (notice.state is NoticeState.TOLD), notice
        if notice.state is NoticeState.TOLD:
            assert sent[notice.id] >= 1, notice
            assert notice.told_at is not None
        else:
            assert notice.failure is not None, notice
            assert notice.failure.code == "gone" or notice.tries == MOST_TRIES, notice
    assert len(life.world.all()) >= life.posted
    hook = [sent.at for sent in life.world.sender.sent if sent.channel.kind is ChannelKind.SLACK]
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(hook))
