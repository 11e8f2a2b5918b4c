"""Where one card of a box ends and the next begins.

Source: docs/naver.md, post areas.
"""

from selectolax.lexbor import LexborNode

from sunwi.naver.areas import is_web_area
from sunwi.naver.boxes import POST_ITEM, Box
from sunwi.naver.card_links import AUTHOR_PAGES
from sunwi.naver.document import ancestors
from sunwi.naver.links import find_link

#: Every organic card has one button that keeps its address.
KEEP_BUTTON = '[data-url][data-cr-on*=".kep"]'
#: Cards and posts of one box or tab page; no page has a tenth of them, and cutting takes their square.
_MOST_PARTS = 400
_DIVIDER = '[data-sds-comp="HorzDivider"], [data-template-id="dividerLine"], [data-template-id="sdsHorzDivider"]'
_MARGINS = '[data-template-id="header"], [data-template-id="footer"], [data-sds-comp="Footer"]'


def split_box(box: Box) -> list[LexborNode]:
    """Cut a box into the elements of its cards, in page order.

    By Naver's own item template and Keep buttons, one a card; a box without either by its dividers,
    its list items or its posts, provided that every part names an author of its own; else the box is
    one card.
    """
    root = box.node
    items = _outermost(root, POST_ITEM)
    kept = {node.mem_id for item in items for node in item.css(KEEP_BUTTON)}
    loose = [keep for keep in root.css(KEEP_BUTTON) if keep.mem_id not in kept]
    if len(loose) > _MOST_PARTS:
        return [root]
    if items:
        return _in_page_order(root, items + [_largest_around(keep, root) for keep in loose])
    if not box.is_expected:
        return []
    if len(loose) > 1:
        return [_largest_around(keep, root) for keep in loose]
    if not loose:
        rows = [row for row in _outermost(root, "li") if _has_result(row)]
        for parts in (_divided_parts(root), rows, _parts_by_post(root)):
            if len(parts) > 1 and (is_web_area(box.code) or all(_names_author(part) for part in parts)):
                return parts
    return [root]


def _outermost(root: LexborNode, selector: str) -> list[LexborNode]:
    nested = {node.mem_id for node in root.css(f"{selector} {selector}")}
    return [node for node in root.css(selector) if node.mem_id not in nested]


def _in_page_order(root: LexborNode, nodes: list[LexborNode]) -> list[LexborNode]:
    wanted = {node.mem_id: node for node in nodes}
    if len(wanted) == len(root.css(POST_ITEM)):
        return nodes
    return [wanted[node.mem_id] for node in root.css("*") if node.mem_id in wanted]


def _largest_around(keep: LexborNode, root: LexborNode) -> LexborNode:
    """The largest element around a Keep button that holds no other card."""
    node = keep
    while node.parent is not None and node.parent.mem_id != root.mem_id:
        if len(node.parent.css(KEEP_BUTTON)) > 1 or node.parent.css_first(POST_ITEM) is not None:
            break
        node = node.parent
    return node


def _divided_parts(root: LexborNode) -> list[LexborNode]:
    """The elements of the first list whose items are separated by dividers."""
    margins = {node.mem_id for margin in root.css(_MARGINS) for node in margin.css(_DIVIDER)}
    dividers = [node for node in root.css(_DIVIDER) if node.mem_id not in margins]
    if not dividers or dividers[0].parent is None:
        return []
    return [child for child in dividers[0].parent.iter() if _has_result(child)]


def _parts_by_post(root: LexborNode) -> list[LexborNode]:
    """For each post linked, the largest element around its first link that links no other post."""
    posts: dict[int, str] = {}
    for anchor in root.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        if link is not None and link.form.is_post:
            posts[anchor.mem_id] = link.id
    if len(posts) > _MOST_PARTS or len(set(posts.values())) < 2:  # noqa: PLR2004 - one part is no cut
        return []
    parts: dict[str, LexborNode] = {}
    for anchor in root.css("a[href]"):
        post = posts.get(anchor.mem_id)
        if post is not None and post not in parts:
            node = anchor
            for around in ancestors(anchor):
                linked = {posts[inner.mem_id] for inner in around.css("a[href]") if inner.mem_id in posts}
                if around.mem_id == root.mem_id or linked != {post}:
                    break
                node = around
            parts[post] = node
    return list(parts.values())


def _names_author(node: LexborNode) -> bool:
    return any(
        link is not None and link.form in AUTHOR_PAGES
        for link in (find_link(anchor.attributes["href"] or "") for anchor in node.css("a[href]"))
    )


def _has_result(node: LexborNode) -> bool:
    return any(find_link(anchor.attributes["href"] or "") is not None for anchor in node.css("a[href]"))
