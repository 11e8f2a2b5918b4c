import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.typed_text import find_invisible_character, quote, without_invisible


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Lo"))))
def test_nothing_is_found_in_text_that_can_be_seen(text: str) -> None:
    assert find_invisible_character(text) is None


@given(before=st.text(), unseen=st.characters(categories=("Cc", "Cs", "Zl", "Zp")), after=st.text())
def test_what_nobody_can_see_is_found_wherever_it_stands(before: str, unseen: str, after: str) -> None:
    assert find_invisible_character(before + unseen + after) is not None


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "❤️‍🔥", "👩🏽‍🚀 우주", "🏳️‍🌈"])
def test_what_joins_an_emoji_is_seen_in_it(text: str) -> None:
    assert "\u200d" in text
    assert find_invisible_character(text) is None


@pytest.mark.parametrize("text", ["\u200d👧", "👧\u200d", "강\u200d남", "👧\u200d남", "\u200d"])
def test_what_joins_no_emoji_is_found(text: str) -> None:
    assert find_invisible_character(text) == "U+200D"


@given(text=st.text())
def test_a_quoted_text_is_short_and_has_nothing_in_it_that_nobody_can_see(text: str) -> None:
    quoted = quote(text)
    assert find_invisible_character(quoted) is None
    assert len(quoted) <= 10 * 101 + 2
    assert all(character == " " or unicodedata.category(character) != "Zs" for character in quoted)


def test_what_came_in_place_of_a_text_is_quoted_too() -> None:
    assert (quote(None), quote(7), quote("김밥")) == ("None", "7", "'김밥'")
    assert len(quote(["x"] * 1000)) == 101


@given(text=st.text())
def test_what_is_left_of_a_text_has_nothing_in_it_that_nobody_can_see(text: str) -> None:
    left = without_invisible(text)
    assert find_invisible_character(left) is None
    assert len(left) <= len(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("줄\n바꿈\t탭\u2028끝", "줄 바꿈 탭 끝"),
        ("강\u200b남\u202e역\x00\ud83d", "강남역"),
        ("👨‍👩‍👧 가\u200d나", "👨‍👩‍👧 가나"),
    ],
)
def test_what_separates_words_becomes_a_space_and_what_joins_an_emoji_stays(text: str, left: str) -> None:
    assert without_invisible(text) == left
