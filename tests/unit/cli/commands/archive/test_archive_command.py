import json

import pytest

from sunwi.testing.archive import InMemoryArchiveFiles
from tests.archive.archive_world import ArchiveWorld
from tests.unit.cli.command_line import CommandLine


def test_nothing_is_listed_before_anything_is_archived(sunwi: CommandLine) -> None:
    assert "보관한 것이 없습니다" in sunwi("archive", "list").out
    assert sunwi("archive", "list", "--json").document() == {"months": []}


@pytest.mark.usefixtures("old")
def test_months_are_listed_with_rows_files_and_size(sunwi: CommandLine) -> None:
    shown = sunwi("archive", "list").out
    lines = [line.split() for line in shown.splitlines()]
    (attempts,) = [line for line in lines if line[:1] == ["attempt"]]
    assert attempts[:5] == ["attempt", "시도", "2026-01", "6", "1"]
    assert attempts[-1] == "보관"
    assert "보관된 행" in shown
    document = sunwi("archive", "list", "--table", "attempt", "--json").document()
    (month,) = document["months"]
    (part,) = month["parts"]
    assert (month["month"], month["rows"], part["rows"]) == ("2026-01", 6, 6)
    assert part["key"] == "archive/attempt/2026-01/part-1.jsonl.gz"
    assert part["emptied_at"].startswith("2026-04")


@pytest.mark.usefixtures("old")
def test_rows_of_a_month_are_shown_and_searched(sunwi: CommandLine) -> None:
    assert '"message_id": "m-1-0"' in sunwi("archive", "show", "attempt", "2026-01").out
    document = sunwi("archive", "show", "attempt", "2026-01", "--find", "m-2-", "--json").document()
    assert [row["message_id"] for row in document["rows"]] == ["m-2-0", "m-2-1"]
    shown = sunwi("archive", "show", "attempt", "2026-01", "--limit", "1").out
    assert "처음 1건만 보였습니다" in shown
    assert "맞는 행이 없습니다" in sunwi("archive", "show", "attempt", "2026-01", "--find", "없는 말").out


def test_the_content_of_a_reading_is_shown_wherever_it_is(sunwi: CommandLine, old: ArchiveWorld) -> None:
    moved = sunwi("archive", "show", "--reading", "1", "--json").document()
    assert moved["is_archived"] is True
    assert json.loads(moved["content"])["verdict"] == "recognised"
    (here,) = [sunwi("archive", "show", "--reading", "6", "--json").document()]
    assert here["is_archived"] is False
    assert f"보관 파일, SHA-256 {moved['sha256']}" in sunwi("archive", "show", "--reading", "1").out
    assert old.count("page_reading") == 8


def test_rows_are_restored_and_said_to_stay_for_a_while(sunwi: CommandLine, old: ArchiveWorld) -> None:
    shown = sunwi("archive", "restore", "observation", "2026-01").out
    assert "14일 동안" in shown
    assert "다름" not in shown
    document = sunwi("archive", "restore", "observation", "2026-01", "--json").document()
    assert document["tables"]["observation"] == {"added": 0, "there": 2, "different": 0}
    assert old.count("observation") == 10
    assert "되살림" in sunwi("archive", "list", "--table", "observation").out


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("show",), 2, "볼 것을 쓰지 않았습니다"),
        (("show", "attempt"), 2, "볼 것을 쓰지 않았습니다"),
        (("show", "attempt", "1월"), 2, "달이 아닙니다"),
        (("show", "attempt", "2020-01"), 2, "보관한 것이 없습니다"),
        (("restore", "rank_history", "2026-01"), 2, "보관한 것이 없습니다"),
        (("show", "--reading", "2"), 2, "판독 2번이 없습니다"),
    ],
)
def test_what_cannot_be_shown_or_restored_is_refused(
    sunwi: CommandLine, arguments: tuple[str, ...], code: int, told: str
) -> None:
    output = sunwi("archive", *arguments)
    assert (output.code, told in output.err) == (code, True), output.err


@pytest.mark.usefixtures("old")
def test_a_bucket_that_is_away_is_said_so(sunwi: CommandLine, files: InMemoryArchiveFiles) -> None:
    files.is_away = True
    assert sunwi("archive", "show", "attempt", "2026-01").code == 1
    assert sunwi("archive", "list").code == 0
