"""Run `sunwi` in the test's own process."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from typer.testing import CliRunner

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.dead_letters import DeadLetterContainer
from sunwi.cli.app import app
from sunwi.domain.dead_letter import QueueName
from sunwi.settings import Settings
from sunwi.testing import InMemoryCrawlQueue, InMemoryDeadLetterQueue, InMemoryStateMachine, ManualClock


class FakeDeadLetters(DeadLetterContainer):
    """Dead-letter queues in memory."""

    def __init__(self, adapters: Adapters, clock: ManualClock) -> None:
        super().__init__(adapters)
        self.own_queues = {name: InMemoryDeadLetterQueue(name, clock) for name in QueueName}

    def queue(self, name: QueueName) -> InMemoryDeadLetterQueue:
        return self.own_queues[name]


class FakeContainer(CommandContainer):
    """The real use cases over a queue and a state machine in memory."""

    def __init__(self, settings: Settings, *, own_engine: Engine, own_clock: ManualClock) -> None:
        self.own_engine, self.own_clock = own_engine, own_clock
        self.own_queue, self.own_state_machine = InMemoryCrawlQueue(), InMemoryStateMachine()
        adapters = Adapters(
            settings,
            clock=own_clock,
            engine=own_engine,
            queue=self.own_queue,
            **({"state_machine": self.own_state_machine} if settings.state_machine_arn else {}),
            sleep=lambda seconds: own_clock.advance(seconds=seconds),
        )
        dead_letters = FakeDeadLetters(adapters, own_clock)
        self.own_dead_letters = dead_letters.own_queues
        super().__init__(adapters, dead_letters=dead_letters)


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
