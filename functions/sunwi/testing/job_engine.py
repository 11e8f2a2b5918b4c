"""Tender and files of jobs in memory."""

from dataclasses import dataclass, field

from sunwi.errors import InvalidInput, Retryable


@dataclass
class InMemoryTender:
    """Keeps whether each nudge was urgent, in order."""

    nudges: list[bool] = field(default_factory=list)

    def nudge(self, *, urgent: bool = False) -> None:
        """Note it."""
        self.nudges.append(urgent)


@dataclass
class InMemoryJobFiles:
    """Keeps files in a dict, unless it is away."""

    is_away: bool = False
    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, data: bytes, *, content_type: str) -> None:  # noqa: ARG002 - whatever it is
        """Keep it.

        Raises:
            Retryable: It is away.
        """
        if self.is_away:
            raise Retryable("the files cannot be reached")
        self.kept[key] = data

    def get(self, key: str) -> bytes:
        """Return it.

        Raises:
            Retryable: It is away.
            InvalidInput: It is not there.
        """
        if self.is_away:
            raise Retryable("the files cannot be reached")
        if key not in self.kept:
            raise InvalidInput(f"there is no file {key}")
        return self.kept[key]
