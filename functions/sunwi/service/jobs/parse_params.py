"""Check the params of a job by its kind's model, and name everything that is wrong with them."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput

ParamsModel = TypeVar("ParamsModel", bound=BaseModel)


def parse_params(model: type[ParamsModel], params: Mapping[str, object]) -> ParamsModel:
    """Build a kind's params.

    Args:
        model: Forbids what it does not know.
        params: As they were sent or stored.

    Raises:
        InvalidInput: Some are missing, unknown or unusable; all are named.
    """
    try:
        return model.model_validate(dict(params))
    except ValidationError as error:
        known = ", ".join(model.model_fields)
        raise InvalidInput.of_all(
            _problem(problem["type"], ".".join(str(part) for part in problem["loc"]), problem["msg"], known)
            for problem in error.errors(include_url=False, include_context=False, include_input=False)
        ) from None


def _problem(kind: str, name: str, message: str, known: str) -> InvalidInput:
    if kind == "missing":
        return InvalidInput(f"the param {name} is missing", code="param_missing", param=name)
    if kind == "extra_forbidden":
        return InvalidInput(
            f"the param {quote(name)} is not known: use {known}", code="param_unknown", param=name, known=known
        )
    return InvalidInput(
        f"the param {quote(name)} cannot be used: {message}", code="param_unusable", param=name, cause=message
    )
