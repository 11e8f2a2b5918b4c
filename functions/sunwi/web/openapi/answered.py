"""How the answers of a route are described."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A JSON object that a route answers, or a part of one.

    A field without a default is always there; one with a default may be left out. The reference shows docstrings
    and `Field(description=…)`, so they are written for whoever calls the API.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a route answers, where a model alone does not say it.

    Attributes:
        model: Of the JSON document under the route's `success`; None of an answer that has none.
        content_type: Of an answer that is no JSON; the model is None then.
        also: Further statuses without an error, with their models; None of one without a body.
        problems: Statuses of problems beside those that every route of its kind may have.
    """

    model: type[BaseModel] | None = None
    content_type: str = "application/json"
    also: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    problems: tuple[int, ...] = ()


#: Done, and there is nothing to say: status 204.
NOTHING = Answered()
