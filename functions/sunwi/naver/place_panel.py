"""One place shown as a panel instead of rows: what a search for its name is answered with.

Source: docs/naver.md, place block.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from sunwi.naver import markup_marks
from sunwi.naver.apollo import PlaceState
from sunwi.naver.areas import area_code, is_place_area
from sunwi.naver.document import PageDocument, is_hidden
from sunwi.naver.place_rows import PLACE_BLOCKS, PlaceLink, PlaceRow, linked_row, place_links
from sunwi.naver.sections import SectionList

#: Area codes of panels, whatever the trade; of other codes the page state must say that it describes one place.
_PANEL_CODE = re.compile(r"(?:nmb|loc)_lpa")
_AREA_ATTRIBUTES = ("data-slog-container", "data-meta-area", "data-laim-exp-id")


def read_panel(document: PageDocument, sections: SectionList, state: PlaceState) -> PlaceRow | None:
    """Read the place of a panel; None where there is none, or where it is not certain which place it shows.

    The page state describes the place; where there is no state, every link of the panel must lead to one place.
    """
    listed = [code for code in sections.main if is_place_area(code)]
    if len(listed) != 1 or len(state.details) > 1 or set(state.organic or ()) - set(state.details):
        return None
    block = next((node for node in _blocks(document, listed[0]) if not is_hidden(node)), None)
    links = [] if block is None else [link for link in place_links(block) if _is_own(link)]
    shown = {link.id for link in links}
    named = state.details or tuple(number for number in state.names if number in shown and not state.listings)
    if block is None or not shown:
        return None
    if state.details:
        own = [link for link in links if link.id == state.details[0]]
    else:
        is_one = len(shown) == 1 and (bool(named) or _PANEL_CODE.fullmatch(listed[0]) is not None)
        own = links if is_one and block.css_first(markup_marks.PLACE_AD_LABEL) is None else []
    if not own:
        return None
    return linked_row(block, listed[0], [link for link in own if link.text] or own)


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
