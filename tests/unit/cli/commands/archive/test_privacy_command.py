import pytest

from sunwi.domain.personal_data import pseudonym_of
from tests.archive.archive_world import ArchiveWorld
from tests.unit.cli.command_line import CommandLine

KIM, ADDRESS = "cli:kim", "kim@example.com"


@pytest.mark.usefixtures("old")
def test_what_is_held_is_shown_by_table_and_place_and_whole_as_json(sunwi: CommandLine) -> None:
    shown = sunwi("privacy", "show", KIM).out
    assert "감사 기록" in shown
    assert "보관 2026-01" in shown
    assert "데이터베이스" in shown
    document = sunwi("privacy", "show", ADDRESS, "--json").document()
    (row,) = document["rows"]
    assert (row["table"], row["archived_in"], row["columns"], row["row"]["id"]) == (
        "job",
        "2026-01",
        ["notify"],
        "job-kim",
    )
    assert document["count"] == 1


@pytest.mark.usefixtures("old")
def test_nobody_is_held_who_was_never_here(sunwi: CommandLine) -> None:
    assert "보관하는 것이 없습니다" in sunwi("privacy", "show", "nobody@example.com").out
    assert sunwi("privacy", "show", "nobody@example.com", "--json").document() == {"rows": [], "count": 0}


def test_nothing_is_erased_without_the_same_once_more(sunwi: CommandLine, old: ArchiveWorld) -> None:
    before = old.raw(("job", "audit"))
    shown = sunwi("privacy", "erase", KIM).out
    assert f"sunwi privacy erase {KIM} --confirm {KIM}" in shown
    assert sunwi("privacy", "erase", KIM, "--json").document()["count"] > 0
    refused = sunwi("privacy", "erase", KIM, "--confirm", "cli:kin")
    assert (refused.code, "아무것도 지우지 않았습니다" in refused.err) == (2, True)
    assert old.raw(("job", "audit")) == before


def test_a_person_is_erased_and_a_pseudonym_stands_there(sunwi: CommandLine, old: ArchiveWorld) -> None:
    shown = sunwi("privacy", "erase", KIM, "--confirm", KIM).out
    assert f"이제 {pseudonym_of(KIM)} 이(가) 대신합니다" in shown
    assert "보관하는 것이 없습니다" in sunwi("privacy", "show", KIM).out
    document = sunwi("privacy", "erase", ADDRESS, "--confirm", ADDRESS, "--json").document()
    assert document == {"pseudonym": pseudonym_of(ADDRESS), "rows": {}, "archived": {"job": 1}}
    with old.store.read() as tx:
        latest, before = tx.audit.latest(2)
    assert (latest.action, before.subject) == ("person_erased", pseudonym_of(KIM))


@pytest.mark.parametrize("command", ["show", "erase"])
def test_sunwi_itself_is_no_person(sunwi: CommandLine, command: str) -> None:
    output = sunwi("privacy", command, "system")
    assert (output.code, "사람을 가리키지 않습니다" in output.err) == (2, True)
