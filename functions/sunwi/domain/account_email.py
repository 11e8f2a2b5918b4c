"""E-mail addresses that people sign in by."""

import re

from sunwi.errors import InvalidInput

#: Longest e-mail address. Source: RFC 5321, 4.5.3.1.
LONGEST_EMAIL = 254

#: What stands before the @ without quotes, of 64 letters at most, and a host of two labels or more, which only this
#: company's own server may know. Source: RFC 5322, 3.2.3 (dot-atom); RFC 1123, 2.1.
_EMAIL = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)


def parse_email(typed: str) -> str:
    """Return an address as accounts are found by it: in lower case.

    Raises:
        InvalidInput: It is none.
    """
    email = typed.strip().lower()
    if len(email) > LONGEST_EMAIL or _EMAIL.fullmatch(email) is None:
        raise InvalidInput(
            f"{typed[:LONGEST_EMAIL]!r} is no e-mail address: write one like name@example.co.kr",
            code="email_address_unusable",
            typed=typed[:LONGEST_EMAIL],
        )
    return email
