"""Open pages that are told when a job goes on: tickets, connections, and what they watch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sunwi.domain.account import Account, WebSession
from sunwi.errors import InvalidInput

#: From a ticket to the connection that it opens.
TICKET_LIFE = timedelta(seconds=30)
#: How long one that nobody took is kept.
TICKET_KEPT = timedelta(days=1)
#: AWS ends every connection after two hours, and one that is silent after ten minutes.
CONNECTION_LIFE = timedelta(hours=2)
#: Connections of an account at a time.
MOST_CONNECTIONS = 5
#: Things that a connection watches at a time.
MOST_TOPICS = 50
#: Watchers that one nudge reaches; the others see it at their next poll.
MOST_TOLD = 100
#: A job is told of no more often, but for its end.
NUDGE_PAUSE = timedelta(seconds=1)

#: All jobs of whoever asks.
MY_JOBS = "jobs:mine"
_JOB = re.compile(r"job:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whose page it is."""

    session_hash: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Connection:
    """An open page, with the session that it was opened in and its account, both as they are now."""

    id: str
    session: WebSession
    account: Account

    def holds(self, at: datetime) -> bool:
        """Return whether it may still be told anything."""
        return self.session.holds(at) and self.account.disabled_at is None


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched.

    Attributes:
        job_id: None of all jobs of an owner.
    """

    text: str
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A connection that watches something.

    Attributes:
        topic: As stored.
    """

    topic: str
    connection: Connection


def read_topic(text: object) -> Topic:
    """Read what somebody wants to watch.

    Raises:
        InvalidInput: There is nothing of that name (`topic_unknown`).
    """
    if text == MY_JOBS:
        return Topic(MY_JOBS)
    if isinstance(text, str) and (found := _JOB.fullmatch(text)):
        return Topic(text, found.group(1))
    raise InvalidInput("there is no such topic", code="topic_unknown")


def job_topic(job_id: str) -> str:
    """Return what a job is watched by."""
    return f"job:{job_id}"


def owner_topic(owner: str) -> str:
    """Return what all jobs of an owner are watched by, as stored."""
    return f"jobs:{owner}"


def shown_topic(stored: str) -> str:
    """Return a stored topic as its watcher knows it."""
    return stored if stored.startswith("job:") else MY_JOBS


def nudge_of(topic: str, version: int) -> Mapping[str, object]:
    """Return what a page is told: that there is something new, never what."""
    return {"topic": shown_topic(topic), "version": version}
