"""A database with an old night that is archived, beside the command line."""

import pytest

from sunwi.testing.archive import InMemoryArchiveFiles
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT
from tests.parts import replace_parts
from tests.unit.cli.command_line import FakeContainer


@pytest.fixture
def files(container: FakeContainer) -> InMemoryArchiveFiles:
    """The bucket."""
    kept = InMemoryArchiveFiles()
    replace_parts(container, archive_files=kept)
    return kept


@pytest.fixture
def old(container: FakeContainer, files: InMemoryArchiveFiles) -> ArchiveWorld:
    """Two nights, of which the first is archived."""
    world = ArchiveWorld.on(container.own_engine)
    world.files, world.world.clock = files, container.own_clock
    world.add_night(NIGHT, job="job-old")
    world.add_job("job-kim", NIGHT, owner="cli:kim", notify={"to": "kim@example.com"})
    world.add_night(NIGHT.replace(month=2), job="job-young")
    world.let_pass()
    world.archive()
    return world
