"""Commands load pages at the pace of everybody who uses the database, and at their own where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.pace import Turn
from sunwi.domain.site import Site
from sunwi.service.pages.keep_pace import KeepPace, Unpaced
from sunwi.settings import Settings, load_settings
from sunwi.testing import CannedPageLoader, ManualClock
from tests.examples import NIGHT, recognised, served_page
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine

PAGE = "https://search.naver.com/search.naver?query=q"
OTHER = "https://search.naver.com/search.naver?query=other"
PLACE = "https://m.place.naver.com/restaurant/1234567890"


@dataclass
class BrowserOfTests(CannedPageLoader):
    """Pages and short links, with the time of each."""

    at: list[datetime] = field(default_factory=list)

    def follow(self, _site: Site, _url: str) -> str:
        self.at.append(self.clock.now())
        return PLACE

    def close(self) -> None:
        """Nothing was started."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", lambda *_: recognised("1234567890"))
    load_settings.cache_clear()
    yield monkeypatch
    load_settings.cache_clear()


def build(environment: pytest.MonkeyPatch, **settings: str) -> tuple[CommandContainer, BrowserOfTests]:
    """Build the container of an environment, at a clock that only its pauses move."""
    for name, value in settings.items():
        environment.setenv(name, value)
    load_settings.cache_clear()
    built, clock = CommandContainer.bootstrap(), ManualClock(NIGHT)
    loader = BrowserOfTests(clock, lambda _key: served_page())
    replace_parts(built, clock=clock, loader=loader, sleep=lambda seconds: clock.advance(seconds=seconds))
    return built, loader


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def hold(container: CommandContainer, seconds: float) -> None:
    with container.adapters.store.begin() as tx:
        tx.pace.hold_until("naver", NIGHT + timedelta(seconds=seconds))


def next_turn(container: CommandContainer) -> datetime:
    with container.adapters.store.begin() as tx:
        found = tx.pace.reserve("naver", at=NIGHT, pause=timedelta(), max_wait=None)
    assert isinstance(found, Turn)
    return found.starts_at


def test_a_lookup_waits_for_a_crawler_and_a_crawler_for_it(
    environment: pytest.MonkeyPatch, sqlite_engine: Engine
) -> None:
    container, loader = build(environment, DATABASE_URL=url_of(sqlite_engine))
    hold(container, 9)
    assert CommandLine(container)("rank", "맛집", PLACE).code == 0
    assert loader.clock.now() == NIGHT + timedelta(seconds=9)
    assert next_turn(container) >= loader.clock.now() + timedelta(seconds=1.5)


def test_live_pages_are_read_at_that_pace_too(environment: pytest.MonkeyPatch, sqlite_engine: Engine) -> None:
    container, loader = build(environment, DATABASE_URL=url_of(sqlite_engine))
    hold(container, 9)
    CommandLine(container)("serp", "read", PAGE, OTHER, "--kind", "place", "--surface", "integrated")
    assert len(loader.loads) == 2
    assert timedelta(seconds=10.5) <= loader.clock.now() - NIGHT <= timedelta(seconds=11.5)


def test_links_are_followed_at_that_pace_too(environment: pytest.MonkeyPatch, sqlite_engine: Engine) -> None:
    container, loader = build(environment, DATABASE_URL=url_of(sqlite_engine))
    hold(container, 9)
    for _ in range(2):
        assert container.pages.follow_link("https://naver.me/xAbC12") == PLACE
    assert loader.at[0] == NIGHT + timedelta(seconds=9)
    assert loader.at[1] - loader.at[0] >= timedelta(seconds=1.5)


def test_without_a_database_a_command_keeps_the_pause_by_itself(environment: pytest.MonkeyPatch) -> None:
    container, loader = build(environment)
    CommandLine(container)("serp", "read", PAGE, OTHER, "--kind", "place", "--surface", "integrated")
    assert len(loader.loads) == 2
    assert timedelta(seconds=1.5) <= loader.clock.now() - NIGHT <= timedelta(seconds=2.5)
    assert isinstance(container.pages.pace, KeepPace)


def test_without_a_pause_no_database_is_asked(environment: pytest.MonkeyPatch) -> None:
    container, loader = build(environment, DATABASE_URL="sqlite:////nowhere/at/all.db", CRAWL_DELAY_SECONDS="0")
    assert CommandLine(container)("rank", "맛집", PLACE).code == 0
    assert (len(loader.loads), loader.clock.now()) == (1, NIGHT)
    assert isinstance(container.pages.pace, Unpaced)


def test_a_database_of_an_earlier_version_is_named_with_the_remedy(
    environment: pytest.MonkeyPatch, sqlite_engine: Engine
) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TABLE site_pace"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    container, loader = build(environment, DATABASE_URL=url_of(sqlite_engine))
    output = CommandLine(container)("rank", "맛집", PLACE)
    assert output.code != 0
    assert "sunwi db upgrade" in output.err
    assert loader.loads == []


def test_a_command_gives_up_a_page_that_takes_three_minutes(environment: pytest.MonkeyPatch) -> None:
    container, loader = build(environment)
    CommandLine(container)("rank", "맛집", PLACE)
    assert loader.left_seconds == [180]
