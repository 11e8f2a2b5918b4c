"""What sort of search page was served: positive recognition, with the evidence."""

import re

from selectolax.lexbor import LexborNode

from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey, Surface
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.answers import (
    answered_queries,
    answered_tab,
    names_integrated,
    no_result_statement,
    one_line,
    url_field,
)
from sunwi.sites.naver.blocks.areas import area_code, is_place_area, is_post_area, is_web_area
from sunwi.sites.naver.blocks.boxes import SECTION_MARK, own_code
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, ancestors
from sunwi.sites.naver.page_addresses import is_of_other_device
from sunwi.sites.naver.refusals import Judgement, find_refusal

HTTP_OK = 200
_AREA_ATTRIBUTES = ("data-meta-area", "data-slog-container", "data-slog-id", "data-laim-exp-id")
_TRACES = f"{', '.join(f'[{name}]' for name in _AREA_ATTRIBUTES)}, {SECTION_MARK}"
#: Names of pages that look like the integrated one: other tabs, and its own second page (`ur`).
_OTHER_PAGES = re.compile(
    r"tab\.(?:m_)?(?:academic|blog|book|cafe|clip|dic|image|influencer|itb|kin|news|post|shopping|ur|video|view|web)\b"
)
#: Names that the integrated page is known or thought to have; under another, its form must say that it is one.
_INTEGRATED_PAGE = re.compile(r"tab\.(?:(?:m[._])?nx|m)\.all")
#: Naver's own name of each tab, on both devices.
TAB_NAMES = {
    Surface.BLOG_TAB: re.compile(r"tab\.(?:m_)?blog\b"),
    Surface.CAFE_TAB: re.compile(r"tab\.(?:m_)?cafe\b"),
}


def judge_search_page(
    served: ServedPage, key: PageKey, document: PageDocument, sections: SectionList | None
) -> Judgement:
    """Judge an integrated page that arrived: good only when it is positively recognised.

    Source: docs/naver.md, verdicts.
    """
    if (sections is None or not sections.main) and (refusal := find_refusal(document, "no section list", key.keyword)):
        return refusal
    if poor := judge_transfer(served, document):
        return poor
    asked = judge_query(served, key, document)
    if asked.verdict is not PageVerdict.RECOGNISED:
        return asked
    if statement := no_result_statement(document, sections):
        return Judgement(PageVerdict.RECOGNISED_EMPTY, (*asked.evidence, statement))
    if sections is None or not sections.main:
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, (*asked.evidence, "no section list, and no word of no results"))
    listed = "marked" if sections.is_derived else "listed"
    evidence = (*asked.evidence, f"{len(sections.main)} areas {listed}: {' '.join(sections.main)}"[:300])
    return _judge_tail(document, sections, evidence)


def judge_transfer(served: ServedPage, document: PageDocument) -> Judgement | None:
    """Judge whether a whole document came with a good status; None when it did."""
    if served.status != HTTP_OK:
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, (f"HTTP status {served.status}",))
    if not document.is_complete:
        return Judgement(PageVerdict.TRUNCATED, (f"{len(served.html)} characters without the document's end",))
    return None


def judge_query(served: ServedPage, key: PageKey, document: PageDocument) -> Judgement:
    """Judge whether the page answers the keyword, on the surface that was asked for."""
    asked, answered = one_line(key.keyword), answered_queries(document)
    if asked not in answered.values():
        shown = "; ".join(f"{where} says {query!r}"[:200] for where, query in answered.items())
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, (f"not an answer to {asked!r}", shown or "no query on the page"))
    evidence = tuple(f"{where} is the keyword" for where, query in answered.items() if query == asked)
    problem, said = _judge_tab(served, key, document)
    verdict = PageVerdict.LAYOUT_UNKNOWN if problem else PageVerdict.RECOGNISED
    return Judgement(verdict, (*evidence, problem or said) if problem or said else evidence)


def _judge_tab(served: ServedPage, key: PageKey, document: PageDocument) -> tuple[str, str]:
    """Compare the tab that the page says it is with the surface: the problem, else what the page says, else nothing.

    A tab must be named, by the page or, where the page says nothing, by the address that it came from:
    some addresses of a tab are answered with the integrated page.
    """
    if is_of_other_device(served.final_url, key):
        return f"served by {served.final_url[:60]}, which is not for {key.device}", ""
    said = answered_tab(document)
    tab, source = (said, "the page") if said else (url_field(served.final_url, "ssc") or "", "the address")
    wanted = TAB_NAMES.get(key.surface)
    if wanted is None:
        is_own = not said or _INTEGRATED_PAGE.fullmatch(said) or names_integrated(document)
        is_other = not is_own or _OTHER_PAGES.match(said)
        return (f"the page says it is {said[:60]}, another page", "") if is_other else ("", "")
    if wanted.match(tab):
        return "", f"{source} says it is {tab[:60]}"
    return f"{source} says it is {tab[:60]}, another surface" if tab else "neither page nor address names the tab", ""


def _judge_tail(document: PageDocument, sections: SectionList, evidence: tuple[str, ...]) -> Judgement:
    """See that the listed areas are there: a cut page that a browser closed still ends in </html>."""
    organic = [code for code in sections.main if is_post_area(code) or is_place_area(code) or is_web_area(code)]
    if sections.is_derived and not organic:
        unread = (*evidence, "no list of areas, and no mark of an organic one")
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, unread)
    seen = {code for node in document.tree.css(_TRACES) for code in _codes_of(node)}
    missing = [code for code in organic if code not in seen]
    if missing:
        evidence += (f"listed but not on the page: {' '.join(missing)}",)
    if missing and len(missing) == len(organic):
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, evidence)
    if not organic or document.tree.css_first(markup_marks.PAGE_END) is not None:
        return Judgement(PageVerdict.RECOGNISED, evidence)
    if sections.is_derived or organic[-1:] == missing[-1:] or not _goes_on_behind(document, frozenset(organic)):
        return Judgement(PageVerdict.TRUNCATED, (*evidence, "nothing stands behind the areas"))
    return Judgement(PageVerdict.RECOGNISED, evidence)


def _goes_on_behind(document: PageDocument, organic: frozenset[str]) -> bool:
    """Whether anything stands behind the last organic area: nothing does where a page was cut within it."""
    last = 0
    behind: dict[int, set[int]] = {}
    for node in document.tree.css(f"{_TRACES}, script, form, nav"):
        codes = _codes_of(node)
        if not codes.isdisjoint(organic):
            last = node.mem_id
            behind.clear()
        elif not codes:
            behind[node.mem_id] = {element.mem_id for element in ancestors(node)}
    return any(last not in around for around in behind.values())


def _codes_of(node: LexborNode) -> set[str]:
    attributes = node.attributes
    named = {area_code(area) for name in _AREA_ATTRIBUTES if (area := attributes.get(name))}
    return named | ({own} if (own := own_code(node)) else set())
