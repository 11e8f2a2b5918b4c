"""The place block: shown rows, checked against the page state.

Source: docs/naver.md, place block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sunwi.domain.reading import LeftOut, Presence
from sunwi.naver.apollo import PlaceState, read_place_state
from sunwi.naver.areas import is_place_area
from sunwi.naver.document import PageDocument
from sunwi.naver.found_card import FoundCard
from sunwi.naver.place_rows import PlaceRow, read_place_rows, read_single_place
from sunwi.naver.sections import SectionList
from sunwi.naver.unknown_areas import find_stray_places


@dataclass(frozen=True, slots=True)
class PlaceBlock:
    """What the page shows of places."""

    presence: Presence
    cards: tuple[FoundCard, ...]
    left_out: tuple[LeftOut, ...]
    evidence: tuple[str, ...]


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
    found = read_place_rows(document, sections, state)
    single = None if found else read_single_place(document, sections, state)
    if single is not None:
        fact = f"places: {single.id} is shown alone, and the state lists no others"
        return PlaceBlock(Presence.PRESENT, (_as_card(single, state, positions),), (), (fact,))
    areas = dict.fromkeys(row.area for row in found if not row.left_out)
    matched = [_match([row for row in found if row.area == area and not row.left_out], state) for area in areas]
    rows = [*(row for row in found if row.left_out), *(row for block in matched for row in block.rows)]
    shown = [row for row in rows if not row.left_out]
    cards = tuple(_as_card(row, state, positions) for row in shown)
    presence, evidence = _compare(sections, state, rows, matched)
    if presence is Presence.ABSENT and (strays := find_stray_places(document, sections)):
        presence = Presence.SUSPECT
        evidence = tuple(f"places: {stray} stands in an area of unknown sort" for stray in strays[:3])
    orders = [block.order for block in matched if block.order is not None] or [state.organic or ()]
    left_out = _left_out(rows, state, [number for order in orders for number in order])
    return PlaceBlock(presence, cards, left_out, evidence)


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


def _compare(
    sections: SectionList, state: PlaceState, rows: Sequence[PlaceRow], matched: Sequence[_Matched]
) -> tuple[Presence, tuple[str, ...]]:
    listed = [code for code in sections.main if is_place_area(code)]
    shown = [row for row in rows if not row.left_out]
    if not listed and not shown and state.organic is None:
        return Presence.ABSENT, ("places: no area listed, no rows, no state",)
    if state.says_empty and not shown and any(row.left_out == "ad" for row in rows):
        return Presence.ABSENT, ("places: paid rows alone, and the state's organic list is empty",)
    problems = [f"places: row {row.id} links another place" for row in shown if row.is_torn]
    if not shown:
        problems.append("places: no organic row is shown")
    if state.organic is None:
        problems.append("places: no organic list in the page state")
    else:
        torn = [" ".join(row.id for row in block.rows) for block in matched if block.order is None]
        said = " ".join(state.organic)
        problems += [f"places: rows {ids} do not start the state's {said}"[:400] for ids in torn]
    unlisted = {row.area for row in shown} - set(sections.main)
    if unlisted or not (listed or shown):
        problems.append(f"places: not in the page's list of areas: {' '.join(sorted(unlisted))}".rstrip(": "))
    if problems:
        return Presence.SUSPECT, tuple(problems)
    counts = ((sum(not row.left_out for row in block.rows), len(block.order or ())) for block in matched)
    return Presence.PRESENT, tuple(f"places: {count} rows start the state's {of}" for count, of in counts)


def _left_out(rows: Sequence[PlaceRow], state: PlaceState, ordered: Sequence[str]) -> tuple[LeftOut, ...]:
    left = {(row.id, row.left_out): None for row in rows if row.left_out}
    named = {row.id for row in rows}
    left.update({(number, "not_shown"): None for number in ordered if number not in named})
    left.update({(number, "new_opening"): None for number in sorted(state.openings - named)})
    return tuple(LeftOut(number, reason) for number, reason in left)
