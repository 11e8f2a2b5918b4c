"""Text of others, made safe to show."""

import unicodedata
from collections.abc import Iterable

from sunwi.domain.typed_text import is_invisible


def plain(text: str) -> str:
    """Take out what a terminal would obey instead of show."""
    return "".join(_shown(text))


def _shown(text: str) -> Iterable[str]:
    for character in text:
        if unicodedata.category(character) in {"Zl", "Zp"} or character == "\n":
            yield " "
        elif not is_invisible(character):
            yield character
