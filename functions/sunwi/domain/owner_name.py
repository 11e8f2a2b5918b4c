"""How a client or an agency may be called."""

import unicodedata

from sunwi.domain.spreadsheet_formula import find_formula
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput

#: Longest name of a client or an agency, in characters.
MAX_NAME_LENGTH = 255


def parse_owner_name(label: str, korean: str, text: str) -> str:
    """Return the name of a client or an agency as it is stored; empty where nothing was typed.

    Args:
        label: `client` or `agency`.
        korean: The same, as a file's column has it.
        text: As typed.

    Raises:
        InvalidInput: It is too long, has what nobody can see, or would run as a formula.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(
            f"the {label} ({korean}) has {len(name)} characters: use at most {MAX_NAME_LENGTH}",
            code="name_too_long",
            field=label,
            length=len(name),
            longest=MAX_NAME_LENGTH,
        )
    if unseen := find_invisible_character(name):
        raise InvalidInput(
            f"the {label} ({korean}) {quote(name)} has the invisible character {unseen}: remove it",
            code="name_has_invisible",
            field=label,
            name=name,
            character=unseen,
        )
    refuse_formula(label, korean, name)
    return name


def refuse_formula(label: str, korean: str, text: str) -> None:
    """Refuse a text that a spreadsheet would run instead of show.

    Args:
        label: Of the field.
        korean: The same in Korean.
        text: As typed.

    Raises:
        InvalidInput: It would.
    """
    reason = find_formula(text)
    if reason:
        raise InvalidInput(
            f"the {label} ({korean}) {quote(text)} would run as a formula in a spreadsheet ({reason}): "
            "write it without the first sign",
            code="text_is_formula",
            field=label,
            typed=text,
        )
