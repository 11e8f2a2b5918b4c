"""Params of a job: which a kind knows, and which texts and numbers they may be."""

from collections.abc import Collection, Mapping
from typing import Any

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput


def check_names(params: Mapping[str, Any], *, required: Collection[str], optional: Collection[str] = ()) -> None:
    """Require that params have every name that a kind needs, and none that it does not know.

    Raises:
        InvalidInput: Of all that are missing and all that are unknown.
    """
    known = [*required, *optional]
    missing: list[InvalidInput] = [
        InvalidInput(f"the param {name} is missing", code="param_missing", param=name)
        for name in required
        if params.get(name) is None
    ]
    unknown = [
        InvalidInput(
            f"there is no param {quote(name)}: use {', '.join(known)}", code="param_unknown", param=name, known=known
        )
        for name in params
        if name not in known
    ]
    if missing or unknown:
        raise InvalidInput.of_all(missing + unknown)


def param_unusable(name: str, value: object, wanted: str) -> InvalidInput:
    """Return what is wrong with a param's value.

    Args:
        name: The param's.
        value: As it was written.
        wanted: What may stand there, as a word that English and Korean share, `true|false` for instance.
    """
    return InvalidInput(
        f"the param {name} cannot be {quote(value)}: use {wanted}",
        code="param_unusable",
        param=name,
        value=value,
        wanted=wanted,
    )


def text_param(params: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a text; the default where it is left out.

    Raises:
        InvalidInput: It is no text.
    """
    value = params.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise param_unusable(name, value, "text")
    return value


def number_param(params: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number that is not negative, whether it was written as a number or as its digits.

    Raises:
        InvalidInput: It is none.
    """
    value = params.get(name)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) <= _DIGITS:
        return int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_DIGITS):
        return value
    raise param_unusable(name, value, "0, 1, 2, …")


#: Digits of a number: what every database holds.
_DIGITS = 18
