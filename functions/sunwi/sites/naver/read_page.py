"""A served page → a page reading, whatever was served."""

from collections.abc import Sequence
from dataclasses import replace

from sunwi.domain.reading import PageReading, PageVerdict, Presence, ServedPage
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.sites.naver.blocks.sections import read_marked_sections, read_sections
from sunwi.sites.naver.document import parse_document
from sunwi.sites.naver.integrated.read_integrated import read_integrated
from sunwi.sites.naver.lists.paged_reading import read_list_pages
from sunwi.sites.naver.refusals import judge_shape, judge_transport
from sunwi.sites.naver.verdict import judge_search_page

#: Stored with every reading; changes with every change of what a reader would answer.
PARSER_VERSION = "2026.7"


def read_page(served: ServedPage, key: PageKey) -> PageReading:
    """Read one page for all kinds.

    Never raises: what cannot be read is a verdict, with its evidence. Absence of a kind is only
    said of a page that was positively recognised as Naver's answer to this keyword.

    Args:
        served: As the browser got it.
        key: What was asked for.

    Source: docs/naver.md, verdicts.
    """
    if key.surface is not Surface.INTEGRATED:
        return read_list_pages((served,), key)
    if refused := judge_transport(served):
        return _unread(key, refused.verdict, refused.evidence)
    return _read_integrated_page(served, key)


def _read_integrated_page(served: ServedPage, key: PageKey) -> PageReading:
    """Read an integrated page that was not refused."""
    document = parse_document(served.html)
    if malformed := judge_shape(document):
        return _unread(key, malformed.verdict, malformed.evidence)
    sections = read_sections(document)
    if sections is None and key.device is Device.MOBILE:
        sections = read_marked_sections(document)
    judgement = judge_search_page(served, key, document, sections)
    unread = _unread(key, judgement.verdict, judgement.evidence)
    if judgement.verdict is PageVerdict.RECOGNISED_EMPTY:
        return replace(unread, presence=dict.fromkeys(Kind, Presence.ABSENT), depth=dict.fromkeys(Kind, 0))
    if sections is None or not judgement.verdict.is_readable:
        return unread
    content = read_integrated(document, sections)
    return replace(
        unread,
        evidence=(*judgement.evidence, *content.evidence),
        presence=content.presence,
        depth=content.depth,
        cards=content.cards,
        left_out=content.left_out,
        unread=content.unread,
        doubts=content.doubts,
    )


def read_pages(served: Sequence[ServedPage], key: PageKey) -> PageReading:
    """Read the pages of one list as one reading, in the order in which they were served.

    Never raises. A later page that cannot be read decides the verdict, for what it would have shown is
    not known; the evidence names the page. An integrated page is always one: others are not read.

    Args:
        served: As the browser got them, the first page first.
        key: What was asked for.
    """
    if key.surface is Surface.INTEGRATED and served:
        return read_page(served[0], key)
    if not served:
        return _unread(key, PageVerdict.LAYOUT_UNKNOWN, ("no page was served",))
    return read_list_pages(served, key)


def _unread(key: PageKey, verdict: PageVerdict, evidence: tuple[str, ...]) -> PageReading:
    return PageReading(surface=key.surface, device=key.device, verdict=verdict, evidence=evidence)
