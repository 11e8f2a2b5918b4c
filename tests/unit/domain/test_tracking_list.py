import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.tracking_list import BY_ID, ListOrder, ListPosition, TrackingSort, read_cursor, write_cursor
from sunwi.errors import InvalidInput
from sunwi.wording.error_words import error_words

NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
WORDS = st.text().filter(lambda text: "\0" not in text and text.encode(errors="replace").decode() == text)


def word(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def written(sort: str, *parts: object) -> str:
    """The word of an ascending list."""
    return word(sort, *[False], *parts)


ORDERS = st.builds(ListOrder, st.sampled_from(TrackingSort), st.booleans())


@given(ORDERS, NUMBERS, WORDS, st.dates(), NUMBERS)
def test_a_cursor_leads_back_to_its_position(
    order: ListOrder, number: int, text: str, day: date, tracking_id: int
) -> None:
    keys: dict[TrackingSort, int | str | date] = {TrackingSort.KEYWORD: text, TrackingSort.MEASURED: day}
    position = ListPosition(keys.get(order.sort, number), tracking_id)
    cursor = write_cursor(position, order)
    assert read_cursor(cursor, order) == position
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    other = replace(order, is_descending=not order.is_descending)
    with pytest.raises(InvalidInput, match="no list in this order"):
        read_cursor(cursor, other)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "한글",
        "!!!",
        "AAAA",
        word(),
        written("id", 1),
        written("id", 1, 1, 1),
        written("keyword", "가", 1),
        written("id", "1", 1),
        written("id", *[True], 1),
        written("id", 1, None),
        written("id", 2**63, 1),
        written("id", 1, 2**63),
        written("id", [1], 1),
        word({"id": 1}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_no_list_has_printed_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="no list in this order") as refused:
        read_cursor(cursor, BY_ID)
    assert "이어보기" in error_words(refused.value)


@pytest.mark.parametrize("key", ["a\0b", "\ud800", 7, None])
def test_a_word_that_no_database_takes_is_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(written("keyword", key, 1), ListOrder(TrackingSort.KEYWORD))


@pytest.mark.parametrize("key", ["2026-13-01", "yesterday", 20260101])
def test_a_day_that_is_none_is_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(written("measured", key, 1), ListOrder(TrackingSort.MEASURED))
