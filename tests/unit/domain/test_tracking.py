import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.tracking import MAX_KEYWORD_LENGTH, normalise_keyword
from sunwi.errors import InvalidInput


def test_decomposed_hangul_is_composed_and_trimmed_with_inner_spaces_kept() -> None:
    typed = unicodedata.normalize("NFD", "\u3000강남역  맛집\t")
    assert normalise_keyword(typed) == "강남역  맛집"


@given(st.text(max_size=300))
def test_a_keyword_is_normalised_once_and_for_all_or_refused(text: str) -> None:
    try:
        keyword = normalise_keyword(text)
    except InvalidInput:
        return
    assert normalise_keyword(keyword) == keyword
    assert keyword == unicodedata.normalize("NFC", keyword).strip()
    assert 0 < len(keyword) <= MAX_KEYWORD_LENGTH
    keyword.encode()


def test_an_emoji_is_a_word_like_any_other() -> None:
    assert normalise_keyword("맛집 🍜") == "맛집 🍜"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \u3000", "empty"),
        ("가" * 256, "256 characters"),
        ("강남\x00역", "U\\+0000"),
        ("강남\n역", "U\\+000A"),
        ("강남\u200b역", "U\\+200B"),
        ("\ufeff강남", "U\\+FEFF"),
        ("강남\ud83d", "U\\+D83D"),
    ],
)
def test_an_unusable_keyword_is_refused_with_its_reason(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        normalise_keyword(text)
