import pytest

from sunwi.domain.account_email import parse_email
from sunwi.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Kim@Agency.CO.kr ", "kim@agency.co.kr"),
        ("k.i+m'_%@a-b.test", "k.i+m'_%@a-b.test"),
        ("a" * 64 + "@b.kr", "a" * 64 + "@b.kr"),
    ],
)
def test_an_address_is_stored_in_lower_case(typed: str, stored: str) -> None:
    assert parse_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kim",
        "kim@",
        "@b.kr",
        "kim@kr",
        "a..b@c.kr",
        ".a@c.kr",
        "a b@c.kr",
        "a@b@c.kr",
        "김@c.kr",
        "a\u200b@c.kr",
        "a@-b.kr",
        "a@b.kr\n.kr",
        '"a"@b.kr',
        "a" * 65 + "@b.kr",
        "a@" + "b" * 64 + ".kr",
        "a@" + "b." * 130 + "kr",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_email(typed)
    assert refused.value.code == "email_address_unusable"
