import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.bootstrap.runs import RunContainer
from sunwi.bootstrap.trackings import TrackingContainer
from sunwi.settings import Settings, load_settings
from sunwi.testing import InMemoryCrawlQueue, ManualClock
from tests.examples import NIGHT

#: Fails an import of what only images with a browser have, then imports modules and looks at what they brought along.
WITHOUT_A_BROWSER = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "playwright":
            raise ImportError("there is no playwright here")
sys.meta_path.insert(0, Refuse())
for module in sys.argv[1:]:
    __import__(module)
assert not any(name.split(".")[0] == "playwright" for name in sys.modules)
"""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'first.db'}")
    load_settings.cache_clear()
    yield monkeypatch
    load_settings.cache_clear()


@pytest.mark.usefixtures("environment")
def test_capabilities_of_one_environment_share_its_engine_however_often_they_take_turns() -> None:
    first = RunContainer.bootstrap().adapters.engine
    for _ in range(3):
        assert RunContainer.bootstrap().adapters.engine is first
        assert PageContainer.bootstrap().adapters.engine is first
        assert CommandContainer.bootstrap().adapters.engine is first


@pytest.mark.usefixtures("environment")
def test_a_capability_is_composed_once_whoever_asks_for_it() -> None:
    run = RunContainer.bootstrap()
    assert CommandContainer.bootstrap().runs is run
    assert RunContainer.bootstrap() is run
    assert run.close_run is run.close_run


def test_what_other_settings_replace_is_closed(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    disposed: list[Engine] = []
    closed: list[str] = []
    run, page = RunContainer.bootstrap(), PageContainer.bootstrap()
    event.listen(run.adapters.engine, "engine_disposed", disposed.append)
    environment.setattr(page.loader.browser.__class__, "close", lambda _browser: closed.append("browser"))
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'second.db'}")
    load_settings.cache_clear()
    new = RunContainer.bootstrap()
    assert new is not run
    assert (disposed, closed, Adapters.known()) == ([run.adapters.engine], ["browser"], [new.adapters])


def test_a_part_that_is_given_takes_the_place_of_the_one_that_would_be_built() -> None:
    clock, queue = ManualClock(NIGHT), InMemoryCrawlQueue()
    adapters = Adapters(Settings(database_url="sqlite://"), clock=clock, queue=queue)
    retry_failed = adapters.compose(RunContainer).retry_failed
    assert (retry_failed.clock, retry_failed.queue) == (clock, queue)


def test_what_is_no_part_cannot_be_given() -> None:
    with pytest.raises(TypeError, match="Adapters has no part 'cock'"):
        Adapters(Settings(), cock=ManualClock(NIGHT))
    with pytest.raises(TypeError, match="TrackingContainer has no part 'loader'"):
        TrackingContainer(Adapters(Settings()), loader=None)


def test_parts_come_too_late_for_a_capability_that_is_composed() -> None:
    adapters = Adapters(Settings(database_url="sqlite://"))
    adapters.compose(RunContainer)
    with pytest.raises(ValueError, match="RunContainer is composed already: give show_run before"):
        adapters.compose(RunContainer, show_run=None)


OPENS_NO_PAGE = (
    *(
        f"sunwi.bootstrap.{name}"
        for name in ("trackings", "owners", "runs", "ledger", "dead_letters", "health", "watchdog", "upkeep")
    ),
    *(
        f"sunwi.bootstrap.{name}"
        for name in ("jobs", "bulk_actions", "backup", "works", "workers", "tender", "schedules", "notices")
    ),
    "sunwi.bootstrap.command_line",
    "sunwi.cli.app",
    "dispatcher.handler",
    "run_monitor.handler",
    "watchdog.handler",
    "migrator.handler",
    "notifier.handler",
    "api.handler",
    "live.handler",
)


def test_what_opens_no_page_is_imported_where_there_is_no_playwright() -> None:
    program = [sys.executable, "-c", WITHOUT_A_BROWSER, *OPENS_NO_PAGE]
    done = subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603 - this Python, and a constant
    assert (done.returncode, done.stderr) == (0, "")


def test_what_opens_pages_cannot_be_imported_there() -> None:
    program = [sys.executable, "-c", WITHOUT_A_BROWSER, "crawler.handler"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603 - this Python, and a constant
    assert "there is no playwright here" in done.stderr
