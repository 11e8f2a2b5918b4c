"""Rows of the place block as they stand on the page.

Source: docs/naver.md, place block.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from sunwi.sites.naver import markup_marks
from sunwi.sites.naver.blocks.apollo import PlaceState
from sunwi.sites.naver.blocks.areas import (
    area_code,
    is_address_area,
    is_aside_area,
    is_opening_area,
    is_place_area,
    is_recommended_area,
)
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.document import PageDocument, ancestors, is_hidden, text_of
from sunwi.sites.naver.links.links import LinkForm, find_link

_ROW_ID = "-doc-id"
#: Paid by its exposure id alone, until it is known whether other rows lack that mark.
_MARKED = "marked"
_AREA_ATTRIBUTES = ("data-laim-exp-id", "data-slog-container", "data-meta-area")
#: Row id of an advertisement: `<place number>_nad-…`, or `nad-…` alone.
_PAID_ID = re.compile(r"(?:([1-9][0-9]{5,11})_)?nad-")
#: Area codes of panels, whatever the trade; of other codes the page state must say that it describes one place.
PANEL_CODE = re.compile(r"(?:nmb|loc)_lpa")
PLACE_BLOCKS = '#place-main-section-root, [data-slog-container^="nmb_"], [data-slog-container^="loc_"]'


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One served row of a place block.

    Attributes:
        left_out: Why the row takes no rank, or nothing.
        is_torn: Its links all lead to places other than its id says.
    """

    node: LexborNode
    id: str
    area: str
    url: str
    title: str
    left_out: str
    is_torn: bool


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A link to a place, with the words that it stands behind."""

    id: str
    url: str
    text: str


def read_place_rows(document: PageDocument, sections: SectionList, state: PlaceState) -> tuple[PlaceRow, ...]:
    """Read every place row of the main column that carries a number, paid, new, recommended and hidden ones included.

    Source: docs/naver.md, place block.
    """
    listed = [code for code in sections.main if is_place_area(code)]
    rows = _rows_by_number(document, "li", listed, state)
    return _settle_marks([replace(row, area=_listed_area(row, sections)) for row in rows], state)


def _settle_marks(rows: Sequence[PlaceRow], state: PlaceState) -> tuple[PlaceRow, ...]:
    """Distinguish paid rows by their exposure id, where other rows lack it.

    An area whose rows all have it is organic where no other area has rows, or where the state ranks its places, which
    do not all pay and have no other row; a panel has no rows but paid ones.
    """
    marked = [row for row in rows if row.left_out == _MARKED]
    plain = [row for row in rows if not _is_paid_mark(row)]
    organic = {row.area for row in marked} - {row.area for row in plain}
    if plain:
        ranked = state.ranked - {row.id for row in plain}
        organic &= {row.area for row in marked if row.id not in state.ads}
        organic -= {row.area for row in marked if row.id not in ranked}
    paid = {row.area for row in marked if row.area not in organic or PANEL_CODE.fullmatch(row.area)}
    return tuple(
        replace(row, left_out="ad" if row.area in paid else "") if row.left_out == _MARKED else row for row in rows
    )


def read_unnumbered_rows(document: PageDocument, sections: SectionList, state: PlaceState) -> tuple[PlaceRow, ...]:
    """Read the rows of a listed place block that are no numbered list items: by other elements, links or the state."""
    listed = [code for code in sections.main if is_place_area(code)]
    if not listed:
        return ()
    rows = list(_rows_by_number(document, "div, section, article", listed, state))
    rows = rows or list(_rows_by_link(document, listed)) or list(_rows_by_state(document, listed, state))
    marked = (
        replace(row, left_out=_MARKED) if not row.left_out and has_paid_exposure(row.node) else row for row in rows
    )
    return _settle_marks([replace(row, area=_listed_area(row, sections)) for row in marked], state)


def is_of_other_block(row: PlaceRow) -> bool:
    """Whether a row belongs to new openings or recommendations, and says nothing of the place block."""
    return row.left_out in {"new_opening", "recommended"}


def _listed_area(row: PlaceRow, sections: SectionList) -> str:
    """The row's area; of a code that is not known for places, the one around it that the page itself lists."""
    if row.area in sections.main or is_opening_area(row.area) or is_recommended_area(row.area):
        return row.area
    around = (code for code in areas_around(row.node) if code in sections.main and not is_aside_area(code))
    return next(around, row.area)


def _rows_by_number(
    document: PageDocument, selector: str, listed: Sequence[str], state: PlaceState
) -> Iterator[PlaceRow]:
    """Rows that carry a place number in an attribute, whatever the trade calls it."""
    for node in document.tree.css(selector):
        name = _name_of_number(node)
        rows = (element for element in ancestors(node) if element.tag == node.tag)
        is_part = name is not None and any(_name_of_number(row) is not None for row in rows)
        if name is not None and not is_part and node.mem_id not in document.side_column_ids:
            row = _read_row(node, name, listed, state)
            if row is not None:
                yield row


def _name_of_number(node: LexborNode) -> str | None:
    """Name of the attribute that carries a place number, where an element has one."""
    return next((name for name in node.attributes if name.endswith(_ROW_ID) and name.startswith("data-")), None)


