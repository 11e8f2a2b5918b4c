"""What the site was asked for."""

import threading
from collections import Counter


class RequestLog:
    """Counts of requests; safe to use from several threads. Control requests are not counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses: Counter[str] = Counter()
        self._documents: Counter[str] = Counter()

    def note(self, host: str, path: str) -> None:
        """Count any request."""
        with self._lock:
            self._addresses[f"{host}{path}"] += 1

    def note_document(self, keyword: str) -> None:
        """Count a search page, healthy or not."""
        with self._lock:
            self._documents[keyword] += 1

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

    def clear(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._addresses.clear()
            self._documents.clear()
