"""Where one card of a box ends and the next begins.

Source: docs/naver.md, post areas.
"""

from selectolax.lexbor import LexborNode

from sunwi.sites.naver.blocks.areas import is_web_area
from sunwi.sites.naver.blocks.boxes import KEEP_BUTTON, POST_ITEM, Box, is_card_of_others
from sunwi.sites.naver.blocks.post_rows import (
    is_uniform,
    linked_posts,
    linked_results,
    names_author,
    outermost,
    siblings,
    words_post,
)
from sunwi.sites.naver.document import ancestors
from sunwi.sites.naver.links.links import find_link
from sunwi.sites.naver.markup_marks import JOINED_SEARCHES

#: Cards and posts of one box or tab page; no page has a tenth of them, and cutting takes their square.
_MOST_PARTS = 400
_DIVIDER = '[data-sds-comp="HorzDivider"], [data-template-id="dividerLine"], [data-template-id="sdsHorzDivider"]'
_MARGINS = '[data-template-id="header"], [data-template-id="footer"], [data-sds-comp="Footer"]'
#: What a card has of its own: its author and its Keep button.
_OWN_PARTS = f'[data-template-id="articleSource"], {KEEP_BUTTON}'


def find_card_bounds(box: Box) -> list[LexborNode]:
    """Cut a box into the elements of its cards, in page order.

    By Naver's own item template and Keep buttons, one a card; a box without either by its dividers,
    its list items or its posts, provided that every part names an author of its own, or by elements of
    one sort side by side with one post in each; else the box is one card.
    """
    root = box.node
    if is_card_of_others(root):
        return [root]
    items, keeps = _items(root), root.css(KEEP_BUTTON)
    if len(items) == len(keeps) == 1 and items[0].css_first(KEEP_BUTTON) is not None:
        return items
    kept = {node.mem_id for item in items for node in item.css(KEEP_BUTTON)}
    loose = [keep for keep in keeps if keep.mem_id not in kept]
    if len(loose) > _MOST_PARTS:
        return [root]
    around = {node.mem_id: node for node in (_largest_around(keep, root) for keep in loose)}
    if items:
        return _in_page_order(root, [*items, *around.values()])
    if loose:
        return list(around.values()) if len(around) > 1 else [root]
    return _unmarked_cards(box)


def _unmarked_cards(box: Box) -> list[LexborNode]:
    root = box.node
    rows = [row for row in outermost(root, "li") if _has_result(row)]
    side_by_side = siblings(root, _MOST_PARTS, of_posts=not is_web_area(box.code))
    for parts in (_divided_parts(root), side_by_side, rows, _parts_by_post(root)):
        own = [part for part in parts if not _joins_searches(part)]
        cards = own if box.is_expected else [part for part in own if linked_posts(part)]
        if len(cards) > 1 and all(_is_card(part, box) for part in cards):
            return cards
    if not box.is_expected:
        return [root] if len(linked_posts(root)) == 1 and _is_card(root, box) else []
    return side_by_side if len(side_by_side) > 1 and is_uniform(side_by_side) else [root]


def _joins_searches(part: LexborNode) -> bool:
    """Whether a row offers further searches between the posts."""
    return JOINED_SEARCHES in (part.attributes.get("class") or "").split()


def _is_card(part: LexborNode, box: Box) -> bool:
    """Whether a part of a box has what every card has; one of an area of unknown sort must put its post in words."""
    return is_web_area(box.code) or (names_author(part) and (box.is_expected or words_post(part)))


def _items(root: LexborNode) -> list[LexborNode]:
    """Items of Naver's template; one that holds several others and nothing of its own is only what is around them."""
    items = root.css(POST_ITEM)
    if root.css_first(f"{POST_ITEM} {POST_ITEM}") is None:
        return items
    found: list[LexborNode] = []
    for item in outermost(root, POST_ITEM):
        inner = [node for node in item.css(POST_ITEM) if node.mem_id != item.mem_id]
        within = {node.mem_id for other in inner for node in other.css(_OWN_PARTS)}
        is_around = len(inner) > 1 and all(node.mem_id in within for node in item.css(_OWN_PARTS))
        found += inner if is_around else [item]
    return found


def _in_page_order(root: LexborNode, nodes: list[LexborNode]) -> list[LexborNode]:
    wanted = {node.mem_id: node for node in nodes}
    if len(wanted) == len(root.css(POST_ITEM)):
        return nodes
    return [wanted[node.mem_id] for node in root.css("*") if node.mem_id in wanted]


def _largest_around(keep: LexborNode, root: LexborNode) -> LexborNode:
    """The largest element around a Keep button that holds no other card."""
    node = keep
    while node.parent is not None and node.parent.mem_id != root.mem_id:
        kept = {other.attributes["data-url"] for other in node.parent.css(KEEP_BUTTON)}
        if len(kept) > 1 or node.parent.css_first(POST_ITEM) is not None:
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


def _has_result(node: LexborNode) -> bool:
    return any(True for _ in linked_results(node))
