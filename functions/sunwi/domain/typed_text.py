"""Text that a person typed: what nobody could see in it, and how a message repeats it."""

import unicodedata
from collections.abc import Iterator

#: Characters of a text that a message repeats.
_QUOTED_LENGTH = 100

#: Letters that are drawn as nothing.
_FILLERS = "\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}\N{HANGUL FILLER}\N{HALFWIDTH HANGUL FILLER}"
#: Control and formatting characters, halves of surrogate pairs, separators of lines and of paragraphs.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

#: What separates words, though it is not seen.
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")

#: Joins the parts of one emoji; between anything else it is not seen.
_JOINER = "\N{ZERO WIDTH JOINER}"
_EMOJI_CATEGORIES = frozenset({"So", "Sk"})
_EMOJI_STYLE = "\N{VARIATION SELECTOR-16}"


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing, or changes how the others show."""
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or character in _FILLERS


def find_invisible_character(text: str) -> str | None:
    """Name the first character that nobody can see, as `U+200B`; None when there is none.

    Two texts that look the same would otherwise be two keywords. What joins an emoji is seen in it.
    """
    if text.isprintable() and not any(filler in text for filler in _FILLERS):
        return None
    for place, character in enumerate(text):
        if is_invisible(character) and not (character == _JOINER and _joins_emoji(text, place)):
            return f"U+{ord(character):04X}"
    return None


def without_invisible(text: str) -> str:
    """Take out what nobody can see, or what turns others round, but for what joins an emoji; a new line is a space."""
    return "".join(_seen(text))


def _seen(text: str) -> Iterator[str]:
    for place, character in enumerate(text):
        if character in _BREAKS:
            yield " "
        elif not is_invisible(character) or (character == _JOINER and _joins_emoji(text, place)):
            yield character


def _joins_emoji(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return _is_emoji(after) and (before == _EMOJI_STYLE or _is_emoji(before))


def _is_emoji(character: str) -> bool:
    return character != "" and unicodedata.category(character) in _EMOJI_CATEGORIES


def quote(value: object) -> str:
    """Repeat a text, or what came in place of one, in a message: printable, and short however long it is."""
    text = value if isinstance(value, str) else repr(value)
    shown = text if len(text) <= _QUOTED_LENGTH else text[:_QUOTED_LENGTH] + "…"
    return "".join(_written(character) for character in repr(shown)) if isinstance(value, str) else shown


def _written(character: str) -> str:
    return f"\\u{ord(character):04x}" if character in _FILLERS else character
