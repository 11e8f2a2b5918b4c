"""What somebody asks for, before it is a job."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sunwi.domain.job_priority import Priority

#: Bytes of a job's params, as JSON in UTF-8, at most.
MAX_PARAMS_BYTES = 64 * 1024
#: Nobody asks for a job that is to begin later than that.
LONGEST_WAIT = timedelta(days=366)
#: Characters of an idempotency key, at most.
MAX_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """A job as it is asked for; None leaves it to the kind, or to the way that it is asked for.

    Attributes:
        work: Name of a kind; a kind that is not known is refused.
        params: For the kind to check; JSON only.
        priority: None is its kind's of a single job, low of a bulk submission.
        not_before: It is not admitted before that; aware. None is now.
        limit_seconds: Running time over all attempts, at most that of its kind.
        notify: What is told of its end; read by notices.
        undoes: Id of the job that it takes back.
    """

    work: str
    params: Mapping[str, Any]
    priority: Priority | None = None
    not_before: datetime | None = None
    limit_seconds: int | None = None
    notify: Mapping[str, Any] | None = None
    undoes: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; what is left open is left out."""
        given = {
            "priority": None if self.priority is None else self.priority.name.lower(),
            "not_before": None if self.not_before is None else self.not_before.isoformat(),
            "limit_seconds": self.limit_seconds,
            "notify": None if self.notify is None else dict(self.notify),
            "undoes": self.undoes,
        }
        asked = {"work": self.work, "params": dict(self.params)}
        return asked | {name: value for name, value in given.items() if value is not None}


def fingerprint_orders(orders: Iterable[JobOrder], **terms: object) -> str:
    """Return the same 64 hex digits for the same orders in the same sequence under the same terms.

    Args:
        orders: What is asked for.
        terms: How; JSON only.
    """
    asked = {"orders": [order.as_json() for order in orders], "terms": terms}
    # What is no JSON is refused later; here it only has to be told from something else.
    return sha256(json.dumps(asked, sort_keys=True, default=repr).encode()).hexdigest()
