"""Fields of queries and bodies."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from sunwi.domain.schedule import KST

ItemT = TypeVar("ItemT")

#: The largest id that a database holds.
MAX_ID = 2**63 - 1


class Asked(BaseModel):
    """A query or a body; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


def _split(value: Any) -> Any:  # noqa: ANN401 - as it came
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _to_utc(at: datetime) -> datetime:
    try:
        return (at if at.tzinfo else at.replace(tzinfo=KST)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is out of reach") from error


#: Values of a query with commas between them, since a name may come only once: `state=FAILED,EXPIRED`.
CommaSeparated = Annotated[
    tuple[ItemT, ...],
    BeforeValidator(_split),
    WithJsonSchema({"type": "string", "description": "Values with commas between them."}),
]

#: An instant in ISO 8601; without an offset it is Korean time. Always UTC inside.
Moment = Annotated[datetime, AfterValidator(_to_utc)]

#: The number of a row.
RowId = Annotated[int, Field(ge=1, le=MAX_ID)]

#: A short word of a filter: a code, a kind, a name.
Word = Annotated[str, Field(max_length=200)]

#: Where a page begins, as the page before says with `next`.
Cursor = Annotated[str | None, Field(max_length=2000)]

#: Items of a page, unless somebody asks for another number.
PAGE_LENGTH = 50
