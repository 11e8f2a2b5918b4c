"""Posts and web pages of the main column.

Source: docs/naver.md, post areas.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sunwi.domain.reading import Doubt, LeftOut, Presence
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.blocks.areas import area_code, is_answer_area, is_post_area, is_web_area
from sunwi.sites.naver.blocks.boxes import AREA_MARKS, Box, find_boxes, own_code
from sunwi.sites.naver.blocks.doubts import (
    POST_KINDS,
    doubt_nameless_cards,
    doubt_stray_post,
    doubt_uncut_post,
    doubt_unlisted_area,
    doubt_unread_area,
    presence_of,
)
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.post_cards import BoxContent, read_box
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.blocks.unknown_areas import find_strays
from sunwi.sites.naver.document import PageDocument


@dataclass(frozen=True, slots=True)
class PostAreas:
    """What the page shows of posts, and of web pages beside them.

    Attributes:
        unread: Codes of web areas that are listed and of which no card could be read.
        depth: Cards of the post areas; those of the web area are counted in `page_rank` alone.
    """

    presence: Mapping[Kind, Presence]
    cards: tuple[FoundCard, ...]
    left_out: tuple[LeftOut, ...]
    depth: int
    evidence: tuple[str, ...]
    unread: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def read_post_areas(document: PageDocument, sections: SectionList, positions: Mapping[int, int]) -> PostAreas:
    """Read every organic post and web area of a recognised integrated page.

    Args:
        document: The page.
        sections: The page's own list of its areas.
        positions: Place of each element in the document, by its memory id.
    """
    boxes = find_boxes(document, sections)
    contents = [read_box(box, positions) for box in boxes]
    read = [
        box for box, content in zip(boxes, contents, strict=True) if box.is_expected or content.cards or content.hidden
    ]
    cards = sorted((card for content in contents for card in content.cards), key=lambda card: card.position)
    left_out = tuple(
        LeftOut(card.id, "not_shown") for content in contents for card in content.hidden if card.id is not None
    )
    pages = _areas_of_pages(boxes, cards)
    posts = [card for card in cards if card.area not in pages]
    doubts, facts = _compare(document, sections, posts, positions)
    uncut = _uncut_posts(boxes, contents)
    doubts += [doubt for name, area in uncut.items() for doubt in doubt_uncut_post(name, area)]
    strays = dict.fromkeys(find_strays(document, sections, read)[:3]) | dict.fromkeys(_unread_posts(contents, cards))
    doubts += [doubt_stray_post(stray) for stray in strays if stray not in uncut]
    evidence = (*_describe(posts, doubts), *facts, *_other_numbers(posts))
    shown = {card.area for card in cards}
    unread = tuple(code for code in dict.fromkeys(sections.main) if is_web_area(code) and code not in shown)
    if unread and len(posts) == len(cards):
        evidence += ("web pages: listed, none read: page ranks below may be too small",)
    evidence += tuple(
        f"{code}: listed, none read: page ranks below may be too small"
        for code in dict.fromkeys(sections.main)
        if is_answer_area(code) and code not in shown
    )
    presence = {kind: presence_of(kind, doubts, has_cards=bool(posts)) for kind in sorted(POST_KINDS)}
    return PostAreas(presence, tuple(cards), left_out, len(posts), evidence, unread, tuple(doubts))


def _uncut_posts(boxes: Sequence[Box], contents: Sequence[BoxContent]) -> dict[str, str]:
    """Name posts that stand among the cards of a box and in none of them, each with its area."""
    return {
        name: box.code
        for box, content in zip(boxes, contents, strict=True)
        for name in content.strays
        if content.cards and name not in _names_of(content.cards)
    }


def _unread_posts(contents: Sequence[BoxContent], cards: Sequence[FoundCard]) -> list[str]:
    """Name posts of boxes without any card, outside of all cards of the page."""
    named = _names_of(cards)
    return [name for content in contents if not content.cards for name in content.strays if name not in named]


def _names_of(cards: Sequence[FoundCard]) -> set[str | None]:
    return {name for card in cards for name in (card.id, *card.aliases, *card.bundled)}


def _areas_of_pages(boxes: Sequence[Box], cards: Sequence[FoundCard]) -> set[str]:
    """Areas whose cards count down the page and not among the posts: those of web pages, unknown ones without posts."""
    unexpected = {box.code for box in boxes if not box.is_expected}
    with_posts = {card.area for card in cards if card.id is None or not card.id.startswith("web:")}
    return {card.area for card in cards if is_web_area(card.area)} | (unexpected - with_posts)


def _other_numbers(posts: Sequence[FoundCard]) -> list[str]:
    """Cards that Naver's own log numbers in another way: usual behind a site, of which Naver counts every link."""
    ranks: Counter[str] = Counter()
    said = []
    for card in posts:
        ranks[card.area] += 1
        if card.numbered is not None and card.numbered != ranks[card.area]:
            said.append(f"posts: Naver numbers card {ranks[card.area]} of {card.area} {card.numbered}")
    return said[:3]


def _compare(
    document: PageDocument, sections: SectionList, posts: Sequence[FoundCard], positions: Mapping[int, int]
) -> tuple[list[Doubt], list[str]]:
    """Compare the cards with the page's list of areas: what is in doubt, and what is merely worth saying."""
    listed = [code for code in dict.fromkeys(sections.main) if is_post_area(code)]
    counts = Counter(card.area for card in posts)
    doubts = [doubt for code in listed if not counts[code] for doubt in doubt_unread_area(code)]
    doubts += doubt_nameless_cards(posts)
    facts: list[str] = []
    unlisted = [code for code in counts if code not in sections.main]
    end = _end_of_listed(document, sections, positions) if unlisted else 0
    for code in unlisted:
        cards = [card for card in posts if card.area == code]
        if all(card.position > end for card in cards):
            facts.append(f"posts: {code} is shown behind the listed areas, but not listed")
        else:
            doubts += doubt_unlisted_area(code, cards)
    return doubts, facts


def _end_of_listed(document: PageDocument, sections: SectionList, positions: Mapping[int, int]) -> int:
    """Where the last area that the page lists begins: what stands behind it was loaded on scrolling."""
    marked = (node for node in document.tree.css(AREA_MARKS) if node.mem_id not in document.side_column_ids)
    return max(
        (
            positions.get(node.mem_id, 0)
            for node in marked
            if (own_code(node) or area_code(node.attributes.get("data-slog-id") or "")) in sections.main
        ),
        default=len(positions),
    )


def _describe(posts: Sequence[FoundCard], doubts: Sequence[Doubt]) -> tuple[str, ...]:
    if doubts:
        return tuple(dict.fromkeys(f"posts: {doubt.reason}" for doubt in doubts))
    if not posts:
        return ("posts: no area listed, no boxes",)
    counts = Counter(card.area for card in posts)
    return (f"posts: {' '.join(f'{code}={count}' for code, count in counts.items())}",)
