"""Idempotency keys: what may be one, and whether it is repeated with the same words."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.job_order import MAX_KEY_LENGTH
from sunwi.domain.job_request import JobRequest
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import Conflict, Forbidden, InvalidInput

_KINDS = {kind.__name__: kind for kind in (InvalidInput, Conflict, Forbidden)}


def check_key(key: str | None) -> None:
    """Require a key of 1 to `MAX_KEY_LENGTH` characters that can be seen; None is no key.

    Raises:
        InvalidInput: It is another.
    """
    if key is not None and (not key.strip() or len(key) > MAX_KEY_LENGTH or find_invisible_character(key)):
        raise InvalidInput(
            f"the idempotency key {quote(key)} cannot be used: use 1 to {MAX_KEY_LENGTH} visible characters",
            code="idempotency_key_unusable",
            key=key,
            most=MAX_KEY_LENGTH,
        )


def check_repeat(request: JobRequest, fingerprint: str) -> None:
    """Require that a key which was used before was used for the same.

    Raises:
        Conflict: It was not.
    """
    if request.fingerprint != fingerprint:
        raise Conflict(
            f"the idempotency key {quote(request.key)} was used for something else: use another one",
            code="idempotency_key_reused",
            key=request.key,
        )


def key_spent(key: str) -> Conflict:
    """Return what is answered where jobs of a key are no longer kept, so that nothing can be repeated."""
    return Conflict(
        f"the idempotency key {quote(key)} was used for jobs that are no longer kept: use another one",
        code="idempotency_key_spent",
        key=key,
    )


def error_as_json(error: InvalidInput) -> dict[str, Any]:
    """Return an error as a request keeps it."""
    return {
        "kind": type(error).__name__,
        "code": error.code,
        "message": str(error),
        "fields": {name: _plain(value) for name, value in error.fields.items()},
        "problems": [error_as_json(problem) for problem in error.problems],
    }


def error_from_json(kept: Mapping[str, Any]) -> InvalidInput:
    """Return an error that a request has kept."""
    kind = _KINDS.get(kept["kind"], InvalidInput)
    error = kind(kept["message"], code=kept["code"], **kept["fields"])
    error.problems = tuple(error_from_json(problem) for problem in kept["problems"])
    return error


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)
