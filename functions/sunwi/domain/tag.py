"""Tags: words that an agency sorts its trackings by."""

import unicodedata

from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput

#: Longest tag, in characters.
MAX_TAG_LENGTH = 50
#: Most tags of one tracking.
MAX_TAGS = 20


def normalise_tag(text: str) -> str:
    """Compose a tag's Hangul (NFC), trim it and make every run of white space in it one space.

    Raises:
        InvalidInput: Empty, longer than `MAX_TAG_LENGTH`, or with characters in it that nobody can see.
    """
    tag = " ".join(unicodedata.normalize("NFC", text).split())
    if not tag:
        raise InvalidInput("a tag is empty: write a word", korean="태그가 비어 있습니다: 낱말을 쓰세요")
    if len(tag) > MAX_TAG_LENGTH:
        raise InvalidInput(
            f"the tag {quote(tag)} has {len(tag)} characters: use at most {MAX_TAG_LENGTH}",
            korean=f"태그 {quote(tag)}: {len(tag)}자입니다. 최대 {MAX_TAG_LENGTH}자까지 쓰세요",
        )
    if unseen := find_invisible_character(tag):
        raise InvalidInput(
            f"the tag {quote(tag)} has the invisible character {unseen}: remove it",
            korean=f"태그 {quote(tag)}: 보이지 않는 글자 {unseen}이(가) 있습니다. 지우세요",
        )
    return tag


def check_tag_count(count: int) -> None:
    """Require that a tracking has no more than `MAX_TAGS` tags.

    Raises:
        InvalidInput: It has.
    """
    if count > MAX_TAGS:
        raise InvalidInput(
            f"{count} tags are too many for one tracking: use at most {MAX_TAGS}",
            korean=f"추적 하나의 태그가 {count}개로 너무 많습니다: 최대 {MAX_TAGS}개까지 쓰세요",
        )
