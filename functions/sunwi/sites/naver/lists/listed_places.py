"""Rows of the place list as they stand on the page, named by attribute, by link or by the state's names.

Source: docs/naver.md, place list.
"""

from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.blocks.apollo import PlaceState
from sunwi.sites.naver.blocks.place_rows import has_paid_exposure, place_of_advertisement
from sunwi.sites.naver.blocks.state_lists import Listing
from sunwi.sites.naver.document import PageDocument, ancestors, is_hidden
from sunwi.sites.naver.links.links import LinkForm, find_link

_ROW_ID = "-doc-id"


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """One served row of the place list.

    Attributes:
        id: Place number, or nothing for a row that only the state's names could name.
        text: What the row says, without white space.
        left_out: Why the row takes no rank, or nothing.
    """

    id: str
    text: str
    url: str
    left_out: str


def read_listed_places(document: PageDocument, state: PlaceState, listing: Listing) -> tuple[ListedPlace, ...]:
    """Read every row of the list in page order, paid, new and hidden ones included.

    Where no row carries a number or a link, the rows are those of the list that says most of the state's names.
    """
    rows = _rows_by_number(document) or _rows_by_link(document) or _rows_by_name(document, state)
    is_telling = not all(has_paid_exposure(node) for node in rows)
    return tuple(_read_row(node, state, listing, is_paid=is_telling and has_paid_exposure(node)) for node in rows)


def _rows_by_number(document: PageDocument) -> list[LexborNode]:
    return [
        node for node in document.tree.css("li") if _doc_id(node)[1] and node.mem_id not in document.side_column_ids
    ]


def _rows_by_link(document: PageDocument) -> list[LexborNode]:
    """The outermost list item around each link to a place."""
    rows: dict[int, LexborNode] = {}
    for anchor in document.tree.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        if link is None or link.form is not LinkForm.PLACE or anchor.mem_id in document.side_column_ids:
            continue
        items = [element for element in ancestors(anchor) if element.tag == "li"]
        if items:
            rows.setdefault(items[-1].mem_id, items[-1])
    return list(rows.values())


def _read_row(node: LexborNode, state: PlaceState, listing: Listing, *, is_paid: bool) -> ListedPlace:
    name, value = _doc_id(node)
    link = _place_link(node)
    text = "".join(node.text().split())
    is_ad = is_paid or "nad-" in value or node.css_first(markup_marks.PLACE_AD_LABEL) is not None
    number = (link[0] or place_of_advertisement(value)) if is_ad or not value.isdecimal() else value
    if name.startswith("data-nop_") or (node.attributes.get("data-laim-exp-id") or "").startswith("nop_"):
        left_out = "new_opening"
    elif is_ad or (number in state.ads and number not in listing.ids):
        left_out = "ad"
    elif number and (number in listing.new or (number in state.openings and number not in listing.ids)):
        left_out = "new_opening"
    else:
        left_out = "not_shown" if is_hidden(node) else ""
    return ListedPlace(number, text, link[1], left_out)


def _doc_id(node: LexborNode) -> tuple[str, str]:
    for name, value in node.attributes.items():
        if name.endswith(_ROW_ID) and name.startswith("data-") and value:
            return name, value
    return "", ""


def _place_link(node: LexborNode) -> tuple[str, str]:
    for anchor in node.css("a[href]"):
        url = anchor.attributes["href"] or ""
        link = find_link(url)
        if link is not None and link.form is LinkForm.PLACE:
            return link.id, url
    return "", ""


def _rows_by_name(document: PageDocument, state: PlaceState) -> list[LexborNode]:
    """Items of the list that Naver scrolls, else of the list whose items say most of the state's names."""
    marked = document.tree.css_first(markup_marks.PLACE_LIST)
    if marked is not None:
        nested = {node.mem_id for node in marked.css("li li")}
        return [node for node in marked.css("li") if node.mem_id not in nested and node.text().strip()]
    names = {plain for name in state.names.values() if (plain := "".join(name.split()))}
    lists: dict[int, list[LexborNode]] = {}
    counts: Counter[int] = Counter()
    for node in document.tree.css("li"):
        if (
            node.parent is not None
            and node.mem_id not in document.side_column_ids
            and (text := "".join(node.text().split()))
        ):
            lists.setdefault(node.parent.mem_id, []).append(node)
            counts[node.parent.mem_id] += any(name in text for name in names)
    best = counts.most_common(1)
    return lists[best[0][0]] if best and best[0][1] else []
