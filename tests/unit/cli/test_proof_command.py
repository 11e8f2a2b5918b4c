from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from sunwi.testing import InMemoryEvidenceStore
from tests.examples import NIGHT, new_reading, place_tracking, recognised
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

DAY = date(2026, 1, 2)


@pytest.fixture
def evidence(container: FakeContainer) -> InMemoryEvidenceStore:
    """Tracking 1, exposed on 2 January, with its page kept."""
    with container.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    write_day(container.store, 1, DAY, 3)
    kept = InMemoryEvidenceStore()
    key = kept.keep("scheduled-20260102", replace(new_reading("r", recognised())).look)
    with container.engine.begin() as connection:
        connection.execute(text("UPDATE page_reading SET evidence_key = :key"), {"key": key})
    container.__dict__["evidence"] = kept
    return kept


@pytest.mark.usefixtures("evidence")
def test_a_day_names_the_page_that_proves_it(sunwi: CommandLine) -> None:
    document = sunwi("trackings", "proof", "1", "--json").document()
    assert (document["date"], document["rank"], document["run_id"]) == ("2026-01-02", 3, "scheduled-20260102")
    assert document["evidence_key"] == "scheduled-20260102/1"
    shown = sunwi("trackings", "proof", "1", "--day", "2026-01-02").out
    assert "2026-01-02 3위 (영역 플레이스 (nmb_rnk)), 7개 확인" in shown
    assert "배치 scheduled-20260102, 수집 2026-01-02 01:00:00 KST" in shown


@pytest.mark.usefixtures("evidence")
def test_the_pages_of_a_day_are_saved(sunwi: CommandLine, tmp_path: Path) -> None:
    document = sunwi("trackings", "proof", "1", "--out", "proofs", "--json").document()
    assert document["saved"] == ["proofs/1-2026-01-02-1.html"]
    assert (tmp_path / "proofs/1-2026-01-02-1.html").read_text() == "<html></html>"


@pytest.mark.usefixtures("evidence")
def test_a_day_that_was_not_measured_has_no_proof(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "proof", "1", "--day", "2026-01-03")
    assert (output.code, output.out) == (2, "")
    assert "추적 1번은 2026-01-03에 측정되지 않아" in output.err


def test_pages_cannot_be_saved_without_a_bucket(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    write_day(container.store, 1, DAY, None)
    output = sunwi("trackings", "proof", "1", "--out", "proofs")
    assert output.code == 1
    assert "EVIDENCE_BUCKET 설정이 없습니다" in output.err
