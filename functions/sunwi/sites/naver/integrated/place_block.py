"""The place block: shown rows, checked against the page state.

Source: docs/naver.md, place block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from sunwi.domain.reading import Doubt, LeftOut, Presence
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.blocks.apollo import PlaceState, read_place_state
from sunwi.sites.naver.blocks.areas import is_address_area, is_place_area
from sunwi.sites.naver.blocks.doubts import doubt_places, doubt_stray_place, presence_of
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.blocks.place_rows import (
    PlaceRow,
    areas_around,
    is_of_other_block,
    read_place_rows,
    read_unnumbered_rows,
)
from sunwi.sites.naver.blocks.sections import SectionList
from sunwi.sites.naver.blocks.unknown_areas import find_stray_places
from sunwi.sites.naver.document import PageDocument
from sunwi.sites.naver.integrated.place_panel import read_panel


@dataclass(frozen=True, slots=True)
class PlaceBlock:
    """What the page shows of places.

    Attributes:
        cards: Those of areas that count only by name included.
        depth: Cards of the place block itself.
        unread: Codes of listed areas of addresses of which no card could be read.
    """

    presence: Presence
    cards: tuple[FoundCard, ...]
    left_out: tuple[LeftOut, ...]
    evidence: tuple[str, ...]
    depth: int
    doubts: tuple[Doubt, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Matched:
    """The rows of one area next to the state.

    Attributes:
        rows: Paid ones marked as such.
        order: The state's order that the other rows start; None where they start none.
    """

    rows: tuple[PlaceRow, ...]
    order: tuple[str, ...] | None


def read_place_block(document: PageDocument, sections: SectionList, positions: Mapping[int, int]) -> PlaceBlock:
    """Read the shown organic rows; those of each area must be a prefix of an organic order of the state.

    Args:
        document: A recognised integrated page.
        sections: The page's own list of its areas.
        positions: Place of each element in the document, by its memory id.
    """
    state = read_place_state(document)
    numbered = read_place_rows(document, sections, state)
    found = tuple(row for row in numbered if not is_address_area(row.area))
    around = [row for row in numbered if is_address_area(row.area)]
    addresses = _read_addresses(sections, state, around, positions)
    own = [row for row in found if not is_of_other_block(row)]
    panel = read_panel(document, sections, state, [*own, *around])
    if panel is not None and all(row.area == panel.area for row in own):
        return _with_panel(panel, found, state, addresses, positions)
    if not own:
        found += read_unnumbered_rows(document, sections, state)
    areas = dict.fromkeys(row.area for row in found if not row.left_out)
    matched = [_match([row for row in found if row.area == area and not row.left_out], state) for area in areas]
    rows = [*(row for row in found if row.left_out), *(row for block in matched for row in block.rows)]
    shown = [row for row in rows if not row.left_out]
    cards = tuple(_as_card(row, state, positions) for row in (*([panel] if panel else []), *shown))
    unread = _unread_areas(sections, [*([panel] if panel else []), *rows]) if shown else []
    problems, facts = _compare(sections, state, rows, matched)
    if not (problems or shown):
        problems = [doubt_stray_place(stray) for stray in find_stray_places(document, sections)[:3]]
    doubts = (*problems, *unread)
    orders = [block.order for block in matched if block.order is not None] or [state.organic or ()]
    return PlaceBlock(
        presence=presence_of(Kind.PLACE, doubts, has_cards=bool(shown)),
        cards=(*cards, *addresses.cards),
        left_out=_left_out(rows, state, [number for order in orders for number in order]),
        evidence=(*(f"places: {said}" for said in [doubt.reason for doubt in doubts] or facts), *addresses.evidence),
        depth=len(cards),
        doubts=doubts,
        unread=addresses.unread,
    )


def _with_panel(
    panel: PlaceRow,
    others: Sequence[PlaceRow],
    state: PlaceState,
    addresses: PlaceBlock,
    positions: Mapping[int, int],
) -> PlaceBlock:
    """Make the block of one place, above what is recommended or newly opened beside it."""
    left_out = tuple(LeftOut(number, reason) for number, reason in {(row.id, row.left_out): None for row in others})
    return PlaceBlock(
        presence=Presence.PRESENT,
        cards=(_as_card(panel, state, positions), *addresses.cards),
        left_out=left_out,
        evidence=(f"places: {panel.id} is shown alone as a panel", *addresses.evidence),
        depth=1,
        unread=addresses.unread,
    )


def _read_addresses(
    sections: SectionList, state: PlaceState, rows: Sequence[PlaceRow], positions: Mapping[int, int]
) -> PlaceBlock:
    """Read the places around an address: an area of its own, whose doubts are nobody else's."""
    listed = [code for code in dict.fromkeys(sections.main) if is_address_area(code)]
    matched = _match([row for row in rows if not row.left_out], state)
    shown = [row for row in matched.rows if not row.left_out]
    is_read = matched.order is not None and not any(row.is_torn for row in shown)
    cards = tuple(_as_card(row, state, positions) for row in shown) if is_read else ()
    unread = () if cards else tuple(listed)
    evidence = tuple(f"places: {code}: listed, none read" for code in unread)
    return PlaceBlock(Presence.ABSENT, cards, (), evidence, depth=0, unread=unread)


