"""The use cases over a database of a test's own, with everything outside in memory."""

from datetime import timedelta
from functools import cached_property
from secrets import token_urlsafe

from sqlalchemy import Engine
from typing_extensions import override

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.dead_letters import DeadLetterContainer
from sunwi.bootstrap.live import LiveContainer
from sunwi.bootstrap.requests import RequestContainer
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.bootstrap.sign_in import SignInContainer
from sunwi.bootstrap.works import WORKS
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.file_link import FileLink
from sunwi.service.live.make_ticket import MakeTicket
from sunwi.service.ports.dead_letters import DeadLetterQueue
from sunwi.service.ports.kept.requests import LinkSigner
from sunwi.service.schedules.default_schedules import defaults_of
from sunwi.settings import Settings
from sunwi.testing import InMemoryCrawlQueue, InMemoryDeadLetterQueue, InMemoryStateMachine, ManualClock
from sunwi.testing.jobs import InMemoryJobFiles, InMemoryTender
from sunwi.testing.live import InMemoryConnections
from sunwi.testing.schedules import InMemorySchedules
from sunwi.testing.sign_in import InMemoryIdentityProvider
from tests.examples import NIGHT


class PlainSigner(LinkSigner):
    """Signs nothing."""

    @override
    def sign(self, link: FileLink, *, life: timedelta) -> str:
        return f"https://files.invalid/{link.key}"


class DeadLettersInMemory(DeadLetterContainer):
    """Keeps dead letters of each queue in memory."""

    @cached_property
    def queues(self) -> dict[QueueName, InMemoryDeadLetterQueue]:
        """The queues by name."""
        clock = self.adapters.clock
        assert isinstance(clock, ManualClock)
        return {name: InMemoryDeadLetterQueue(name, clock) for name in QueueName}

    @override
    def queue(self, name: QueueName) -> DeadLetterQueue:
        return self.queues[name]


def open_house(engine: Engine) -> CommandContainer:
    """Put the use cases together at 01:00 KST, with a scheduler that has Sunwi's own schedules."""
    adapters = Adapters(
        Settings(),
        engine=engine,
        clock=ManualClock(NIGHT),
        queue=InMemoryCrawlQueue(),
        state_machine=InMemoryStateMachine(),
        tender=InMemoryTender(),
        job_files=InMemoryJobFiles(),
        sleep=lambda _seconds: None,
    )
    schedules = InMemorySchedules()
    for default in defaults_of(WORKS):
        schedules.create(default.name, default.when, default.order)
    return CommandContainer(
        adapters,
        schedules=ScheduleContainer(adapters, schedules=schedules),
        dead_letters=DeadLettersInMemory(adapters),
        requests=RequestContainer(adapters, link_signer=PlainSigner()),
        live=LiveContainer(
            adapters,
            connections=InMemoryConnections(),
            make_ticket=MakeTicket(
                store=adapters.store, address="wss://live.invalid/live", new_secret=lambda: token_urlsafe(16)
            ),
        ),
        sign_in=SignInContainer(adapters, provider=InMemoryIdentityProvider()),
    )
