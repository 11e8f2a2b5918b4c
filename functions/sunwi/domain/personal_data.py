"""What is held about a person, and how it is taken out of rows: from the database and from its archive alike.

Source: docs/privacy.md; docs/adr/0058-archived-rows-are-files.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

#: Letters of a person's name or address, at most.
MOST_LETTERS = 255

_PSEUDONYM = "erased-"
#: Makes each guess at who a pseudonym stands for cost so much: 2^14 rounds over 16 MB.
_SALT, _COST, _BLOCK, _LANES, _DIGEST_BYTES = b"sunwi:pseudonym", 1 << 14, 8, 1, 12


class Treatment(StrEnum):
    """What becomes of a JSON column that names the person."""

    #: The person's pseudonym takes its place, wherever it stands.
    REPLACE = "replace"
    #: The whole column becomes NULL: it says where to send something.
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalColumns:
    """Where rows of a table may name a person.

    Attributes:
        owners: Columns that are an owner's name; compared letter by letter.
        addresses: Columns that are an address; capital letters make no difference.
        documents: JSON columns any text of which may be the person's.
        also: What is set besides in a row that named the person.
        is_deleted: The row goes as a whole: nothing else is worth keeping in it.
    """

    owners: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    documents: Mapping[str, Treatment] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    is_deleted: bool = False


def check_person(text: str) -> str:
    """Return whom a text names, without the spaces around it.

    Raises:
        InvalidInput: Nobody that could be forgotten.
    """
    person = text.strip()
    if not person or person == SYSTEM_OWNER or person.startswith(_PSEUDONYM) or len(person) > MOST_LETTERS:
        raise InvalidInput(
            f"{quote(text)} is no person: use an owner as lists show it, or an e-mail address",
            code="person_unusable",
            typed=text,
        )
    return person


def pseudonym_of(person: str) -> str:
    """Return the name that stands for a person who was erased: the same each time, so that twice is once.

    It is slow on purpose: whoever has only the pseudonym finds the person by trying every name there could be.
    """
    digest = hashlib.scrypt(
        person.casefold().encode(), salt=_SALT, n=_COST, r=_BLOCK, p=_LANES, dklen=_DIGEST_BYTES, maxmem=64 << 20
    )
    return _PSEUDONYM + digest.hex()


def names_of(row: Mapping[str, Any], columns: PersonalColumns, person: str) -> tuple[str, ...]:
    """Return the columns of a row that name a person.

    Args:
        row: By column; JSON as text.
        columns: Where its table may name one.
        person: As `check_person` returns it.
    """
    own = [name for name in columns.owners if row.get(name) == person]
    reached = [name for name in columns.addresses if _is_same(row.get(name), person)]
    told = [name for name in columns.documents if _has(_parsed(row.get(name)), person)]
    return (*own, *reached, *told)


def erased(row: Mapping[str, Any], columns: PersonalColumns, person: str, *, pseudonym: str) -> dict[str, Any]:
    """Return what is to be set in a row so that it no longer names a person; nothing when it does not.

    Args:
        row: By column; JSON as text.
        columns: Where its table may name one.
        person: As `check_person` returns it.
        pseudonym: What takes the person's place.

    Returns:
        By column; JSON as text, None where a column becomes NULL.
    """
    changes: dict[str, Any] = {}
    for name in names_of(row, columns, person):
        treatment = columns.documents.get(name)
        if treatment is None:
            changes[name] = pseudonym
        elif treatment is Treatment.CLEAR:
            changes[name] = None
        else:
            changes[name] = json.dumps(_without(_parsed(row[name]), person, pseudonym))
    return {**changes, **columns.also} if changes else {}


def _parsed(text: str | None) -> Any:  # noqa: ANN401 - JSON
    return None if text is None else json.loads(text)


def _has(value: Any, person: str) -> bool:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return any(_is_same(name, person) or _has(inner, person) for name, inner in value.items())
    if isinstance(value, list):
        return any(_has(inner, person) for inner in value)
    return _is_same(value, person)


def _without(value: Any, person: str, pseudonym: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {
            pseudonym if _is_same(name, person) else name: _without(inner, person, pseudonym)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without(inner, person, pseudonym) for inner in value]
    return pseudonym if _is_same(value, person) else value


def _is_same(value: object, person: str) -> bool:
    return isinstance(value, str) and value.casefold() == person.casefold()
