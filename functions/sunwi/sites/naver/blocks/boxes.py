"""The main column's boxes, each with Naver's own code for its area.

Source: docs/naver.md, post areas.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sunwi.sites.naver.blocks.areas import (
    AreaSort,
    area_code,
    holds_no_posts,
    is_answer_area,
    is_post_area,
    is_web_area,
    sort_of_area,
)
from sunwi.sites.naver.blocks.post_rows import linked_posts
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, ancestors

#: One post of a blog, a cafe or an influencer, on any device.
POST_ITEM = '[data-template-id^="ugcItem"]'
#: Every organic card has one button that keeps its address; on a video's it is logged by another word.
KEEP_BUTTON = '[data-url][data-cr-on*=".kep"], [data-url][data-cr-on*=".gkep"]'
CARD_MARKS = f"{POST_ITEM}, {KEEP_BUTTON}"
#: Pages of 2025 have the code in a class of the section around the area.
SECTION_MARK = 'section[class*="_prs_"]'
AREA_MARKS = f"[data-meta-area], [data-slog-container], [data-slog-id], {SECTION_MARK}"
_OWN_CODE = '[data-meta-area]:not([data-meta-area=""])'
_KEEP_LOG = re.compile(r"\.g?kep")
_SECTION_CLASS = re.compile(r"(?:^|\s)_prs_(\w+)")
#: Folders of Naver's templates whose boxes hold other things, should they ever hold a post item too.
_OTHER_TEMPLATES = ("ai-briefing/", "clip/", "image/", "qra/", "shopping/", "video/")
#: Folders of templates whose boxes are cards among posts and never posts themselves; and the button of a video.
_CARDS_OF_OTHERS = ("image/", "kin/", "qra/", "shopping/", "video/")
_VIDEO_BUTTON = '[data-url][data-cr-on*=".gkep"]'


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
    """Find the organic post and web boxes of the main column.

    The side column is left aside. A code comes from the box itself, else from the container around
    it, else (pages older than 2026) from the marker that Naver puts behind each area. A box of a code that
    says nothing known is one if it links posts.
    """
    # Where the side column is to be seen, what stands elsewhere is of the main column, whatever the list says.
    side = frozenset[str]() if document.side_column_ids else sections.side
    found: dict[int, Box] = {}
    marked: list[tuple[str, LexborNode]] = []
    for node in document.tree.css(AREA_MARKS):
        code = own_code(node)
        if node.mem_id in document.side_column_ids or code in side:
            continue
        if not code:
            marked.append((area_code(node.attributes.get("data-slog-id") or ""), node))
        elif not _is_inside(node, found):
            found.update((box.node.mem_id, box) for box in _boxes_of(code, node))
    seen = {box.code for box in found.values()}
    for code, marker in marked:
        if code and code not in seen and code not in side:
            boxes = (_as_box(code, node) for node in elements_before(marker) if node.css_first("a[href]") is not None)
            found.update((box.node.mem_id, box) for box in boxes if box is not None)
    return tuple(found.values())


def own_code(node: LexborNode) -> str:
    """Area code that a box or a container carries itself, or nothing."""
    attributes = node.attributes
    if named := attributes.get("data-meta-area") or attributes.get("data-slog-container"):
        return area_code(named)
    match = _SECTION_CLASS.search(attributes.get("class") or "") if node.tag == "section" else None
    return match[1] if match and sort_of_area(match[1]) in {AreaSort.POSTS, AreaSort.WEB} else ""


def is_keep_button(node: LexborNode) -> bool:
    """Whether an element is the button that keeps a card's address."""
    return (
        bool(node.attributes.get("data-url")) and _KEEP_LOG.search(node.attributes.get("data-cr-on") or "") is not None
    )


def is_other_box(node: LexborNode) -> bool:
    """Whether Naver's own template says that a box holds other things than posts and pages, or paid ones."""
    template = node.attributes.get("data-block-id") or ""
    return template.startswith(_OTHER_TEMPLATES) or "powercontents" in template


def is_card_of_others(node: LexborNode) -> bool:
    """Whether Naver's template says that a box is one card of pictures, a film, a question or goods.

    Its links lead to several pages at times, posts among them: none of them is shown as a post.
    """
    template = node.attributes.get("data-block-id") or ""
    return template.startswith(_CARDS_OF_OTHERS) and node.css_first(CARD_MARKS) is None


def is_video_button(node: LexborNode) -> bool:
    """Whether an element is the button of a film."""
    return bool(node.attributes.get("data-url")) and ".gkep" in (node.attributes.get("data-cr-on") or "")


def holds_video(node: LexborNode) -> bool:
    """Whether a card has the button of a film."""
    return node.css_first(_VIDEO_BUTTON) is not None


def _boxes_of(code: str, node: LexborNode) -> Iterator[Box]:
    if len(node.css(_OWN_CODE)) <= bool(node.attributes.get("data-meta-area")):
        box = _as_box(code, node)
        if box is not None:
            yield box
    elif not (holds_no_posts(code)):
        for part in _parts_without_code(node):
            yield Box(code, part, is_expected=is_post_area(code) or is_web_area(code))


def _parts_without_code(wrapper: LexborNode) -> Iterator[LexborNode]:
    """Parts of a container that hold cards, beside the boxes in it that have a code of their own."""
    for part in wrapper.iter():
        if part.attributes.get("data-meta-area"):
            continue
        if part.css_first(_OWN_CODE) is not None:
            yield from _parts_without_code(part)
        elif part.css_first(CARD_MARKS) is not None:
            yield part


def _is_inside(node: LexborNode, found: Mapping[int, Box]) -> bool:
    return any(element.mem_id in found for element in (node, *ancestors(node)))


def _as_box(code: str, node: LexborNode) -> Box | None:
    if is_answer_area(code) and node.css_first(KEEP_BUTTON) is not None:
        return Box(code, node, is_expected=False)
    if holds_no_posts(code) or "powercontents" in (node.attributes.get("data-block-id") or ""):
        return None
    if is_post_area(code) or is_web_area(code):
        return Box(code, node, is_expected=True)
    if is_other_box(node) or not (node.css_first(CARD_MARKS) is not None or linked_posts(node)):
        return None
    return Box(code, node, is_expected=False)


def elements_before(marker: LexborNode) -> Iterator[LexborNode]:
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
