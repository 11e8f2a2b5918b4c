import json
import tracemalloc
from typing import Any

import pytest

from sunwi.adapters.sql.readings.reading_cache import MAX_READINGS, ReadingCache
from sunwi.adapters.sql.readings.reading_json import reading_from_json, reading_to_json
from tests.examples import recognised


def text_of(*ids: str) -> str:
    return json.dumps(reading_to_json(recognised(*ids)), ensure_ascii=False)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many cards each reading had that was decoded, in order."""
    decoded: list[int] = []

    def note(content: dict[str, Any]) -> Any:
        decoded.append(len(content["cards"]))
        return reading_from_json(content)

    monkeypatch.setattr("sunwi.adapters.sql.readings.reading_cache.reading_from_json", note)
    return decoded


def test_a_reading_is_decoded_once_however_often_it_is_asked_for(decoded: list[int]) -> None:
    cache = ReadingCache()
    found = [cache.decode(1, text_of("101", "102")) for _ in range(5)]
    assert found == [recognised("101", "102")] * 5
    assert decoded == [2]


def test_the_same_id_of_another_database_is_another_reading(decoded: list[int]) -> None:
    cache = ReadingCache()
    assert cache.decode(1, text_of("101")) == recognised("101")
    assert cache.decode(1, text_of("102", "103")) == recognised("102", "103")
    assert decoded == [1, 2]


def test_equal_pages_of_two_readings_are_two_readings(decoded: list[int]) -> None:
    cache = ReadingCache()
    cache.decode(1, text_of("101"))
    cache.decode(2, text_of("101"))
    assert decoded == [1, 1]


def test_the_reading_that_was_not_asked_for_the_longest_goes_first(decoded: list[int]) -> None:
    cache = ReadingCache(max_readings=2)
    for reading_id in (1, 2, 1, 3):
        cache.decode(reading_id, text_of(*["101"] * reading_id))
    decoded.clear()
    cache.decode(1, text_of("101"))
    cache.decode(3, text_of(*["101"] * 3))
    assert decoded == []
    cache.decode(2, text_of(*["101"] * 2))
    assert decoded == [2]


def test_memory_stays_flat_over_a_night_of_pages() -> None:
    cache = ReadingCache()

    def decode(first: int) -> int:
        for reading_id in range(first, first + 10 * MAX_READINGS):
            cache.decode(reading_id, text_of(*(f"blog:writer{reading_id}/{post}" for post in range(50))))
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        after_one, after_two, after_three = (decode(first) for first in (0, 10_000, 20_000))
    finally:
        tracemalloc.stop()
    assert len(cache) == MAX_READINGS
    one_reading = after_one / MAX_READINGS
    assert max(after_two, after_three) - after_one < one_reading
