"""Functions in an environment of their own, on SQLite, with AWS faked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.settings import Settings, load_settings
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine, ManualClock
from tests.examples import NIGHT
from tests.parts import replace_parts


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An environment without any setting; what is set in it is read anew."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    load_settings.cache_clear()
    yield monkeypatch
    load_settings.cache_clear()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def container(environment: pytest.MonkeyPatch, sqlite_engine: Engine) -> CommandContainer:
    """The container that the functions will find, with queue, state machine and clock faked."""
    environment.setenv("METRICS_NAMESPACE", "Sunwi/tested")
    environment.setenv("CRAWL_DELAY_SECONDS", "0")
    environment.setenv("DATABASE_URL", f"sqlite:///{Path(str(sqlite_engine.url.database))}")
    built = CommandContainer.bootstrap()
    # What a cached property has built, it keeps here.
    replace_parts(built, clock=ManualClock(NIGHT), queue=InMemoryCrawlQueue(), state_machine=InMemoryStateMachine())
    return built
