from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from sunwi.bootstrap.commands import CommandContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.bootstrap.runs import RunContainer
from sunwi.settings import load_settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setattr("sunwi.bootstrap.adapters._containers", {})
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'first.db'}")
    load_settings.cache_clear()
    yield monkeypatch
    load_settings.cache_clear()


@pytest.mark.usefixtures("environment")
def test_two_classes_that_take_turns_have_one_engine_each() -> None:
    run, page = RunContainer.bootstrap(), PageContainer.bootstrap()
    engines: list[Engine] = [run.engine, page.engine]
    for _ in range(3):
        engines += [RunContainer.bootstrap().engine, PageContainer.bootstrap().engine]
    assert engines[0] is not engines[1]
    assert engines == [run.engine, page.engine] * 4


@pytest.mark.usefixtures("environment")
def test_a_container_that_has_everything_serves_those_that_need_a_part() -> None:
    command = CommandContainer.bootstrap()
    assert RunContainer.bootstrap() is command
    assert PageContainer.bootstrap() is command


@pytest.mark.usefixtures("environment")
def test_a_class_keeps_its_own_container_when_one_derived_from_it_comes() -> None:
    run = RunContainer.bootstrap()
    assert CommandContainer.bootstrap() is not run
    assert RunContainer.bootstrap() is run


def test_what_other_settings_replace_is_closed(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    disposed: list[Engine] = []
    closed: list[str] = []
    run, page = RunContainer.bootstrap(), PageContainer.bootstrap()
    event.listen(run.engine, "engine_disposed", disposed.append)
    environment.setattr(page.loader.browser.__class__, "close", lambda _browser: closed.append("browser"))
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'second.db'}")
    load_settings.cache_clear()
    assert RunContainer.bootstrap() is not run
    assert (disposed, closed, PageContainer.built()) == ([run.engine], ["browser"], [])
