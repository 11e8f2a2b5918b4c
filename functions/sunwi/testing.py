"""Fakes of the ports, for unit tests only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sunwi.domain.alarm import Alarm
from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import ServedPage
from sunwi.domain.run import Run
from sunwi.domain.task import Receipt, message_body
from sunwi.domain.tracking import PageKey
from sunwi.errors import InvalidInput, Retryable, StoreUnavailable


@dataclass
class ManualClock:
    """A clock that stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        """Give the time it was set to."""
        return self.at

    def advance(self, **step: float) -> None:
        """Move on by a timedelta's keywords."""
        self.at += timedelta(**step)


@dataclass
class InMemoryCrawlQueue:
    """Keeps what was sent and postponed.

    Attributes:
        refused: Tracking ids that the queue will not take.
        sent: Run id, tracking id and whether by the express lane, in order.
        postponed: Message id and seconds, in order.
    """

    refused: set[int] = field(default_factory=set)
    sent: list[tuple[str, int, bool]] = field(default_factory=list)
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        """Take all but the refused."""
        taken = [tracking_id for tracking_id in tracking_ids if tracking_id not in self.refused]
        self.sent += [(run_id, tracking_id, express) for tracking_id in taken]
        return set(taken)

    def postpone(self, receipt: Receipt, seconds: int) -> None:
        """Note it."""
        self.postponed.append((receipt.message_id, seconds))

    def bodies(self) -> list[str]:
        """Give the bodies of what was sent, in order."""
        return [message_body(run_id, tracking_id) for run_id, tracking_id, _ in self.sent]


@dataclass
class InMemoryStateMachine:
    """Keeps started executions.

    Attributes:
        ended: Names of executions that are over.
        started: Names in order, each once.
        is_away: It cannot be asked whether an execution is running.
    """

    is_away: bool = False
    ended: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)

    def start(self, run: Run) -> bool:
        """Start once; an ended name is used up."""
        name = run.execution_name
        if name in self.ended:
            return False
        if name not in self.started:
            self.started.append(name)
        return True

    def is_running(self, run: Run) -> bool:
        """Say whether it was started and has not ended."""
        if self.is_away:
            raise Retryable("the state machine cannot be reached")
        return run.execution_name in self.started and run.execution_name not in self.ended


@dataclass
class CannedPageLoader:
    """Serves pages from memory.

    Attributes:
        serve: Gives the page of a key, or raises what a browser would.
        loads: Keys in the order in which they were asked for.
        fresh: Whether each was to be opened in a new context.
    """

    clock: ManualClock
    serve: Callable[[PageKey], ServedPage]
    loads: list[PageKey] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)

    def load(
        self, key: PageKey, url: str, *, fresh: bool, wants_screenshot: Callable[[ServedPage], bool]
    ) -> LoadedPage:
        """Serve a page at once; its screenshot is its address."""
        self.loads.append(key)
        self.fresh.append(fresh)
        served = self.serve(key)
        screenshot = url.encode() if wants_screenshot(served) else None
        return LoadedPage(served=served, fetched_at=self.clock.now(), load_seconds=0.0, screenshot=screenshot)


@dataclass
class InMemoryEvidenceStore:
    """Keeps looks in a dict, unless it is away."""

    is_away: bool = False
    kept: dict[str, SurfaceLook] = field(default_factory=dict)

    def keep(self, run_id: str, look: SurfaceLook) -> str:
        """Keep it under the run and a number."""
        if self.is_away:
            raise Retryable("the evidence store cannot be reached")
        key = f"{run_id}/{len(self.kept) + 1}"
        self.kept[key] = look
        return key

    def load(self, evidence_key: str) -> list[ServedPage]:
        """Give the pages back."""
        if evidence_key not in self.kept:
            raise InvalidInput(f"nothing is kept under {evidence_key}")
        return [page.served for page in self.kept[evidence_key].pages]


@dataclass
class InMemoryMetrics:
    """Keeps what was published.

    Attributes:
        published: Surface, figure and value, in order.
    """

    published: list[tuple[str, str, float]] = field(default_factory=list)

    def put(self, values: Mapping[str, float], *, surface: str) -> None:
        """Note it."""
        self.published += [(surface, name, value) for name, value in values.items()]


@dataclass
class InMemoryMessageCounts:
    """Queues with as many messages as a test says; None for one that cannot be asked."""

    counts: dict[str, int | None] = field(default_factory=dict)

    def counted(self) -> dict[str, int | None]:
        """Give them."""
        return dict(self.counts)


@dataclass
class InMemoryAlarmChannel:
    """Keeps what was raised, unless it is away."""

    is_away: bool = False
    raised: list[Alarm] = field(default_factory=list)

    def raise_alarm(self, alarm: Alarm) -> None:
        """Keep it."""
        if self.is_away:
            raise Retryable("the alarm could not be sent")
        self.raised.append(alarm)


@dataclass
class FakeSchemaState:
    """A schema that lacks what a test says, after so many tries that found the database away."""

    lack: str | None = None
    tries_away: int = 0

    def lacking(self) -> str | None:
        """Say what is lacking."""
        if self.tries_away > 0:
            self.tries_away -= 1
            raise StoreUnavailable("the database cannot be reached")
        return self.lack
