"""A database that goes away while it answers, on a store that loses the answers to commits when it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sunwi.errors import StoreUnavailable
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import LOOKUP, OnSleep

FILE = "work,param.keyword,param.url\n" + "lookup,김밥,https://m.place.naver.com/restaurant/1234567890\n" * 3


@dataclass
class LosingStore:
    """The store of the test; commits of `losing` writing transactions are done, and their answers lost."""

    real: Any
    losing: int = 0
    is_away: bool = False

    def read(self) -> Any:
        return self.real.read()

    @contextmanager
    def begin(self) -> Iterator[Any]:
        if self.is_away:
            raise StoreUnavailable("the database cannot be reached")
        with self.real.begin() as tx:
            yield tx
        if self.losing:
            self.losing -= 1
            raise StoreUnavailable("the connection was closed")


@pytest.fixture
def store(container: FakeContainer) -> LosingStore:
    losing = LosingStore(container.adapters.store)
    replace_parts(container, store=losing)
    return losing


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    file = tmp_path / "jobs.csv"
    file.write_text(FILE, encoding="utf-8")
    return {"submit": ("jobs", "submit", "lookup", *LOOKUP), "submit-file": ("jobs", "submit-file", str(file))}


def jobs(sunwi: CommandLine) -> int:
    return len(sunwi("jobs", "list", "--json").document()["jobs"])


@pytest.mark.parametrize(("command", "stored"), [("submit", 1), ("submit-file", 3)])
@pytest.mark.parametrize("key", [(), ("--idempotency-key", "k")])
def test_a_commit_whose_answer_was_lost_doubles_nothing(
    sunwi: CommandLine,
    store: LosingStore,
    commands: dict[str, tuple[str, ...]],
    *,
    command: str,
    stored: int,
    key: tuple[str, ...],
) -> None:
    store.losing = 1
    document = sunwi(*commands[command], *key, "--json").document()
    assert document["is_repeat"] is bool(key)
    assert jobs(sunwi) == stored


def test_each_command_has_a_key_of_its_own(
    sunwi: CommandLine, store: LosingStore, commands: dict[str, tuple[str, ...]]
) -> None:
    assert store.losing == 0
    for _ in range(2):
        assert sunwi(*commands["submit"]).out.startswith("작업을 제출했습니다")
    assert jobs(sunwi) == 2


def test_a_database_that_stays_away_is_an_error(
    sunwi: CommandLine, store: LosingStore, commands: dict[str, tuple[str, ...]]
) -> None:
    store.is_away = True
    assert sunwi(*commands["submit"]).code == 1
    store.is_away = False
    assert jobs(sunwi) == 0


def test_a_remote_lookup_is_not_doubled_either(sunwi: CommandLine, store: LosingStore, on_sleep: OnSleep) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    on_sleep(stop)
    store.losing = 1
    assert sunwi("rank", "김밥", "https://m.place.naver.com/restaurant/1234567890", "--remote").code == 130
    (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
    assert job["state"] == "CANCELLED"
