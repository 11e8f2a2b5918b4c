"""Run `sunwi` in the test's own process."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from typer.testing import CliRunner

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.commands import CommandContainer
from sunwi.cli.app import app
from sunwi.domain.dead_letter import QueueName
from sunwi.service.dead_letters.handle_dead_letters import HandleDeadLetters
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.testing import InMemoryCrawlQueue, InMemoryDeadLetterQueue, InMemoryStateMachine, ManualClock


@dataclass(frozen=True, kw_only=True)
class FakeContainer(CommandContainer):
    """The real use cases over a queue and a state machine in memory."""

    own_engine: Engine
    own_clock: ManualClock
    own_queue: InMemoryCrawlQueue = field(default_factory=InMemoryCrawlQueue)
    own_state_machine: InMemoryStateMachine = field(default_factory=InMemoryStateMachine)

    @cached_property
    def clock(self) -> ManualClock:  # type: ignore[override]  # a clock that stands still
        return self.own_clock

    @cached_property
    def engine(self) -> Engine:
        return self.own_engine

    @cached_property
    def store(self) -> SqlStore:
        return SqlStore(self.own_engine)

    @cached_property
    def queue(self) -> InMemoryCrawlQueue:  # type: ignore[override]  # a queue that remembers
        return self.own_queue

    @cached_property
    def own_dead_letters(self) -> dict[QueueName, InMemoryDeadLetterQueue]:
        return {name: InMemoryDeadLetterQueue(name, self.own_clock) for name in QueueName}

    def dead_letters(self, name: QueueName) -> InMemoryDeadLetterQueue:
        return self.own_dead_letters[name]

    @cached_property
    def handle_dead_letters(self) -> HandleDeadLetters:
        return HandleDeadLetters(store=self.store, clock=self.clock, wait=self._wait)

    def _wait(self, seconds: float) -> None:
        self.own_clock.advance(seconds=seconds)

    @cached_property
    def dispatch_run(self) -> DispatchRun:
        return DispatchRun(
            store=self.store,
            send_tasks=SendTasks(store=self.store, queue=self.own_queue, clock=self.own_clock, pause=self._wait),
            state_machine=self.own_state_machine,
            clock=self.own_clock,
            batch_timeout=self.settings.batch_timeout,
            check_capacity=self.check_capacity,
        )


@dataclass(frozen=True)
class Output:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def document(self) -> Any:
        """Read the one JSON document on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`sunwi` with a container, or with the environment's own when there is none."""

    container: CommandContainer | None = None

    def __call__(self, *arguments: str) -> Output:
        given = self.container
        obj = None if given is None else lambda: given
        result = CliRunner().invoke(app, arguments, obj=obj, prog_name="sunwi")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Output(result.exit_code, result.stdout, result.stderr)
