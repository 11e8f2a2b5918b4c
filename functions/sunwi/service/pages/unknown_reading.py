"""Readings of pages that nothing can be said of."""

from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.tracking import PageKey
from sunwi.domain.typed_text import quote


def unknown_reading(key: PageKey, evidence: str) -> PageReading:
    """Build the reading of a page whose layout is unknown.

    Args:
        key: Of the page.
        evidence: Why.
    """
    unknown = PageVerdict.LAYOUT_UNKNOWN
    return PageReading(surface=key.surface, device=key.device, verdict=unknown, evidence=(evidence,))


def unread_for_error(key: PageKey, error: Exception) -> PageReading:
    """Build the reading of a page on which a reader failed.

    Args:
        key: Of the page.
        error: What the reader raised.

    Source: docs/adr/0034-a-reading-has-a-time-limit.md.
    """
    return unknown_reading(key, f"a reader failed: {type(error).__name__}: {quote(str(error))}")
