"""Readings of pages that nothing can be said of."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey
from sunwi.domain.typed_text import quote

log = structlog.get_logger()

_Read = TypeVar("_Read")


def unknown_reading(key: PageKey, evidence: str) -> PageReading:
    """Build the reading of a page whose layout is unknown.

    Args:
        key: Of the page.
        evidence: Why.
    """
    unknown = PageVerdict.LAYOUT_UNKNOWN
    return PageReading(surface=key.surface, device=key.device, verdict=unknown, evidence=(evidence,))


def guard_reader(read: Callable[[], _Read], key: PageKey, pages: Sequence[ServedPage]) -> _Read | PageReading:
    """Read pages, whatever a reader does on them: it may fail on any page in any way, and the log is to show how.

    Args:
        read: Reads them.
        key: Of the pages.
        pages: The last of them is named in the log; they may still be gathered while `read` runs.

    Returns:
        What was read, or a reading that is unknown for what the reader raised.

    Source: docs/adr/0034-a-reading-has-a-time-limit.md.
    """
    try:
        return read()
    except Exception as error:  # see the docstring
        log.exception("reader_failed", keyword=key.keyword, url=pages[-1].final_url if pages else None)
        return unknown_reading(key, f"a reader failed: {type(error).__name__}: {quote(str(error))}")