def _read_row(node: LexborNode, name: str, listed: Sequence[str], state: PlaceState) -> PlaceRow | None:
    value = node.attributes[name] or ""
    links = place_links(node)
    is_ad = "nad-" in value or node.css_first(markup_marks.PLACE_AD_LABEL) is not None
    is_number = value.isascii() and value.isdecimal()
    number = value if is_number and not is_ad else links[0].id if links else place_of_advertisement(value)
    prefix = name.removeprefix("data-").removesuffix(_ROW_ID)
    candidates = [*areas_around(node), prefix]
    own = [link for link in links if link.id == number]
    is_recommended = any(is_recommended_area(code) for code in candidates) or _is_in_recommendations(node)
    in_block = is_recommended or any(
        is_place_area(code) or is_opening_area(code) or is_address_area(code) for code in candidates
    )
    if not number or not (in_block or (own and (is_ad or is_number))):
        return None
    if is_recommended or (number in state.recommended and not is_ad):
        left_out = "recommended"
    elif is_opening_area(candidates[0]):
        left_out = "new_opening"
    elif is_ad or number in state.ads - state.ranked:
        left_out = "ad"
    elif is_hidden(node):
        left_out = "not_shown"
    else:
        left_out = _MARKED if has_paid_exposure(node) or prefix[:-1] in _paid_prefixes(prefix, listed) else ""
    return PlaceRow(
        node=node,
        id=number,
        area=_choose_area(candidates, listed),
        url=own[0].url if own else "",
        title=next((link.text for link in own if link.text), ""),
        left_out=left_out,
        is_torn=bool(links) and not own,
    )


def _is_in_recommendations(node: LexborNode) -> bool:
    return any((element.attributes.get("id") or "").startswith("rbp-") for element in ancestors(node))


def has_paid_exposure(node: LexborNode) -> bool:
    """Whether a row's exposure id has the ending that paid rows have."""
    return (node.attributes.get("data-laim-exp-id") or "").endswith("*e")


def _paid_prefixes(prefix: str, listed: Sequence[str]) -> Sequence[str]:
    """Codes of listed areas, of a row whose attribute is named after one and the ending of paid rows."""
    return listed if prefix.endswith("e") and prefix not in listed else ()


def _is_paid_mark(row: PlaceRow) -> bool:
    is_hidden_mark = row.left_out == "not_shown" and has_paid_exposure(row.node)
    return row.left_out in {_MARKED, "ad"} or is_hidden_mark or is_of_other_block(row)


def place_of_advertisement(row_id: str) -> str:
    """Name the place that an advertisement's row id pays for, or nothing where it names none."""
    match = _PAID_ID.match(row_id)
    return (match[1] or "") if match else row_id if row_id.isdecimal() else ""


def _choose_area(candidates: Sequence[str], listed: Sequence[str], *, default: str = "") -> str:
    for code in candidates:
        if code in listed or is_opening_area(code) or is_address_area(code) or is_recommended_area(code):
            return code
    return listed[0] if len(listed) == 1 else default or candidates[0]


def _rows_by_state(document: PageDocument, listed: Sequence[str], state: PlaceState) -> Iterator[PlaceRow]:
    """Rows of a block without any mark: the outermost items that link one place, of the state's organic order."""
    nested = {node.mem_id for node in document.tree.css("li li")}
    for node in document.tree.css("li"):
        links = [] if node.mem_id in nested or node.mem_id in document.side_column_ids else place_links(node)
        is_row = len({link.id for link in links}) == 1 and links[0].id in (state.organic or ())
        if is_row and not stands_in_other_block(node):
            yield linked_row(node, _choose_area(areas_around(node), listed, default=listed[0]), links)


def _rows_by_link(document: PageDocument, listed: Sequence[str]) -> Iterator[PlaceRow]:
    """Rows of a block whose rows carry no id: the outermost items that link one place each."""
    blocks = (node for node in document.tree.css(PLACE_BLOCKS) if not stands_in_other_block(node))
    block = next((node for node in blocks if node.mem_id not in document.side_column_ids), None)
    if block is None:
        return
    nested = {node.mem_id for node in block.css("li li")}
    for node in block.css("li"):
        links = [] if node.mem_id in nested or stands_in_other_block(node) else place_links(node)
        if len({link.id for link in links}) == 1:
            yield linked_row(node, _choose_area(areas_around(node), listed, default=listed[0]), links)


def stands_in_other_block(node: LexborNode) -> bool:
    """Whether what is around an element are new openings, recommendations or the places around an address."""
    around = areas_around(node)
    is_other = any(is_opening_area(code) or is_recommended_area(code) or is_address_area(code) for code in around)
    return is_other or _is_in_recommendations(node)


def linked_row(node: LexborNode, area: str, links: list[PlaceLink]) -> PlaceRow:
    """Make a row of an element by the place that its links lead to."""
    title = next((link.text for link in links if link.text), "")
    left_out = "not_shown" if is_hidden(node) else ""
    if node.css_first(markup_marks.PLACE_AD_LABEL) is not None:
        left_out = "ad"
    return PlaceRow(node, links[0].id, area, links[0].url, title, left_out, is_torn=False)


def place_links(node: LexborNode) -> list[PlaceLink]:
    """Read the links of an element that lead to a place, in page order."""
    found = []
    for anchor in node.css("a[href]"):
        url = anchor.attributes["href"] or ""
        link = find_link(url)
        if link is not None and link.form is LinkForm.PLACE:
            found.append(PlaceLink(link.id, url, text_of(anchor)))
    return found


def areas_around(node: LexborNode) -> list[str]:
    """Codes of the areas that an element stands in, by its own marks and those around it, the nearest first."""
    return [
        area_code(area)
        for element in (node, *ancestors(node))
        for name in _AREA_ATTRIBUTES
        if (area := element.attributes.get(name))
    ]
