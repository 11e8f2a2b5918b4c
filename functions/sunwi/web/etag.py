"""Versions of what is answered, so that whoever has it already is told so in a few bytes.

Source: RFC 9110, 8.8.3 and 13.1.2; If-None-Match compares weakly.
"""

import re
from hashlib import blake2b

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def tag_of_version(version: str) -> str:
    """Return the ETag of a version."""
    return f'"v{version}"'


def tag_of_body(body: str | bytes) -> str:
    """Return the ETag of a body that has no version of its own."""
    return f'"{blake2b(body.encode() if isinstance(body, str) else body, digest_size=12).hexdigest()}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Return whether a request says that its sender has what a tag stands for."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)
