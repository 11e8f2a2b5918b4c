"""Read a request's query and body as its route's models have them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sunwi.errors import InvalidInput

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_query(model: type[ModelT] | None, query: Mapping[str, Sequence[str]]) -> ModelT | None:
    """Read the parameters behind an address's question mark.

    Args:
        model: None where the route takes none.
        query: Values by name; a name that comes twice is refused.

    Raises:
        InvalidInput: They are not what the route takes (`request_invalid`).
    """
    if twice := sorted(name for name, values in query.items() if len(values) > 1):
        raise _invalid([{"field": name, "problem": "given more than once"} for name in twice])
    values = {name: each[0] for name, each in query.items()}
    if model is None:
        if values:
            raise _invalid([{"field": name, "problem": "unknown"} for name in sorted(values)])
        return None
    return _validate(model, values)


def read_body(model: type[ModelT] | None, content: bytes, content_type: str, *, most: int) -> ModelT | None:
    """Read a JSON body.

    Args:
        model: None where the route takes none.
        content: As it came.
        content_type: The request's header.
        most: Bytes that the route takes.

    Raises:
        InvalidInput: It is too large, no JSON, or not what the route takes.
    """
    if len(content) > most:
        raise InvalidInput(
            f"{len(content)} bytes are too many for one request: send at most {most}, or a file",
            code="body_too_large",
            bytes=len(content),
            most=most,
        )
    if model is None:
        return None
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise InvalidInput("send JSON, as application/json", code="body_type_unknown", wanted="application/json")
    try:
        parsed = json.loads(content.decode(), parse_constant=_refuse_constant)
        if rb"\u" in content:
            # Half of a surrogate pair is no text that anything could store.
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidInput("the body is no JSON", code="body_not_json") from None
    return _validate(model, parsed)


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which only Python takes for JSON."""
    raise ValueError(name)


def _validate(model: type[ModelT], values: object) -> ModelT:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    except RecursionError:
        raise InvalidInput("the body is no JSON", code="body_not_json") from None
    raise _invalid([{"field": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in found])


def _invalid(problems: list[dict[str, Any]]) -> InvalidInput:
    named = "; ".join(f"{each['field'] or 'body'}: {each['problem']}" for each in problems[:10])
    return InvalidInput(f"the request cannot be used: {named}", code="request_invalid", problems=problems)
