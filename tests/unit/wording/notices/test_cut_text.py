import pytest

from sunwi.wording.notices.cut_text import cut_lines, one_line
from tests.channels.example_notices import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_becomes_one_line_that_can_be_written_and_is_no_longer_than_it_may_be(text: str) -> None:
    line = one_line(text, 40)
    assert len(line) <= 40
    assert len(line.splitlines()) == 1
    assert not set(line) & set("\x00\x1b\t\u202e\u202c")
    line.encode()


def test_what_joins_an_emoji_stays_and_what_only_hides_goes() -> None:
    assert one_line("👨‍👩‍👧 강\u200b남\ud83d", 20) == "👨‍👩‍👧 강남"


def test_a_line_is_cut_with_a_mark_only_when_it_is_too_long() -> None:
    assert one_line("가나다라", 4) == "가나다라"
    assert one_line("가나다라마", 4) == "가나다…"
    assert one_line("가나 다라마", 4) == "가나…"


def test_lines_that_do_not_fit_are_counted() -> None:
    lines = [f"줄{number}" for number in range(5000)]
    assert cut_lines(lines, str, most_lines=2, most_characters=100) == ["줄0", "줄1", "외 4,998건"]
    assert cut_lines(lines, str, most_lines=100, most_characters=6) == ["줄0", "줄1", "외 4,998건"]
    assert cut_lines(lines[:2], str, most_lines=2, most_characters=100) == ["줄0", "줄1"]
    assert cut_lines(lines[:2], str, most_lines=0, most_characters=100) == ["외 2건"]
    assert cut_lines([], str, most_lines=2, most_characters=100) == []


def test_only_lines_that_are_shown_are_drawn() -> None:
    drawn: list[str] = []

    def draw(line: str) -> str:
        drawn.append(line)
        return line * 2

    assert cut_lines(["가"] * 5000, draw, most_lines=2, most_characters=100) == ["가가", "가가", "외 4,998건"]
    assert drawn == ["가", "가"]
