"""What stands in areas of the main column whose code says nothing known.

Source: docs/naver.md, areas.
"""

from collections.abc import Collection, Iterator, Sequence

from selectolax.lexbor import LexborNode

from sunwi.sites.naver.blocks.areas import area_code, holds_no_posts, is_known_area, is_without_cards
from sunwi.sites.naver.blocks.boxes import (
    AREA_MARKS,
    KEEP_BUTTON,
    POST_ITEM,
    Box,
    elements_before,
    is_other_box,
    own_code,
)
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, ancestors, is_hidden, text_of
from sunwi.sites.naver.links.links import LinkForm, find_link


def find_strays(document: PageDocument, sections: SectionList, boxes: Collection[Box]) -> list[str]:
    """Name posts that no box was read for: a target could stand there.

    Posts with a Keep button, as every card has one, outside of all boxes; posts that are linked in words
    within an area of the main column whose code says nothing known.
    """
    return [*_kept_elsewhere(document, boxes), *_worded_in_unknown(document, sections, boxes)]


def _kept_elsewhere(document: PageDocument, boxes: Collection[Box]) -> Iterator[str]:
    read = {box.node.mem_id for box in boxes} | document.side_column_ids
    for node in document.tree.css(KEEP_BUTTON):
        around = [node, *ancestors(node)]
        if any(element.mem_id in read for element in around) or _is_aside(around) or is_hidden(node):
            continue
        link = find_link(node.attributes["data-url"] or "")
        if link is not None and link.form.is_post:
            yield link.id


def _is_aside(around: Sequence[LexborNode]) -> bool:
    """Whether the nearest area holds no posts; of one without cards, an item with a Keep button shows otherwise."""
    code, area = next(((code, element) for element in around if (code := own_code(element))), ("", None))
    if area is None or is_other_box(area):
        return area is not None
    is_item = any((element.attributes.get("data-template-id") or "").startswith("ugcItem") for element in around)
    return holds_no_posts(code) and not (is_item and is_without_cards(code))


def find_stray_places(document: PageDocument, sections: SectionList) -> list[str]:
    """Name places that are linked in words within an area whose code says nothing known, and in no post."""
    found: dict[str, None] = {}
    for element in _parts_of_unknown(document, sections):
        found.update(dict.fromkeys(_worded_places(element)))
    return list(found)


def _worded_places(node: LexborNode) -> Iterator[str]:
    posts = {inner.mem_id for inner in node.css(f"{POST_ITEM} a")}
    for anchor in node.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        is_place = link is not None and link.form is LinkForm.PLACE and anchor.mem_id not in posts
        if link is not None and is_place and text_of(anchor) and not is_hidden(anchor):
            yield link.id


def _worded_in_unknown(document: PageDocument, sections: SectionList, boxes: Collection[Box]) -> Iterator[str]:
    found: dict[str, None] = {}
    read = {box.node.mem_id for box in boxes}
    for element in _parts_of_unknown(document, sections):
        if element.mem_id not in read:
            found.update(dict.fromkeys(_worded_posts(element, read)))
    yield from found


def _parts_of_unknown(document: PageDocument, sections: SectionList) -> Iterator[LexborNode]:
    """Elements of the areas of the main column whose code, and whose template, say nothing known."""
    for node in document.tree.css(AREA_MARKS):
        own = own_code(node)
        code = own or area_code(node.attributes.get("data-slog-id") or "")
        if code not in sections.main or is_known_area(code) or node.mem_id in document.side_column_ids:
            continue
        yield from (element for element in ([node] if own else elements_before(node)) if not is_other_box(element))


def _worded_posts(node: LexborNode, read: Collection[int]) -> Iterator[str]:
    for anchor in node.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        if link is None or not link.form.is_post or not text_of(anchor) or is_hidden(anchor):
            continue
        if not any(element.mem_id in read for element in ancestors(anchor)):
            yield link.id
