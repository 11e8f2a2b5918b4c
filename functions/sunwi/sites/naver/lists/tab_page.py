"""One page of the blog tab or the cafe tab.

Source: docs/naver.md, tabs.
"""

from dataclasses import replace

from sunwi.domain.reading import PageVerdict, ServedPage
from sunwi.domain.tracking import PageKey
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.answers import answered_tab, asked_query, no_result_statement, one_line
from sunwi.sites.naver.document import PageDocument, ancestors, parse_document
from sunwi.sites.naver.lists.list_page import ListPage, Problem, unread_page
from sunwi.sites.naver.lists.tab_cards import TabCards, read_tab_cards
from sunwi.sites.naver.lists.tab_document import (
    continuation_markup,
    continuation_text,
    decode_continuation,
    find_next_url,
    find_other_tab,
    is_continuation_url,
)
from sunwi.sites.naver.refusals import Judgement, find_refusal, has_challenge, judge_shape, judge_transport
from sunwi.sites.naver.verdict import HTTP_OK, judge_query, judge_transfer

_AFTER_ROWS = f"{markup_marks.PAGE_END}, script, form, nav"


def read_tab_page(served: ServedPage, key: PageKey, start: int) -> ListPage:
    """Read one page of a tab; whatever was served ends in a verdict.

    Args:
        served: A whole document, or the JSON of further rows.
        key: What was asked for.
        start: Number of the page's first row, from 1.
    """
    if refused := judge_transport(served):
        return unread_page(refused)
    document = parse_document(served.html)
    if malformed := judge_shape(document):
        return unread_page(malformed)
    text = continuation_text(document)
    if text is not None:
        return _read_continuation(served, key, text, start)
    found = read_tab_cards(document, key.surface.value)
    judgement = _judge(served, key, document, found)
    is_malformed = judgement.verdict is PageVerdict.LAYOUT_UNKNOWN and served.status == HTTP_OK and not found.cards
    if is_malformed and is_continuation_url(served.requested_url):
        said = "a page without rows where the tab's further rows are due"
        return unread_page(Judgement(PageVerdict.BLOCKED, (said, *judgement.evidence)))
    if judgement.verdict is not PageVerdict.RECOGNISED:
        return unread_page(judgement)
    page = _as_page(judgement.evidence, found, find_next_url(served.html, key, start))
    return replace(page, is_challenged=has_challenge(document))


def _judge(served: ServedPage, key: PageKey, document: PageDocument, found: TabCards) -> Judgement:
    if not found.cards and (refusal := find_refusal(document, "no rows", key.keyword)):
        return refusal
    if poor := judge_transfer(served, document):
        return poor
    asked = judge_query(served, key, document)
    if asked.verdict is PageVerdict.RECOGNISED and found.cards:
        asked = _judge_rows(document, found, asked.evidence)
    if asked.verdict is not PageVerdict.RECOGNISED or found.cards:
        return asked
    if statement := no_result_statement(document, None):
        return Judgement(PageVerdict.RECOGNISED_EMPTY, (*asked.evidence, statement))
    return Judgement(PageVerdict.LAYOUT_UNKNOWN, (*asked.evidence, "no organic rows, and no word of no results"))


def _judge_rows(document: PageDocument, found: TabCards, evidence: tuple[str, ...]) -> Judgement:
    """Distinguish a cut page, and one of a layout without any known mark, from a whole one.

    Naver names the tab in the page's head, before any row, so a page that does not is no cut one.
    """
    is_named = bool(answered_tab(document))
    if not (is_named or found.has_rows):
        unmarked = "posts without any mark of a row, on a page that does not name its tab"
        return Judgement(PageVerdict.LAYOUT_UNKNOWN, (*evidence, unmarked))
    if _ends_with_rows(document, found):
        verdict = PageVerdict.TRUNCATED if is_named else PageVerdict.LAYOUT_UNKNOWN
        return Judgement(verdict, (*evidence, "nothing stands behind the last row"))
    return Judgement(PageVerdict.RECOGNISED, evidence)


def _ends_with_rows(document: PageDocument, found: TabCards) -> bool:
    """Whether the document ends within its rows, as one does that was cut and that a browser closed."""
    if found.last is None:
        return False
    behind = {node.mem_id for node in document.tree.css(_AFTER_ROWS)}
    for node in (found.last, *ancestors(found.last)):
        after = node.next
        while after is not None:
            if after.is_element_node and (after.mem_id in behind or after.css_first(_AFTER_ROWS) is not None):
                return False
            after = after.next
    return True


def _read_continuation(served: ServedPage, key: PageKey, text: str, start: int) -> ListPage:
    """Read the JSON of further rows: what it answers is said by its address, and by that of the rows behind it."""
    answer = decode_continuation(text)
    markup = None if answer is None else continuation_markup(answer)
    if not markup and (refusal := find_refusal(parse_document(text), "no further rows", key.keyword)):
        return unread_page(refusal)
    if answer is None and served.status == HTTP_OK:
        return unread_page(Judgement(PageVerdict.TRUNCATED, (f"{len(text)} characters of JSON without its end",)))
    rows = parse_document(markup or "")
    if malformed := judge_shape(rows):
        return unread_page(malformed)
    found = read_tab_cards(rows, key.surface.value)
    if other := find_other_tab(text, key):
        named = f"further rows that go on at {other}, asked for {one_line(key.keyword)!r}"
        return unread_page(Judgement(PageVerdict.LAYOUT_UNKNOWN, (named[:300],)))
    if problem := _continuation_problem(served, key, start, markup, found):
        return unread_page(Judgement(PageVerdict.LAYOUT_UNKNOWN, (problem,)))
    return _as_page((f"{found.raw_rows} further rows",), found, find_next_url(text, key, start))


def _continuation_problem(served: ServedPage, key: PageKey, start: int, markup: str | None, found: TabCards) -> str:
    asked = one_line(key.keyword)
    answered = {asked_query(served.requested_url), asked_query(served.final_url)}
    if served.status != HTTP_OK:
        return f"HTTP status {served.status}"
    if answered != {asked} or start < 2:  # noqa: PLR2004 - the first row is no further row
        named = " and ".join(sorted(map(repr, answered)))
        return f"further rows of {named} from {start}, asked for {asked!r}"[:300]
    if markup is None:
        return "JSON without a field for further rows"
    return "further rows, none of which is known" if markup.strip() and not found.cards else ""


def _as_page(evidence: tuple[str, ...], found: TabCards, next_url: str | None) -> ListPage:
    nameless = [number for number, card in enumerate(found.cards, 1) if card.id is None]
    problems = [
        Problem(f"posts: {stray} is linked like a row, but stands in none", stray) for stray in found.strays[:3]
    ]
    if nameless:
        card = found.cards[nameless[0] - 1].url or f"number {nameless[0]}"
        problems = [Problem(f"posts: {len(nameless)} rows cannot be named", card), *problems]
    return ListPage(
        verdict=PageVerdict.RECOGNISED,
        evidence=(*evidence, *([problem.said for problem in problems] or (f"posts: {len(found.cards)} rows",))),
        cards=found.cards,
        left_out=found.left_out,
        problems=tuple(problems),
        raw_rows=found.raw_rows,
        next_url=next_url,
        marked=found.marked,
    )
