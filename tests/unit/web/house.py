"""The use cases over a database of a test's own, with everything outside in memory."""

from datetime import timedelta

from sqlalchemy import Engine
from typing_extensions import override

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.requests import RequestContainer
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.bootstrap.works import WORKS
from sunwi.domain.file_link import FileLink
from sunwi.service.ports.kept.requests import LinkSigner
from sunwi.service.schedules.default_schedules import defaults_of
from sunwi.settings import Settings
from sunwi.testing import InMemoryCrawlQueue, ManualClock
from sunwi.testing.jobs import InMemoryJobFiles, InMemoryTender
from sunwi.testing.schedules import InMemorySchedules
from tests.examples import NIGHT


class PlainSigner(LinkSigner):
    """Signs nothing."""

    @override
    def sign(self, link: FileLink, *, life: timedelta) -> str:
        return f"https://files.invalid/{link.key}"


def open_house(engine: Engine) -> CommandContainer:
    """Put the use cases together at 01:00 KST, with a scheduler that has Sunwi's own schedules."""
    adapters = Adapters(
        Settings(),
        engine=engine,
        clock=ManualClock(NIGHT),
        queue=InMemoryCrawlQueue(),
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
        requests=RequestContainer(adapters, link_signer=PlainSigner()),
    )
