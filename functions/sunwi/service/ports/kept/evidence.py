"""What is kept of pages, to prove what was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sunwi.domain.observation import LoadedSurface
from sunwi.domain.picture import PagePicture
from sunwi.domain.reading import ServedPage


class EvidenceStore(Protocol):
    """Keeps the pages that prove what was read."""

    def keep(self, run_id: str, loaded: LoadedSurface) -> str:
        """Keep loaded pages and return the key that they are found under.

        Raises:
            Retryable: The store cannot be reached.
        """
        ...

    def keep_pictures(self, evidence_key: str, pictures: Mapping[int, PagePicture], *, fetched_at: datetime) -> None:
        """Keep pictures of pages beside those pages, by the number of each page, from 1.

        Raises:
            Retryable: The store cannot be reached.
        """
        ...

    def load(self, evidence_key: str) -> list[ServedPage]:
        """Return kept pages in the order of their loads.

        Raises:
            Retryable: The store cannot be reached.
            InvalidInput: Nothing is kept under that key.
        """
        ...

    def pictures(self, evidence_key: str) -> dict[int, PagePicture]:
        """Return the kept pictures by the number of their page, from 1; pages without one are left out.

        Raises:
            Retryable: The store cannot be reached.
        """
        ...
