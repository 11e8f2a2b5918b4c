from pathlib import Path

import pytest

from tests.unit.cli.command_line import CommandLine

PLAIN = CommandLine()


@pytest.fixture
def _empty_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")


@pytest.mark.usefixtures("_empty_database")
def test_status_fails_until_the_schema_is_there() -> None:
    before = PLAIN("db", "status", "--json")
    assert before.code == 1
    assert before.document()["current"] is None
    assert "현재 없음" in PLAIN("db", "status").out
    upgraded = PLAIN("db", "upgrade", "--json").document()
    assert (upgraded["before"], upgraded["current"]) == (None, upgraded["head"])
    after = PLAIN("db", "status")
    assert (after.code, "스키마가 최신입니다" in after.out) == (0, True)


@pytest.mark.usefixtures("_empty_database")
def test_a_second_upgrade_does_nothing() -> None:
    assert "스키마를 올렸습니다: 없음 →" in PLAIN("db", "upgrade").out
    assert "스키마가 이미 최신입니다" in PLAIN("db", "upgrade").out
