"""What the site was asked for."""

import threading
import time
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A search page that was asked for.

    Attributes:
        at: Seconds since the epoch.
    """

    at: float
    keyword: str


class RequestLog:
    """Counts of requests; safe to use from several threads. Control requests are not counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: Counter[str] = Counter()
        self._documents: Counter[str] = Counter()
        self._arrivals: list[Arrival] = []

    def note(self, host: str, path: str) -> None:
        """Count any request."""
        with self._lock:
            self._addresses[f"{host}{path}"] += 1

    def note_document(self, keyword: str) -> None:
        """Count a search page, healthy or not."""
        with self._lock:
            self._documents[keyword] += 1
            self._arrivals.append(Arrival(time.time(), keyword))

    @property
    def addresses(self) -> dict[str, int]:
        """Requests by host and path, without queries."""
        with self._lock:
            return dict(self._addresses)

    @property
    def documents(self) -> dict[str, int]:
        """Search pages by keyword, all devices together."""
        with self._lock:
            return dict(self._documents)

    @property
    def arrivals(self) -> list[Arrival]:
        """Search pages in the order in which they were asked for, all devices together."""
        with self._lock:
            return list(self._arrivals)

    def clear(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._addresses.clear()
            self._documents.clear()
            self._arrivals.clear()
