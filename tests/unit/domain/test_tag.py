import unicodedata

import pytest

from sunwi.domain.tag import MAX_TAG_LENGTH, MAX_TAGS, check_tag_count, normalise_tag
from sunwi.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("단골", "단골"),
        (unicodedata.normalize("NFD", "단골"), "단골"),
        ("  월 \t 보장  ", "월 보장"),
        ("VIP", "VIP"),
        ("가" * MAX_TAG_LENGTH, "가" * MAX_TAG_LENGTH),
    ],
)
def test_a_tag_is_composed_and_its_spaces_are_made_one(typed: str, stored: str) -> None:
    assert normalise_tag(typed) == stored


@pytest.mark.parametrize(
    ("typed", "reason"),
    [(" \t ", "empty"), ("가" * (MAX_TAG_LENGTH + 1), "has 51 characters"), ("단\u200b골", r"U\+200B")],
)
def test_a_tag_that_cannot_be_used_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        normalise_tag(typed)


def test_a_tracking_has_twenty_tags_at_most() -> None:
    check_tag_count(MAX_TAGS)
    with pytest.raises(InvalidInput, match="21 tags are too many"):
        check_tag_count(MAX_TAGS + 1)
