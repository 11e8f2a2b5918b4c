"""The Retry-After header."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Digits that are read of a number: 31 years.
_MAX_DIGITS = 9


def retry_after_seconds(header: str, now: datetime) -> int | None:
    """Read a Retry-After, which is a number of seconds or a date; None when it is neither.

    Source: RFC 9110, section 10.2.3.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= _MAX_DIGITS else 10**_MAX_DIGITS
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0, math.ceil((at - now).total_seconds()))
