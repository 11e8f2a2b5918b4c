"""The main column's boxes, each with Naver's own code for its area.

Source: docs/naver.md, post areas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.naver.areas import area_code, is_known_area, is_post_ad_area, is_post_area, is_web_area
from sunwi.naver.document import PageDocument, ancestors, is_hidden, text_of
from sunwi.naver.links import find_link
from sunwi.naver.sections import SectionList

#: One post of a blog, a cafe or an influencer, on any device.
POST_ITEM = '[data-template-id^="ugcItem"]'
_COLUMNS = "[data-meta-area], [data-slog-container], [data-slog-id]"
#: Folders of Naver's templates whose boxes hold other things, should they ever hold a post item too.
_OTHER_TEMPLATES = ("ai-briefing/", "clip/", "image/", "qra/", "shopping/", "video/")


@dataclass(frozen=True, slots=True)
class Box:
    """A box of posts or web pages.

    Attributes:
        code: Area code, without `*` and what follows.
        is_expected: Naver's code says that it holds organic posts or pages, so that a box without
            any is a box that could not be read.
    """

    code: str
    node: LexborNode
    is_expected: bool


def find_boxes(document: PageDocument, sections: SectionList) -> tuple[Box, ...]:
    """Find the organic post and web boxes of the main column, in page order.

    The side column is left aside. A code comes from the box itself, else from the container around
    it, else (pages older than 2026) from the marker that Naver puts behind each area.
    """
    found: dict[int, Box] = {}
    marked: list[tuple[str, LexborNode]] = []
    for node in document.tree.css(_COLUMNS):
        attributes = node.attributes
        code = area_code(attributes.get("data-meta-area") or attributes.get("data-slog-container") or "")
        if not code:
            marked.append((area_code(attributes.get("data-slog-id") or ""), node))
            continue
        if node.mem_id in document.beside or code in sections.side or _is_wrapper(node) or _is_inside(node, found):
            continue
        if (box := _as_box(code, node)) is not None:
            found[node.mem_id] = box
    seen = {box.code for box in found.values()}
    for code, marker in marked:
        if code not in seen and is_post_area(code):
            for node in _elements_before(marker):
                if node.css_first("a[href]") is None:
                    continue
                found.setdefault(node.mem_id, Box(code, node, is_expected=True))
    return tuple(found.values())


def find_unknown_posts(document: PageDocument, sections: SectionList) -> list[str]:
    """Name posts that are linked in words within an area of the main column whose code says nothing known."""
    found: dict[str, None] = {}
    for node in document.tree.css(_COLUMNS):
        attributes = node.attributes
        own = area_code(attributes.get("data-meta-area") or attributes.get("data-slog-container") or "")
        code = own or area_code(attributes.get("data-slog-id") or "")
        if code not in sections.main or is_known_area(code) or node.mem_id in document.beside:
            continue
        for element in [node] if own else _elements_before(node):
            if element.css_first(POST_ITEM) is None:
                found.update(dict.fromkeys(_worded_posts(element)))
    return list(found)


def _worded_posts(node: LexborNode) -> Iterator[str]:
    for anchor in node.css("a[href]"):
        link = find_link(anchor.attributes["href"] or "")
        if link is not None and link.form.is_post and text_of(anchor) and not is_hidden(anchor):
            yield link.id


def _is_wrapper(node: LexborNode) -> bool:
    inner = len(node.css("[data-meta-area]"))
    return inner > ("data-meta-area" in node.attributes)


def _is_inside(node: LexborNode, found: Mapping[int, Box]) -> bool:
    return any(element.mem_id in found for element in (node, *ancestors(node)))


def _as_box(code: str, node: LexborNode) -> Box | None:
    template = node.attributes.get("data-block-id") or ""
    if is_post_ad_area(code) or "powercontents" in template:
        return None
    if is_post_area(code) or is_web_area(code):
        return Box(code, node, is_expected=True)
    if node.css_first(POST_ITEM) is not None and not template.startswith(_OTHER_TEMPLATES):
        return Box(code, node, is_expected=False)
    return None


def _elements_before(marker: LexborNode) -> Iterator[LexborNode]:
    """Elements between an area's marker and the marker before it that are of no other area."""
    elements: list[LexborNode] = []
    node = marker.prev
    while node is not None:
        if node.is_element_node:
            if "data-slog-id" in node.attributes:
                break
            if node.css_first("[data-meta-area], [data-slog-container]") is None:
                elements.append(node)
        node = node.prev
    yield from reversed(elements)
