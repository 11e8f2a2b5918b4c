"""Connections of open pages in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.errors import SunwiError
from sunwi.service.ports.doors.live import Connections


@dataclass
class InMemoryConnections(Connections):
    """Keeps what pages are told.

    Attributes:
        told: Ids with their messages, in order.
        closed: Ids, in order.
        gone: Connections that have ended by themselves.
        fault: Raised in place of every answer.
    """

    told: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    fault: SunwiError | None = None

    @override
    def tell(self, connection_id: str, message: Mapping[str, object]) -> bool:
        if self.fault is not None:
            raise self.fault
        if connection_id in self.gone:
            return False
        self.told.append((connection_id, message))
        return True

    @override
    def close(self, connection_id: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.closed.append(connection_id)
