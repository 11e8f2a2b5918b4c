import pytest

from sunwi.domain.stored_notice import NoticeKey, parse_notice_message
from sunwi.errors import BadMessage


def test_a_message_is_read_as_it_was_written() -> None:
    key = NoticeKey("01980000-0000-7000-8000-000000000001", 3)
    assert key.as_message() == '{"notice_id": "01980000-0000-7000-8000-000000000001", "generation": 3}'
    assert parse_notice_message(key.as_message()) == key


def test_what_a_later_release_adds_is_left_out() -> None:
    assert parse_notice_message('{"notice_id": "1", "generation": 1, "more": true}') == NoticeKey("1", 1)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "3",
        '"text"',
        "{}",
        '{"notice_id": "1"}',
        '{"notice_id": 1, "generation": 1}',
        '{"notice_id": "", "generation": 1}',
        '{"notice_id": "1", "generation": "1"}',
        '{"notice_id": "1", "generation": true}',
        '{"notice_id": "1", "generation": 1.5}',
    ],
)
def test_what_is_of_no_notice_is_refused(body: str) -> None:
    with pytest.raises(BadMessage, match="of no notice"):
        parse_notice_message(body)
