"""The place list that arrives as an empty shell: its own script asks for the rows and writes them.

Source: docs/naver.md, place list.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.domain.reading import LeftOut, PageVerdict
from sunwi.domain.tracking import Surface
from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.answers import answered_queries
from sunwi.sites.naver.blocks.apollo import PlaceState
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.place_rows import has_paid_exposure, stands_in_other_block
from sunwi.sites.naver.document import PageDocument, ancestors, is_hidden, text_of
from sunwi.sites.naver.links.links import LinkForm, find_link, is_paid_link
from sunwi.sites.naver.lists.list_page import ListPage, Problem
from sunwi.sites.naver.refusals import has_challenge, visible_text

#: Links to other pages of a place stand in its row, links to other places in no row.
_ROW = "li"


@dataclass(frozen=True, slots=True)
class ScriptedRow:
    """One row that a script has written; `left_out` says why it takes no rank, or nothing."""

    id: str
    title: str
    url: str
    left_out: str


@dataclass(frozen=True, slots=True)
class ScriptedList:
    """A list without a state of its own.

    Attributes:
        problems: Why the rows cannot be relied on.
        says_nothing_more: Naver itself says that there are no places.
    """

    rows: tuple[ScriptedRow, ...]
    problems: tuple[Problem, ...]
    says_nothing_more: bool
    is_challenged: bool


def read_shell(document: PageDocument, state: PlaceState, asked: str) -> ScriptedList | None:
    """Read a list whose state is empty and whose page names the keyword; None for any other page.

    Args:
        document: A page of the place host.
        state: Its state.
        asked: The keyword on one line.
    """
    if not state.is_empty or answered_queries(document).get("g_query") != asked:
        return None
    rows = tuple(_read_row(node) for node in _rows(document))
    problems = tuple(
        Problem(f"places: row {number} names no place", row.title or f"number {number}")
        for number, row in enumerate(rows, 1)
        if not (row.id or row.left_out)
    )
    is_said = any(words in visible_text(document) for words in markup_marks.NO_RESULT_WORDS)
    return ScriptedList(rows, problems, says_nothing_more=is_said, is_challenged=has_challenge(document))


def as_page(shell: ScriptedList, start: int) -> ListPage:
    """Make a page of what a script has written; without any row, and without a word of none, nothing was measured.

    Args:
        shell: What was read.
        start: Number of the page's first entry, from 1.
    """
    organic = list(dict.fromkeys(row for row in shell.rows if row.id and not row.left_out))
    if shell.says_nothing_more and not shell.rows:
        verdict = PageVerdict.RECOGNISED if start > 1 else PageVerdict.RECOGNISED_EMPTY
        return ListPage(verdict=verdict, evidence=("the page names the keyword", "Naver says: no results"), total=0)
    if not shell.rows or not (organic or shell.problems):
        said = "the list's own script wrote no row" if not shell.rows else "the list's own script wrote paid rows alone"
        return ListPage(verdict=PageVerdict.UNRENDERED, evidence=(f"an empty list came, and {said}",), lacks_rows=True)
    fact = f"places: {len(organic)} rows, written by the list's own script"
    return ListPage(
        verdict=PageVerdict.RECOGNISED,
        evidence=("the page names the keyword", *([problem.said for problem in shell.problems] or (fact,))),
        cards=tuple(
            FoundCard(position=position, area=Surface.PLACE_LIST.value, id=row.id, title=row.title, url=row.url)
            for position, row in enumerate(organic)
        ),
        left_out=tuple(LeftOut(row.id, row.left_out) for row in shell.rows if row.id and row.left_out),
        problems=shell.problems,
        raw_rows=sum(row.left_out != "ad" for row in shell.rows),  # paid rows stand apart from Naver's count
        is_challenged=shell.is_challenged,
    )


def _rows(document: PageDocument) -> Iterator[LexborNode]:
    """The outermost list items that link a place, or carry its number."""
    for node in document.tree.css(_ROW):
        is_nested = any(element.tag == _ROW for element in ancestors(node))
        is_beside = node.mem_id in document.side_column_ids or (stands_in_other_block(node) and not _is_new(node))
        if not (is_nested or is_beside) and (_numbers(node) or _links(node)):
            yield node


def _read_row(node: LexborNode) -> ScriptedRow:
    numbers, links = _numbers(node), _links(node)
    names = set(numbers) or {name for name, _, _ in links}
    number = names.pop() if len(names) == 1 else ""
    own = [(url, text) for name, url, text in links if name == number]
    is_paid = (
        has_paid_exposure(node)
        or node.css_first(markup_marks.PLACE_AD_LABEL) is not None
        or any("nad-" in (value or "") for value in node.attributes.values())
        or any(is_paid_link(anchor.attributes["href"] or "") for anchor in node.css("a[href]"))
    )
    left_out = "ad" if is_paid else "new_opening" if _is_new(node) else "not_shown" if is_hidden(node) else ""
    title = next((text for _, text in own if text), "") or text_of(node)[:40]
    url = own[0][0] if own else f"https://m.place.naver.com/place/{number}"
    return ScriptedRow(number, title, url, left_out)


def _is_new(node: LexborNode) -> bool:
    """Whether a row is a new opening: by its attributes, or by a label that says nothing else."""
    exposure = node.attributes.get("data-laim-exp-id") or ""
    is_marked = exposure.startswith("nop_") or any(name.startswith("data-nop_") for name in node.attributes)
    labels = ("".join(element.text(deep=False).split()) for element in node.css("*"))
    return is_marked or any(label == markup_marks.NEW_OPENING_LABEL for label in labels)


def _numbers(node: LexborNode) -> list[str]:
    values = (value for name, value in node.attributes.items() if name.startswith("data-") and name.endswith("-doc-id"))
    return [value for value in values if value and value.isascii() and value.isdecimal()]


def _links(node: LexborNode) -> list[tuple[str, str, str]]:
    found = []
    for anchor in node.css("a[href]"):
        url = anchor.attributes["href"] or ""
        link = find_link(url)
        if link is not None and link.form is LinkForm.PLACE:
            found.append((link.id, url, text_of(anchor)))
    return found
