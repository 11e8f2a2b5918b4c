from pathlib import Path

import pytest
from sqlalchemy import text

from tests.examples import NIGHT, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer

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


def test_rebuilding_the_state_names_the_trackings_whose_state_was_another(
    sunwi: CommandLine, container: FakeContainer
) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(3)], at=NIGHT)
        tx.connection.execute(text("DELETE FROM tracking_state WHERE tracking_id = 2"))
    output = sunwi("db", "rebuild-state")
    assert output.code == 0
    assert "추적 3건의 상태를 다시 계산했습니다: 달랐던 추적 1건\n달랐던 추적: 2\n" in output.out
    assert "상태 계산 중  3/3" in output.err
    assert sunwi("db", "rebuild-state", "--json").document() == {"trackings": 3, "differing": []}
