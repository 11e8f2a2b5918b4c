"""Posts and web pages of the main column.

Source: docs/naver.md, post areas.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sunwi.domain.reading import LeftOut, Presence
from sunwi.naver.areas import is_post_area, is_web_area
from sunwi.naver.boxes import Box, find_boxes, find_unknown_posts
from sunwi.naver.document import PageDocument
from sunwi.naver.found_card import FoundCard
from sunwi.naver.links import find_link
from sunwi.naver.post_cards import read_box
from sunwi.naver.sections import SectionList
from sunwi.naver.split_box import KEEP_BUTTON


@dataclass(frozen=True, slots=True)
class PostAreas:
    """What the page shows of posts, and of web pages beside them.

    Attributes:
        depth: Cards of the post areas; those of the web area are counted in `page_rank` alone.
    """

    presence: Presence
    cards: tuple[FoundCard, ...]
    left_out: tuple[LeftOut, ...]
    depth: int
    evidence: tuple[str, ...]


def read_post_areas(document: PageDocument, sections: SectionList, positions: Mapping[int, int]) -> PostAreas:
    """Read every organic post and web area of a recognised integrated page.

    Args:
        document: The page.
        sections: The page's own list of its areas.
        positions: Place of each element in the document, by its memory id.
    """
    boxes = find_boxes(document, sections)
    contents = [read_box(box, positions) for box in boxes]
    cards = tuple(card for content in contents for card in content.cards)
    left_out = tuple(
        LeftOut(card.id, "not_shown") for content in contents for card in content.hidden if card.id is not None
    )
    posts = [card for card in cards if not is_web_area(card.area)]
    strays = [*_strays(document, boxes), *find_unknown_posts(document, sections)]
    presence, evidence = _compare(sections, posts, strays)
    evidence += tuple(_other_numbers(posts))
    web = len(cards) - len(posts)
    if not web and any(is_web_area(code) for code in sections.main):
        evidence += ("web pages: listed, none read: page ranks below may be too small",)
    return PostAreas(presence, cards, left_out, len(posts), evidence)


def _other_numbers(posts: Sequence[FoundCard]) -> list[str]:
    """Cards that Naver's own log numbers in another way: the first sign of a card that went unseen."""
    ranks: Counter[str] = Counter()
    said = []
    for card in posts:
        ranks[card.area] += 1
        if card.numbered is not None and card.numbered != ranks[card.area]:
            said.append(f"posts: Naver numbers card {ranks[card.area]} of {card.area} {card.numbered}")
    return said[:3]


def _strays(document: PageDocument, boxes: Sequence[Box]) -> list[str]:
    """Posts with a Keep button, as every card has one, outside of all boxes that were read."""
    read = {node.mem_id for box in boxes for node in box.node.css(KEEP_BUTTON)} | document.beside
    buttons = (node for node in document.tree.css(KEEP_BUTTON) if node.mem_id not in read)
    links = (find_link(node.attributes["data-url"] or "") for node in buttons)
    return [link.id for link in links if link is not None and link.form.is_post]


def _compare(
    sections: SectionList, posts: Sequence[FoundCard], strays: Sequence[str]
) -> tuple[Presence, tuple[str, ...]]:
    listed = [code for code in dict.fromkeys(sections.main) if is_post_area(code)]
    counts = dict.fromkeys(listed, 0)
    for card in posts:
        counts[card.area] = counts.get(card.area, 0) + 1
    problems = [f"posts: {code} is listed, but no card could be read" for code in listed if not counts[code]]
    problems += [f"posts: {code} is shown, but not listed" for code in counts if code not in sections.main]
    problems += [f"posts: a card of {card.area} cannot be named" for card in posts if card.id is None]
    problems += [f"posts: {stray} stands in an area of unknown sort" for stray in strays[:3]]
    if problems:
        return Presence.SUSPECT, tuple(problems)
    if not counts:
        return Presence.ABSENT, ("posts: no area listed, no boxes",)
    shown = " ".join(f"{code}={count}" for code, count in counts.items())
    return Presence.PRESENT, (f"posts: {shown}",)
