"""What routes of bulk actions answer."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from sunwi.web.openapi.answered import Answered, Document
from sunwi.web.openapi.answers.jobs import Job, UndoneJob


class BulkCount(Document):
    """How many trackings a filter takes."""

    count: int = Field(description="The `expected_count` to submit.")


class StartedBulkAction(Document):
    """A bulk action that was asked for."""

    action: str
    matched: int
    job: Job = Field(description="Its result names what became of each row.")
    is_repeat: bool


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "count_bulk_action": BulkCount,
    "start_bulk_action": Answered(model=StartedBulkAction, problems=(412,)),
    "undo_bulk_action": UndoneJob,
}
