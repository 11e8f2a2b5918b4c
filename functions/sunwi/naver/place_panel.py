"""One place shown as a panel instead of rows: what a search for its name is answered with.

Source: docs/naver.md, place block.
"""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from sunwi.naver import markup_marks
from sunwi.naver.apollo import PlaceState
from sunwi.naver.areas import area_code, is_address_area, is_place_area
from sunwi.naver.document import PageDocument, is_hidden
from sunwi.naver.place_rows import PLACE_BLOCKS, PlaceLink, PlaceRow, linked_row, place_links
from sunwi.naver.sections import SectionList

#: Area codes of panels, whatever the trade; of other codes the page state must say that it describes one place.
_PANEL_CODE = re.compile(r"(?:nmb|loc)_lpa")
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
    codes = [code for code in sections.main if is_place_area(code) and code not in {row.area for row in rows}]
    is_panel = len(codes) == 1 and _PANEL_CODE.fullmatch(codes[0]) is not None
    has_list = bool(rows) or bool(set(state.organic or ()) - {*state.details, *around})
    if len(codes) != 1 or len(state.details) > 1 or (has_list and not (rows and is_panel)):
        return None
    block = next((node for node in _blocks(document, codes[0]) if not is_hidden(node)), None)
    links = [] if block is None else [link for link in place_links(block) if _is_own(link)]
    if state.details:
        links = [link for link in links if link.id == state.details[0]]
    elif not _shows_one(links, state, is_panel=is_panel) or (block and block.css_first(markup_marks.PLACE_AD_LABEL)):
        return None
    if block is None or not links:
        return None
    return linked_row(block, codes[0], [link for link in links if link.text] or links)


def _shows_one(links: Sequence[PlaceLink], state: PlaceState, *, is_panel: bool) -> bool:
    """Whether all links lead to one place, which a panel shows or the state names without listing any."""
    shown = {link.id for link in links}
    return len(shown) == 1 and (is_panel or (not state.listings and not shown.isdisjoint(state.names)))


def _blocks(document: PageDocument, code: str) -> Iterator[LexborNode]:
    """Elements around the area's content, the one that names the area first."""
    for name in _AREA_ATTRIBUTES:
        for node in document.tree.css(f"[{name}]"):
            if area_code(node.attributes[name] or "") == code and node.mem_id not in document.beside:
                yield node
    for node in document.tree.css(PLACE_BLOCKS):
        if node.mem_id not in document.beside:
            yield node


def _is_own(link: PlaceLink) -> bool:
    """Whether a link of a panel is not one to a place that is recommended in it."""
    return "entry=rbp" not in link.url
