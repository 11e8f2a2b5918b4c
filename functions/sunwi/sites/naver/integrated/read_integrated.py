"""The integrated page (통합검색): one document answers all kinds at once.

Source: docs/naver.md, integrated page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sunwi.domain.reading import Card, Doubt, LeftOut, Presence
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.blocks.found_card import number_cards
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument
from sunwi.sites.naver.integrated.place_block import read_place_block
from sunwi.sites.naver.integrated.post_areas import read_post_areas


@dataclass(frozen=True, slots=True)
class SurfaceContent:
    """What a recognised page says; each field as in `PageReading`."""

    presence: Mapping[Kind, Presence]
    depth: Mapping[Kind, int]
    cards: tuple[Card, ...]
    left_out: tuple[LeftOut, ...]
    evidence: tuple[str, ...]
    unread: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def read_integrated(document: PageDocument, sections: SectionList) -> SurfaceContent:
    """Read places, posts and web pages down the main column."""
    positions = {node.mem_id: position for position, node in enumerate(document.tree.css("*"))}
    places = read_place_block(document, sections, positions)
    posts = read_post_areas(document, sections, positions)
    return SurfaceContent(
        presence={Kind.PLACE: places.presence, **posts.presence},
        depth={Kind.PLACE: places.depth, Kind.BLOG: posts.depth, Kind.CAFE: posts.depth},
        cards=number_cards((*places.cards, *posts.cards)),
        left_out=(*places.left_out, *posts.left_out),
        evidence=(*places.evidence, *posts.evidence),
        unread=(*places.unread, *posts.unread),
        doubts=(*places.doubts, *posts.doubts),
    )
