"""Refuse what another site has a browser send.

A browser says by Sec-Fetch-Site where a request comes from; one that is too old for it says by Origin. What says
neither, and comes with a cookie, is refused.

Source: W3C Fetch Metadata Request Headers; RFC 6454, 7.3.
"""

from collections.abc import Mapping

from sunwi.errors import Forbidden

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = "same-origin"


def check_csrf(method: str, headers: Mapping[str, str], *, public_address: str) -> None:
    """Let a browser's request go on if it comes from a page of ours, or changes nothing.

    Args:
        method: HTTP's.
        headers: By lower-case name.
        public_address: Scheme, host and port of our own pages.

    Raises:
        Forbidden: It comes from somewhere else, or does not say from where (`origin_foreign`).
    """
    if method in _SAFE:
        return
    site = headers.get("sec-fetch-site")
    comes_from_us = headers.get("origin") == public_address if site is None else site == _OWN
    if not comes_from_us:
        raise Forbidden("the request does not come from a page of this site", code="origin_foreign")
