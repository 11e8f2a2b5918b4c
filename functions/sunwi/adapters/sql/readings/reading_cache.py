"""Page readings that this process has decoded lately."""

import hashlib
import json

from sunwi.adapters.sql.readings.reading_json import reading_from_json
from sunwi.domain.reading import PageReading

#: Readings that are kept: the trackings of one page stand together in a run, and few pages are under way at once.
MAX_READINGS = 16

_Key = tuple[int, bytes]


class ReadingCache:
    """Decodes the JSON of a stored reading once, however many trackings are looked up in it.

    Readings are never changed, so that one is known by its id; the hash of its text tells apart databases.
    """

    def __init__(self, max_readings: int = MAX_READINGS) -> None:
        """Begin with none.

        Args:
            max_readings: How many are kept; the one that was not asked for the longest goes first.
        """
        self._max_readings = max_readings
        self._kept: dict[_Key, PageReading] = {}

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._kept)

    def decode(self, reading_id: int, text: str) -> PageReading:
        """Return a stored reading.

        Args:
            reading_id: Of its row.
            text: Its content, JSON as stored.
        """
        key = reading_id, hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
        # Taken out and put back last: the first one is that which was not asked for the longest.
        reading = self._kept.pop(key, None) or reading_from_json(json.loads(text))
        self._kept[key] = reading
        while len(self._kept) > self._max_readings:
            self._kept.pop(next(iter(self._kept)), None)
        return reading


#: The process's own.
DECODED = ReadingCache()
