"""Read what a page said, from the database or, of a day that is archived, from its file."""

from collections.abc import Callable
from dataclasses import dataclass

from sunwi.domain.archive import reading_key
from sunwi.errors import InvalidInput
from sunwi.service.archive.move_contents import hash_content, unpack_content
from sunwi.service.ports.kept.archive import ArchiveFiles
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True)
class ReadingContent:
    """The content of a page reading.

    Attributes:
        text: JSON, letter by letter as it was stored.
        sha256: Of the text, in hex.
        is_archived: It was read from its file, and proved by the hash in the row.
    """

    text: str
    sha256: str
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContent:
    """Reads contents.

    Attributes:
        open_files: Opens the bucket, where a content is archived.
    """

    store: Store
    open_files: Callable[[], ArchiveFiles]

    def read(self, reading_id: int) -> ReadingContent:
        """Return the content of a page reading, wherever it is.

        Raises:
            InvalidInput: There is no such reading in the database.
            Permanent: Its file is not there, or damaged.
            Retryable: Files or database cannot be reached.
        """
        with self.store.read() as tx:
            stored = tx.archive.stored_content(reading_id)
        if stored is None or (stored.text is None and stored.sha256 is None):
            raise InvalidInput(
                f"there is no page reading {reading_id} in the database",
                code="reading_unknown",
                reading_id=reading_id,
            )
        if stored.text is not None:
            return ReadingContent(stored.text, hash_content(stored.text), is_archived=False)
        key, sha256 = reading_key(reading_id), str(stored.sha256)
        text = unpack_content(reading_id, self.open_files().get([key])[key], sha256)
        return ReadingContent(text, sha256, is_archived=True)
