"""Submit what a schedule asks for, as the queue of schedules brings it: once, however often it is brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sunwi.domain.actor import SYSTEM
from sunwi.errors import BadMessage, InvalidInput
from sunwi.service.jobs.submitting.due_message import read_due_message
from sunwi.service.jobs.submitting.submit_job import SubmitJob


@dataclass(frozen=True, slots=True)
class SubmitDue:
    """Submit jobs of schedules; they are the system's own."""

    submit_job: SubmitJob

    def submit(self, body: Mapping[str, Any], *, sent_at: datetime | None) -> None:
        """Submit one job, unless that was done for the same schedule and due time before.

        Args:
            body: Of the message.
            sent_at: When it was sent, aware; None where nobody says.

        Raises:
            BadMessage: The body is no submission, or of something that cannot be submitted: its queue moves it aside.
            StoreUnavailable: The database cannot be reached: the message comes again.
        """
        message = read_due_message(body)
        try:
            self.submit_job.submit(SYSTEM, message.order, idempotency_key=message.key(sent_at=sent_at))
        except InvalidInput as error:
            raise BadMessage(f"what a schedule submits cannot be: {error}") from error
