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
        raise InvalidInput("a tag is empty: write a word", code="tag_empty")
    if len(tag) > MAX_TAG_LENGTH:
        raise InvalidInput(
            f"the tag {quote(tag)} has {len(tag)} characters: use at most {MAX_TAG_LENGTH}",
            code="tag_too_long",
            tag=tag,
            length=len(tag),
            most=MAX_TAG_LENGTH,
        )
    if unseen := find_invisible_character(tag):
        raise InvalidInput(
            f"the tag {quote(tag)} has the invisible character {unseen}: remove it",
            code="tag_has_invisible_character",
            tag=tag,
            character=unseen,
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
            code="tags_too_many",
            count=count,
            most=MAX_TAGS,
        )
