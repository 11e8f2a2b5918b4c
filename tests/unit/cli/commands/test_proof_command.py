from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from sunwi.domain.picture import PagePicture
from sunwi.testing import InMemoryEvidenceStore, picture_of
from tests.examples import NIGHT, new_reading, place_tracking, recognised
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

DAY = date(2026, 1, 2)


@pytest.fixture
def evidence(container: FakeContainer) -> InMemoryEvidenceStore:
    """Tracking 1, exposed on 2 January, with its page kept."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    write_day(container.adapters.store, 1, DAY, 3)
    kept = InMemoryEvidenceStore()
    key = kept.keep("scheduled-20260102", replace(new_reading("r", recognised())).loaded)
    with container.adapters.engine.begin() as connection:
        connection.execute(text("UPDATE page_reading SET evidence_key = :key"), {"key": key})
    replace_parts(container, evidence=kept)
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


def webp(height: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (700, height), "white").save(data, "WEBP", lossless=True)
    return data.getvalue()


def keep_picture(evidence: InMemoryEvidenceStore, *ids: str, number: int = 1) -> PagePicture:
    """Keep a picture of a page that shows these cards, a hundred pixels each."""
    picture = picture_of(recognised(*ids).cards, data=webp(100 * len(ids)))
    evidence.kept_pictures.setdefault("scheduled-20260102/1", {})[number] = picture
    return picture


def red_rows(path: Path) -> list[int]:
    """Rows of a saved picture with a pixel of the mark's colour."""
    with Image.open(path) as image:
        pixels = image.convert("RGB")
        rows = range(pixels.height)
        return [y for y in rows if any(pixels.getpixel((x, y)) == (214, 0, 28) for x in range(pixels.width))]


def test_the_picture_of_a_day_is_saved_with_the_trackings_card_marked(
    evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path
) -> None:
    keep_picture(evidence, "102", "103", "101", "104")
    document = sunwi("trackings", "proof", "1", "--out", "proofs", "--json").document()
    assert document["saved"] == ["proofs/1-2026-01-02-1.html", "proofs/1-2026-01-02-1.png"]
    assert document["pictures"] == [{"path": "proofs/1-2026-01-02-1.png", "page": 1, "marked": True}]
    assert document["picture_remark"] is None
    rows = red_rows(tmp_path / "proofs/1-2026-01-02-1.png")
    assert (rows[0], rows[-1]) == (200, 299)
    shown = sunwi("trackings", "proof", "1", "--out", "proofs").out
    assert "저장 proofs/1-2026-01-02-1.png (3위 칸 표시)" in shown


def test_a_corrected_day_marks_the_card_by_its_identity(
    evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path
) -> None:
    keep_picture(evidence, "101", "102", "103")  # then it was read as rank 1, and the ledger says 3 by now
    sunwi("trackings", "proof", "1", "--out", "proofs")
    rows = red_rows(tmp_path / "proofs/1-2026-01-02-1.png")
    assert (rows[0], rows[-1]) == (0, 99)


def test_of_several_pages_the_one_with_the_card_is_marked(
    evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path
) -> None:
    keep_picture(evidence, "102", "103")
    keep_picture(evidence, "101", number=2)
    document = sunwi("trackings", "proof", "1", "--out", "proofs", "--json").document()
    assert [(each["page"], each["marked"]) for each in document["pictures"]] == [(1, False), (2, True)]
    assert red_rows(tmp_path / "proofs/1-2026-01-02-1.png") == []


def test_a_day_that_is_not_exposed_saves_its_picture_unmarked(
    container: FakeContainer, evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path
) -> None:
    keep_picture(evidence, "102", "101")
    with container.adapters.engine.begin() as connection:
        connection.execute(text("UPDATE rank_history SET rank = NULL, area = NULL, page_rank = NULL"))
    output = sunwi("trackings", "proof", "1", "--out", "proofs")
    assert "미노출: 그림에 표시할 칸이 없습니다" in output.out
    assert red_rows(tmp_path / "proofs/1-2026-01-02-1.png") == []


def test_a_card_that_was_not_found_on_the_page_is_said_and_the_picture_saved_unmarked(
    evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path
) -> None:
    picture = keep_picture(evidence, "101")
    cards = (replace(picture.cards[0], rectangle=None),)
    evidence.kept_pictures["scheduled-20260102/1"][1] = replace(picture, cards=cards)
    output = sunwi("trackings", "proof", "1", "--out", "proofs")
    assert "그림에서 3위 칸의 위치를 찾지 못해 표시 없이 저장했습니다" in output.out
    assert red_rows(tmp_path / "proofs/1-2026-01-02-1.png") == []


@pytest.mark.usefixtures("evidence")
def test_a_day_without_a_picture_says_so(sunwi: CommandLine) -> None:
    assert "이 날의 페이지 그림은 없습니다" in sunwi("trackings", "proof", "1", "--out", "proofs").out


def test_the_label_has_a_number_where_no_font_has_korean_letters(
    evidence: InMemoryEvidenceStore, sunwi: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sunwi.cli.screens.mark_picture._KOREAN_FONTS", ("no-such-font.ttf",))
    keep_picture(evidence, "101")
    assert sunwi("trackings", "proof", "1", "--out", "proofs").code == 0
    assert red_rows(tmp_path / "proofs/1-2026-01-02-1.png")


@pytest.mark.usefixtures("evidence")
def test_a_day_that_was_not_measured_has_no_proof(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "proof", "1", "--day", "2026-01-03")
    assert (output.code, output.out) == (2, "")
    assert "추적 1번은 2026-01-03에 측정되지 않아" in output.err


def test_pages_cannot_be_saved_without_a_bucket(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)
    write_day(container.adapters.store, 1, DAY, None)
    output = sunwi("trackings", "proof", "1", "--out", "proofs")
    assert output.code == 1
    assert "EVIDENCE_BUCKET 설정이 없습니다" in output.err
