"""Find cells that a spreadsheet would run instead of show."""

import re
import unicodedata

#: These start a formula whatever follows.
_ALWAYS = "=@"
#: These start a formula only when something that can be computed follows.
_SIGNS = "+-"

_OPERATOR = r"[-+*/^&<>=]"
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![0-9])"

#: What makes a text behind a sign a formula.
_COMPUTED = (
    (re.compile(r"\|"), "has | in it"),
    (re.compile(r"(?<![0-9A-Za-z_.])[A-Za-z_][A-Za-z0-9_.]*\s*\("), "calls a function"),
    (re.compile(r"![\s$]*[A-Za-z]"), "names another sheet"),
    (re.compile(rf"^(?=.*{_OPERATOR})(?:{_OPERATOR}|[0-9.,\s()%:])+$"), "is a sum"),
    (re.compile(rf"^(?=.*{_CELL})(?:{_CELL}|{_OPERATOR}|[0-9.,\s()%:])+$"), "names a cell"),
)


def find_formula(text: str) -> str | None:
    """Describe why a spreadsheet would take a text for a formula.

    `=` and `@` always start one. `+` and `-` do when a function call, a cell, a link to another program
    (`|`) or a sum follows; `-5kg 다이어트` and `+1 이벤트` stay text. Full-width signs count as plain ones.

    Args:
        text: A cell; spaces around it do not matter.

    Returns:
        A few words on what was found, or None for plain text.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.startswith(tuple(_ALWAYS)):
        return f"it starts with {plain[0]}"
    if not plain.startswith(tuple(_SIGNS)):
        return None
    rest = plain.lstrip(_SIGNS + " ")
    found = next((what for pattern, what in _COMPUTED if pattern.search(rest)), None)
    return f"it starts with {plain[0]} and {found}" if found else None
