import re

from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.request_token import MAX_TOKENS, request_tokens


def test_a_uuid_begins_with_its_own_first_8_digits() -> None:
    assert next(request_tokens("0a1b2c3d-1111-4111-8111-111111111111")) == "0a1b2c3d"


@given(st.text())
def test_every_request_has_tokens_of_8_hex_digits_and_the_same_ones_each_time(request_id: str) -> None:
    tokens = list(request_tokens(request_id))
    assert len(tokens) == MAX_TOKENS
    assert all(re.fullmatch("[0-9a-f]{8}", token) for token in tokens)
    assert list(request_tokens(request_id)) == tokens


@given(st.uuids(), st.uuids())
def test_requests_that_share_their_first_digits_part_at_the_next_token(one: object, other: object) -> None:
    first, second = f"0a1b2c3d{str(one)[8:]}", f"0a1b2c3d{str(other)[8:]}"
    if first != second:
        assert list(request_tokens(first))[1:] != list(request_tokens(second))[1:]
