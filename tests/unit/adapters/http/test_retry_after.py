import pytest

from sunwi.adapters.http.retry_after import retry_after_seconds
from tests.examples import NIGHT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 5000, 10**9),
        ("Thu, 01 Jan 2026 16:05:00 GMT", 300),
        ("Fri, 02 Jan 2026 01:05:00 +0900", 300),
        ("Thu, 01 Jan 2026 16:05:00 -0000", 300),
        ("Thu, 01 Jan 2026 15:00:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("١٢", None),
        ("Thu, 32 Jan 2026 16:05:00 GMT", None),
    ],
)
def test_seconds_and_dates_are_read_and_nothing_else(header: str, seconds: int | None) -> None:
    assert retry_after_seconds(header, NIGHT) == seconds
