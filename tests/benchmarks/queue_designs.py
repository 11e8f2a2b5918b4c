"""What hands a night's messages to the one crawler: a standard queue with pollers, a FIFO queue, a table of leases."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random

from sunwi.domain.attempt import LEASE_MARGIN_SECONDS, MAX_ATTEMPTS, receive_limit, retry_delay_seconds
from tests.benchmarks.simulated_night import GLANCE_SECONDS, Ending, Message, Night, Result

#: From the end of an invocation to the poller's next one, and the longest pause of a poller that was throttled.
TURN_SECONDS, LONGEST_BACKOFF = 0.05, 30.0
#: Servers that a queue is spread over, and how many of them one receive asks before it asks all.
SERVERS, ASKED = 20, 5
RETRY_BASE_SECONDS = 60
#: How often a table of leases is looked at, and how long one invocation works through it.
TICK_SECONDS, WORK_SECONDS = 60, 840


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a message may use up.

    Attributes:
        limit: maxReceiveCount.
        counts_looks: Looks are counted by message id; else SQS's receives are all that is counted.
    """

    limit: int
    counts_looks: bool


def own_rules(night: Night) -> Rules:
    """Return the rules that the template is made by."""
    limit = receive_limit(night.batch, postponement=timedelta(seconds=night.postpone))
    return Rules(limit=limit, counts_looks=True)


def answer(night: Night, rules: Rules, message: Message, now: float) -> tuple[float, float | None]:
    """Run one invocation; return its seconds, and the pause after it until the message shows again, None for never."""
    if rules.counts_looks and message.used_up_at is not None:
        return GLANCE_SECONDS, 0
    if now >= night.batch_timeout and rules.counts_looks:
        message.expired_at = now
        return GLANCE_SECONDS, None
    return look(night, rules, message, now)


def look(night: Night, rules: Rules, message: Message, now: float) -> tuple[float, float | None]:
    """Look once; seconds and pause as above."""
    ending, seconds = night.look(message, now)
    if ending is Ending.POSTPONED:
        return seconds, night.postpone
    message.attempts += 1
    if ending is Ending.MEASURED:
        message.measured_at = now + seconds
        return seconds, None
    if ending is Ending.CRASHED:
        return seconds, night.crawler_timeout + LEASE_MARGIN_SECONDS - seconds
    last = MAX_ATTEMPTS if rules.counts_looks else rules.limit
    if message.attempts >= last and message.used_up_at is None:
        message.used_up_at = now + seconds
        return seconds, 0
    return seconds, retry_delay_seconds(message.attempts, base_seconds=RETRY_BASE_SECONDS, jitter=0)


class VisibleMessages:
    """A standard queue's visible messages, spread over servers of which a receive asks a sample."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._servers: list[list[Message]] = [[] for _ in range(SERVERS)]
        self.size = 0

    def add(self, message: Message) -> None:
        self._random.choice(self._servers).append(message)
        self.size += 1

    def take(self) -> Message | None:
        """Take any message of the servers that are asked; of all of them when those have none."""
        if not self.size:
            return None
        asked = [server for server in self._random.sample(self._servers, ASKED) if server]
        server = self._random.choice(asked or [server for server in self._servers if server])
        place = self._random.randrange(len(server))
        server[place], server[-1] = server[-1], server[place]
        self.size -= 1
        return server.pop()


class StandardQueue:
    """Pollers receive whatever shows, and hold what the one crawler cannot take until its visibility ends."""

    def __init__(self, night: Night, rules: Rules) -> None:
        self.night, self.rules = night, rules
        self.random = Random(f"{night.seed} queue")
        self.visible = VisibleMessages(self.random)
        self.messages = night.make_messages()
        self.is_busy = False
        self.idle = 0
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def run(self) -> list[Message]:
        for message in self.messages:
            self.visible.add(message)
        for _ in range(self.night.pollers):
            self._at(self.random.random(), self._receive)
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()
        return self.messages

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), act))

    def _show(self, message: Message) -> None:
        self.visible.add(message)
        if self.idle:
            self.idle -= 1
            self._receive()

    def _receive(self) -> None:
        message = self.visible.take()
        while message is not None and message.receives == self.rules.limit:
            message.dead_at = self.now
            message = self.visible.take()
        if message is None:
            self.idle += 1
            return
        message.receives += 1
        self._offer(message, self.now + self.night.visibility, 1)

    def _offer(self, message: Message, until: float, backoff: float) -> None:
        """Hand a message to the crawler, or try again after a pause, or drop it back when it shows again."""
        if not self.is_busy:
            self._invoke(message)
            return
        again = self.now + self.random.uniform(0, backoff)
        if again < until:
            self._at(again, lambda: self._offer(message, until, min(2 * backoff, LONGEST_BACKOFF)))
        else:
            self._at(until, lambda: self._drop(message))

    def _drop(self, message: Message) -> None:
        message.starved += 1
        self._show(message)
        self._receive()

    def _invoke(self, message: Message) -> None:
        seconds, pause = answer(self.night, self.rules, message, self.now)
        self.is_busy = True
        self._at(self.now + seconds, self._free)
        if pause is not None:
            self._at(self.now + seconds + pause, lambda: self._show(message))
        self._at(self.now + seconds + TURN_SECONDS, self._receive)

    def _free(self) -> None:
        self.is_busy = False


def standard_queue(night: Night) -> Result:
    """Simulate Sunwi's own: looks counted by message id, starved receives and postponements beside them."""
    return Result(design="standard queue, ours", night=night, messages=StandardQueue(night, own_rules(night)).run())


def plain_queue(night: Night) -> Result:
    """Simulate the advised numbers alone: six timeouts, five receives, whatever they were for."""
    messages = StandardQueue(night, Rules(limit=5, counts_looks=False)).run()
    return Result(design="standard queue, 5 receives", night=night, messages=messages)


def fifo_queue(night: Night) -> Result:
    """Simulate a FIFO queue with one message group: nothing is received while the first message waits."""
    messages, rules, now = night.make_messages(), own_rules(night), 0.0
    for message in messages:
        while message.settled_at is None:
            if message.receives == rules.limit:
                message.dead_at = now
                break
            message.receives += 1
            seconds, pause = answer(night, rules, message, now)
            now += seconds + TURN_SECONDS + (pause or 0)
    return Result(design="FIFO, one group", night=night, messages=messages)


def lease_table(night: Night) -> Result:
    """Simulate a table of tasks with leases: a tick starts a worker, which takes what is due until its time is over."""
    messages, rules = night.make_messages(), own_rules(night)
    due = [(0.0, message.number) for message in messages]
    now, works_until = 0.0, float(WORK_SECONDS)
    while due:
        if now >= works_until or due[0][0] > now or night.is_closed(now):
            now = TICK_SECONDS * (now // TICK_SECONDS + 1)
            works_until = now + WORK_SECONDS
            continue
        message = messages[heapq.heappop(due)[1]]
        message.receives += 1
        began = now
        seconds, pause = answer(night, rules, message, began)
        now += seconds
        if message.used_up_at is not None:
            message.dead_at = now
        elif pause is not None:
            heapq.heappush(due, (now + pause, message.number))
            # A crash takes the worker with it.
            works_until = now if message.attempts == 1 and not message.is_doomed else works_until
    return Result(design="table of leases", night=night, messages=messages)
