"""One place shown as a panel instead of rows: what a search for its name is answered with.

Source: docs/naver.md, place block.
"""

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.blocks.apollo import PlaceState, choose_listing
from sunwi.sites.naver.blocks.areas import area_code, is_address_area, is_place_area
from sunwi.sites.naver.blocks.place_rows import (
    PANEL_CODE,
    PLACE_BLOCKS,
    PlaceLink,
    PlaceRow,
    linked_row,
    place_links,
    stands_in_other_block,
)
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, is_hidden

_AREA_ATTRIBUTES = ("data-slog-container", "data-meta-area", "data-laim-exp-id")


def read_panel(
    document: PageDocument, sections: SectionList, state: PlaceState, rows: Sequence[PlaceRow]
) -> PlaceRow | None:
    """Read the place of a panel; None where there is none, or where it is not certain which place it shows.

    The page state describes the place; where there is no state, every link of the panel must lead to one place.

    Args:
        document: A recognised integrated page.
        sections: The page's own list of its areas.
        state: Its state.
        rows: Those of the page's place blocks and addresses; a panel stands in an area that has none.
    """
    around = {row.id for row in rows if is_address_area(row.area)}
    rows = [row for row in rows if not is_address_area(row.area)]
    taken = {row.area for row in rows if not (PANEL_CODE.fullmatch(row.area) and _is_of_panel(row, state))}
    codes = [code for code in dict.fromkeys(sections.main) if is_place_area(code) and code not in taken]
    is_panel = len(codes) == 1 and PANEL_CODE.fullmatch(codes[0]) is not None
    has_list = bool(taken) or bool(_listed_places(state, around, is_panel=is_panel) - set(state.details))
    if len(codes) != 1 or (has_list and not (taken and is_panel)):
        return None
    blocks = _blocks(document, codes[0])
    links = [link for block in blocks for link in place_links(block) if _is_own(link)]
    if state.details:
        links = [link for link in links if link.id in state.details]
    elif not _shows_one(links, state, is_panel=is_panel) or blocks[0].css_first(markup_marks.PLACE_AD_LABEL):
        return None
    if len({link.id for link in links}) != 1:
        return None
    return linked_row(blocks[0], codes[0], [link for link in links if link.text] or links)


def _is_of_panel(row: PlaceRow, state: PlaceState) -> bool:
    """Whether a row within a panel is paid or hidden, or is one of the place that the state describes."""
    return bool(row.left_out) or row.id in state.details


def _listed_places(state: PlaceState, around: set[str], *, is_panel: bool) -> set[str]:
    """Places that the state lists as results, those around an address aside; beside a panel, in a known field alone."""
    others = [item for item in state.listings if around.isdisjoint(item.ids) and (item.is_known or not is_panel)]
    chosen = choose_listing(others)
    return set(chosen.ids) if chosen else set()


def _shows_one(links: Sequence[PlaceLink], state: PlaceState, *, is_panel: bool) -> bool:
    """Whether all links lead to one place, which a panel shows or the state names without listing any."""
    shown = {link.id for link in links}
    return len(shown) == 1 and (is_panel or (not state.listings and not shown.isdisjoint(state.names)))


def _blocks(document: PageDocument, code: str) -> list[LexborNode]:
    """Elements around the area's content that are shown: those that name the area, else the first known root."""
    named = [
        node
        for name in _AREA_ATTRIBUTES
        for node in document.tree.css(f"[{name}]")
        if area_code(node.attributes[name] or "") == code and not _is_out_of_sight(document, node)
    ]
    roots = (node for node in document.tree.css(PLACE_BLOCKS) if not stands_in_other_block(node))
    return named or [node for node in roots if not _is_out_of_sight(document, node)][:1]


def _is_out_of_sight(document: PageDocument, node: LexborNode) -> bool:
    return node.mem_id in document.side_column_ids or is_hidden(node)


def _is_own(link: PlaceLink) -> bool:
    """Whether a link of a panel is not one to a place that is recommended in it."""
    return "entry=rbp" not in link.url
