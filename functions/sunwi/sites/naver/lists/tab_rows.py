"""Where one row of a tab ends and the next begins.

Source: docs/naver.md, tabs.
"""

from selectolax.lexbor import LexborNode

from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.blocks.areas import area_code, is_aside_area
from sunwi.sites.naver.blocks.boxes import CARD_MARKS, Box
from sunwi.sites.naver.blocks.card_bounds import find_card_bounds
from sunwi.sites.naver.document import PageDocument, ancestors
from sunwi.sites.naver.links.links import Link, find_link

_COLUMNS = ("#main_pack", "#ct", "body")
_AREAS = ("data-meta-area", "data-slog-container", "data-laim-exp-id")


def find_column(document: PageDocument) -> LexborNode | None:
    """Find the element that holds the tab's rows."""
    return next((node for name in _COLUMNS if (node := document.tree.css_first(name)) is not None), None)


def split_tab(document: PageDocument, column: LexborNode) -> list[LexborNode]:
    """Cut a tab into the elements of its rows, paid ones included; nothing when it has no rows as elements.

    By Naver's own item template and Keep buttons; else by the list items beside one that links a post.
    """
    aside = paid_elements(column) | document.side_column_ids
    if column.css_first(CARD_MARKS) is not None:
        rows = find_card_bounds(Box("", column, is_expected=True))
    else:
        rows = _list_rows(column)
    return [row for row in rows if row.mem_id not in aside and not is_aside(row, column)]


def paid_elements(column: LexborNode) -> set[int]:
    """Memory ids of all elements within the blocks that someone pays for."""
    return {node.mem_id for block in column.css(markup_marks.PAID_BLOCKS) for node in block.css("*")}


def _list_rows(column: LexborNode) -> list[LexborNode]:
    items = column.css("li")
    nested = {node.mem_id for node in column.css("li li")}
    outermost = [node for node in items if node.mem_id not in nested]
    lists = {node.parent.mem_id for node in outermost if node.parent is not None and _links_post(node)}
    return [node for node in outermost if node.parent is not None and node.parent.mem_id in lists]


def _links_post(node: LexborNode) -> bool:
    return any(link is not None and link.form.is_post for link in _links(node))


def _links(node: LexborNode) -> list[Link | None]:
    return [
        find_link(found.attributes.get("data-url") or found.attributes.get("href") or "")
        for found in node.css("a[href], [data-url]")
    ]


def area_around(node: LexborNode) -> str:
    """Naver's code of the nearest area around a row, or nothing."""
    for element in (node, *ancestors(node)):
        for name in _AREAS:
            if value := element.attributes.get(name):
                return area_code(value)
    return ""


def is_aside(row: LexborNode, column: LexborNode) -> bool:
    """Whether an element of the column stands in an area that holds no rows."""
    for element in (row, *ancestors(row)):
        attributes = element.attributes
        codes = [area_code(value) for name in _AREAS if (value := attributes.get(name))]
        if any(is_aside_area(code) for code in codes) or "powercontents" in (attributes.get("data-block-id") or ""):
            return True
        if element.mem_id == column.mem_id:
            return False
    return False
