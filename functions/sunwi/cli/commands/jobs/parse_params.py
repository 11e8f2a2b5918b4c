"""Read the params of a job as they are typed: `name=value`, `name:=JSON`, `name.part=value`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sunwi.cli.read_file import read_bytes
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput


def parse_params(typed: Iterable[str], *, file: Path | None = None) -> dict[str, Any]:
    """Put params together.

    Args:
        typed: Each `name=text`, or `name:=JSON` for what is no text; dots in a name make objects within objects.
        file: A JSON object that they are added to; `-` is standard input.

    Raises:
        InvalidInput: One of them is not written so, or the file has no JSON object.
    """
    params = {} if file is None else _read_object(file)
    for text in typed:
        name, equals, value = text.partition("=")
        is_json = name.endswith(":")
        parts = name.removesuffix(":").split(".")
        if not equals or not all(part.strip() for part in parts):
            raise _unreadable(text)
        _place(params, parts, _parse_json(value, text) if is_json else value, text)
    return params


def _read_object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_bytes(file))
    except ValueError as error:
        raise _no_object(file) from error
    if not isinstance(found, dict):
        raise _no_object(file)
    return found


def _place(params: dict[str, Any], parts: list[str], value: object, text: str) -> None:
    """Put a value where the parts of its name lead."""
    *outer, last = (part.strip() for part in parts)
    place = params
    for part in outer:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise _unreadable(text)
        place = inner
    place[last] = value


def _parse_json(value: str, text: str) -> object:
    try:
        return json.loads(value)
    except ValueError as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        f"the param {quote(text)} cannot be read: write name=text, or name:=JSON for numbers, lists and true or false",
        code="param_unreadable",
        typed=text,
    )


def _no_object(file: Path) -> InvalidInput:
    return InvalidInput(f"{file} has no JSON object", code="params_no_object", file=str(file))
