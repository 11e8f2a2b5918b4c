"""What is worth telling a client, and since when that holds.

Source: docs/evaluation.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sunwi.domain.evaluation import EventKind
from sunwi.errors import InvalidInput

#: Least and greatest value of each threshold that is a number.
LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"drop_places": (1, 300), "gap_days": (1, 30), "unmeasured_nights": (1, 30), "ends_soon_days": (1, 10)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is worth telling.

    Attributes:
        drop_places: So many places further down are a drop.
        gap_days: Measured days that lie further apart are not compared; 1 is the day before.
        unmeasured_nights: So many nights running without a measurement are told.
        ends_soon_days: A session ends soon when it sells so many more days.
        told: Kinds that a digest has; the others are judged and stored all the same.
        is_daily: A digest is sent on days without anything to tell, too: its counts in a line.
    """

    drop_places: int = 4
    gap_days: int = 3
    unmeasured_nights: int = 2
    ends_soon_days: int = 3
    told: frozenset[EventKind] = frozenset(EventKind)
    is_daily: bool = False

    def check(self) -> None:
        """Require that every number is within its limits.

        Raises:
            InvalidInput: Names all that are not.
        """
        found = [
            InvalidInput(
                f"{name} {value} cannot be used: use {least} to {most}",
                code="threshold_unusable",
                threshold=name,
                value=value,
                least=least,
                most=most,
            )
            for name, (least, most) in LIMITS.items()
            if not least <= (value := getattr(self, name)) <= most
        ]
        if found:
            raise InvalidInput.of_all(found)


#: Of a client that nobody has set any for, and of trackings without a client.
DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedThresholds:
    """Thresholds and the first KST date that is judged by them: days that were judged before keep what they had."""

    since: date
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class ThresholdBook:
    """The thresholds of all clients.

    Attributes:
        by_client: In the order of their dates; clients without any are left out.
    """

    by_client: Mapping[int, Sequence[DatedThresholds]] = field(default_factory=dict)

    def on(self, client_id: int | None, day: date) -> Thresholds:
        """Return what holds for a client on a KST date."""
        found = DEFAULT_THRESHOLDS
        for dated in self.by_client.get(client_id, ()) if client_id is not None else ():
            if dated.since > day:
                break
            found = dated.thresholds
        return found

    def daily_clients(self, day: date) -> Sequence[int]:
        """Return the clients that want a digest every day, by id."""
        return sorted(client_id for client_id in self.by_client if self.on(client_id, day).is_daily)

    @property
    def most_ends_soon_days(self) -> int:
        """The greatest `ends_soon_days` of all."""
        dated = (one.thresholds.ends_soon_days for book in self.by_client.values() for one in book)
        return max(dated, default=DEFAULT_THRESHOLDS.ends_soon_days)