def _as_card(row: PlaceRow, state: PlaceState, positions: Mapping[int, int]) -> FoundCard:
    return FoundCard(
        position=positions.get(row.node.mem_id, len(positions)),
        area=row.area,
        id=row.id,
        title=state.names.get(row.id, row.title),
        url=row.url,
    )


def _match(shown: Sequence[PlaceRow], state: PlaceState) -> _Matched:
    """Find the order that the rows start, those aside that are out of turn and that someone pays for."""
    for order in state.orders:
        rows: list[PlaceRow] = []
        turn = 0
        for row in shown:
            if row.id == (order[turn] if turn < len(order) else ""):
                rows.append(row)
                turn += 1
            elif row.id in state.ads:
                rows.append(replace(row, left_out="ad"))
            else:
                break
        if len(rows) == len(shown) and turn:
            return _Matched(tuple(rows), order)
    return _Matched(tuple(shown), None)


def _unread_areas(sections: SectionList, rows: Sequence[PlaceRow]) -> list[Doubt]:
    """Doubt listed blocks of places without any row in them, beside others that have rows."""
    read = {code for row in rows for code in (row.area, *areas_around(row.node))}
    listed = [code for code in dict.fromkeys(sections.main) if is_place_area(code)]
    return [doubt_places(f"{code} is listed, but no row could be read", code) for code in listed if code not in read]


def _compare(
    sections: SectionList, state: PlaceState, rows: Sequence[PlaceRow], matched: Sequence[_Matched]
) -> tuple[list[Doubt], list[str]]:
    """Compare the rows with the page's list of areas and its state: what is wrong, else what was found."""
    listed = [code for code in sections.main if is_place_area(code)]
    shown = [row for row in rows if not row.left_out]
    has_addresses = any(is_address_area(code) for code in sections.main)
    if not listed and not shown and (state.organic is None or has_addresses):
        return [], ["no area listed, no rows, no state"]
    if state.says_empty and not shown and any(row.left_out == "ad" for row in rows):
        return [], ["paid rows alone, and the state's organic list is empty"]
    area = next(iter(listed), "")
    problems = [doubt_places(f"row {row.id} links another place", row.area, row.id) for row in shown if row.is_torn]
    if not shown:
        problems.append(doubt_places("no organic row is shown", area))
    if state.organic is None:
        problems.append(doubt_places("no organic list in the page state", area))
    else:
        problems += [_doubt_order(block.rows, state.organic) for block in matched if block.order is None]
    unlisted = sorted({row.area for row in shown} - set(sections.main))
    if unlisted or not (listed or shown):
        said = f"not in the page's list of areas: {' '.join(unlisted)}".rstrip(": ")
        problems.append(doubt_places(said, next(iter(unlisted), "")))
    counts = ((sum(not row.left_out for row in block.rows), len(block.order or ())) for block in matched)
    return problems, [f"{count} rows start the state's {of}" for count, of in counts]


def _doubt_order(rows: Sequence[PlaceRow], order: Sequence[str]) -> Doubt:
    """Doubt the first row that stands where the state has another place."""
    shown = " ".join(row.id for row in rows)
    wrong = next((row for row, number in zip_longest(rows, order[: len(rows)]) if row.id != number), rows[-1])
    return doubt_places(f"rows {shown} do not start the state's {' '.join(order)}"[:400], wrong.area, wrong.id)


def _left_out(rows: Sequence[PlaceRow], state: PlaceState, ordered: Sequence[str]) -> tuple[LeftOut, ...]:
    left = {(row.id, row.left_out): None for row in rows if row.left_out}
    named = {row.id for row in rows}
    left.update({(number, "not_shown"): None for number in ordered if number not in named})
    left.update({(number, "new_opening"): None for number in sorted(state.openings - named)})
    return tuple(LeftOut(number, reason) for number, reason in left)
