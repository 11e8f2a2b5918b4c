import base64
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.tracking_list import BY_ID, ListOrder, ListPosition, TrackingSort, read_cursor, write_cursor
from sunwi.errors import InvalidInput

NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
WORDS = st.text().filter(lambda text: "\0" not in text and text.encode(errors="replace").decode() == text)


def word(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@given(st.sampled_from(TrackingSort), st.booleans(), NUMBERS, WORDS, st.dates(), NUMBERS)
def test_a_cursor_leads_back_to_its_position(
    sort: TrackingSort, is_descending: bool, number: int, text: str, day: date, tracking_id: int
) -> None:
    key: int | str | date = {TrackingSort.KEYWORD: text, TrackingSort.MEASURED: day}.get(sort, number)
    order = ListOrder(sort, is_descending)
    position = ListPosition(key, tracking_id)
    cursor = write_cursor(position, order)
    assert read_cursor(cursor, order) == position
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    other = ListOrder(sort, not is_descending)
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
        word("id", False, 1),
        word("id", False, 1, 1, 1),
        word("keyword", False, "가", 1),
        word("id", False, "1", 1),
        word("id", False, True, 1),
        word("id", False, 1, None),
        word("id", False, 2**63, 1),
        word("id", False, 1, 2**63),
        word("id", False, [1], 1),
        word({"id": 1}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_no_list_has_printed_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="no list in this order") as refused:
        read_cursor(cursor, BY_ID)
    assert "이어보기" in str(refused.value.korean)


@pytest.mark.parametrize("key", ["a\0b", "\ud800", 7, None])
def test_a_word_that_no_database_takes_is_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(word("keyword", False, key, 1), ListOrder(TrackingSort.KEYWORD))


@pytest.mark.parametrize("key", ["2026-13-01", "yesterday", 20260101])
def test_a_day_that_is_none_is_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(word("measured", False, key, 1), ListOrder(TrackingSort.MEASURED))
